/** Draws views when something they show has changed: at most once a frame, and not at all in a background tab. */
import { type Part, type RunStore } from './run-store.ts';

export interface View {
  /** What it shows. */
  readonly parts: readonly Part[];
  render(): void;
}

/** `schedule`: a browser's requestAnimationFrame, which rests while the page is hidden; nothing queues up meanwhile. */
export class FrameLoop {
  private readonly views: View[] = [];
  private readonly stale = new Set<View>();
  private scheduled = false;
  private readonly schedule: (draw: () => void) => void;

  constructor(store: RunStore, schedule: (draw: () => void) => void) {
    this.schedule = schedule;
    store.onChange((part) => this.mark((view) => view.parts.includes(part)));
  }

  add(...views: readonly View[]): void {
    this.views.push(...views);
    this.refresh(...views);
  }

  /** Has these views drawn again though the store has not changed. */
  refresh(...views: readonly View[]): void {
    this.mark((view) => views.includes(view));
  }

  private mark(isStale: (view: View) => boolean): void {
    for (const view of this.views) if (isStale(view)) this.stale.add(view);
    if (this.stale.size === 0 || this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => this.draw());
  }

  private draw(): void {
    this.scheduled = false;
    const stale = this.views.filter((view) => this.stale.has(view));
    this.stale.clear();
    for (const view of stale) view.render();
  }
}
