import { describe, expect, it } from 'vitest';
import { madeUpHello } from '../testing/made-up-feed.ts';
import { FrameLoop, type View } from './frame-loop.ts';
import { type Part, RunStore } from './run-store.ts';
import { Throttle } from './throttle.ts';

function loopWith(...parts: readonly (readonly Part[])[]): {
  store: RunStore;
  drawn: number[];
  frames: (() => void)[];
  frame: () => void;
} {
  const store = new RunStore(() => 0);
  const frames: (() => void)[] = [];
  const drawn: number[] = [];
  const loop = new FrameLoop(store, (draw) => frames.push(draw));
  const views = parts.map((some, i): View => ({ parts: some, render: () => drawn.push(i) }));
  loop.add(...views);
  const frame = (): void => {
    for (const draw of frames.splice(0)) draw();
  };
  frame();
  drawn.length = 0;
  return { store, drawn, frames, frame };
}

describe('the frame loop', () => {
  it('draws only views of what has changed', () => {
    const { store, drawn, frame } = loopWith(['notice'], ['cells', 'notice'], ['samples']);
    store.take({ kind: 'refused', reason: 'no' });
    frame();
    expect(drawn).toEqual([0, 1]);
  });

  it('draws once, however often something changes while the page is hidden', () => {
    const { store, drawn, frames, frame } = loopWith(['samples'], ['notice']);
    for (let i = 0; i < 1_000; i++) store.take(madeUpHello(5, 1, 2));
    expect(frames).toHaveLength(1);
    frame();
    expect(drawn).toEqual([0, 1]);
    frame();
    expect(drawn).toEqual([0, 1]);
  });
});

describe('a throttle', () => {
  it('passes the first value on at once and the newest of the others later', () => {
    const passed: number[] = [];
    const timers: (() => void)[] = [];
    const throttle = new Throttle<number>(
      100,
      (_, callback) => timers.push(callback),
      (value) => passed.push(value),
    );
    for (const value of [1, 2, 3]) throttle.call(value);
    expect(passed).toEqual([1]);
    timers.shift()?.();
    expect(passed).toEqual([1, 3]);
    timers.shift()?.();
    expect([passed, timers]).toEqual([[1, 3], []]);
    throttle.call(4);
    expect(passed).toEqual([1, 3, 4]);
  });
});
