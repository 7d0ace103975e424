/** Which page follows which device: a device that several pages follow is traced once, one that nobody follows not at all. */
import { type TraceEvent } from '../transport/trace.ts';
import { type LiveRun } from './live-run.ts';
import { type PageConnection } from './page-connection.ts';

/** Tracing costs the shards something; nobody watches more devices at a time. */
export const MOST_FOLLOWED = 16;

/** What is kept of a session that goes on, for pages that come to it later. */
const MOST_KEPT = 400;

interface Followed {
  readonly pages: Set<PageConnection>;
  /** The steps of the session so far, or of the last one. */
  session: TraceEvent[];
  lost: number;
}

export class FollowedDevices {
  private readonly run: Pick<LiveRun, 'follow' | 'unfollow'>;
  private readonly devices = new Map<number, Followed>();

  constructor(run: Pick<LiveRun, 'follow' | 'unfollow'>) {
    this.run = run;
  }

  /** The page follows this device instead of the one before. False: too many devices are followed. */
  follow(page: PageConnection, device: number): boolean {
    if (page.followed === device) return true;
    const isAlone = page.followed !== undefined && this.devices.get(page.followed)?.pages.size === 1;
    const others = this.devices.size - (isAlone ? 1 : 0);
    const known = this.devices.get(device);
    if (known === undefined && others >= MOST_FOLLOWED) return false;
    this.leave(page);
    page.follows(device);
    if (known === undefined) this.begin(device, page);
    else {
      known.pages.add(page);
      if (known.session.length > 0) page.steps(device, known.session, known.lost);
    }
    return true;
  }

  /** The page follows no device any more. */
  leave(page: PageConnection): void {
    const { followed } = page;
    if (followed === undefined) return;
    page.follows(undefined);
    const pages = this.devices.get(followed)?.pages;
    pages?.delete(page);
    if (pages?.size !== 0) return;
    this.devices.delete(followed);
    this.run.unfollow(followed);
  }

  private begin(device: number, page: PageConnection): void {
    const followed: Followed = { pages: new Set([page]), session: [], lost: 0 };
    this.devices.set(device, followed);
    this.run.follow(device, (steps, lost) => {
      keep(followed, steps, lost);
      for (const one of followed.pages) one.steps(device, steps, lost);
    });
  }
}

/** The newest steps are those that matter: older ones make room and count as lost. */
function keep(followed: Followed, steps: readonly TraceEvent[], lost: number): void {
  followed.lost += lost;
  for (const step of steps) {
    if (step.kind === 'session_started') {
      followed.session = [];
      followed.lost = 0;
    }
    followed.session.push(step);
  }
  const surplus = followed.session.length - MOST_KEPT;
  if (surplus <= 0) return;
  followed.session.splice(0, surplus);
  followed.lost += surplus;
}
