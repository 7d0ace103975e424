import { expect, it } from 'vitest';
import { runStart } from './run-start.ts';

function fleetThatBeginsLater() {
  const moments = { startedAtMs: 0, endedAtMs: undefined };
  return { fleet: { moments }, begin: (startedAtMs: number) => (moments.startedAtMs = startedAtMs) };
}

it('a run began when its fleet did', () => {
  const { fleet, begin } = fleetThatBeginsLater();
  const start = runStart(fleet, () => 9);
  begin(20);
  expect([start(), start()]).toEqual([20, 20]);
});

it('the start of a run stays what a page was told in the moment before the fleet began', () => {
  const { fleet, begin } = fleetThatBeginsLater();
  let nowMs = 18;
  const start = runStart(fleet, () => nowMs++);
  expect(start()).toBe(18);
  begin(20);
  expect([start(), start()]).toEqual([18, 18]);
});
