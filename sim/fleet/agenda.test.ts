import { expect, test } from 'vitest';
import { VirtualClock } from '../transport/testing/virtual-clock.ts';
import { Agenda } from './agenda.ts';

function agenda(): { clock: VirtualClock; agenda: Agenda; handed: string[] } {
  const clock = new VirtualClock();
  const handed: string[] = [];
  return {
    clock,
    handed,
    agenda: new Agenda(clock, { first: 10, end: 20 }, (device) => handed.push(`${clock.now()} ${device}`)),
  };
}

test('devices are handed out when they are due, with one timer for all of them', async () => {
  const { clock, agenda: days, handed } = agenda();
  days.add(300, 11);
  days.add(100, 12);
  days.start(0);
  days.add(200, 13);
  expect(clock.timers).toBe(1);
  await clock.advance(300);
  expect(handed).toEqual(['100 12', '200 13', '300 11']);
  expect(clock.timers).toBe(0);
});

test('a new entry of a device takes the place of its old one, and a removed one is void', async () => {
  const { clock, agenda: days, handed } = agenda();
  days.start(0);
  days.add(100, 10);
  days.add(250, 10);
  days.add(150, 19);
  days.remove(19);
  await clock.advance(1_000);
  expect(handed).toEqual(['250 10']);
});

test('nothing is handed out before the start or after the stop', async () => {
  const { clock, agenda: days, handed } = agenda();
  days.add(100, 10);
  await clock.advance(200);
  expect(handed).toEqual([]);
  days.start(0);
  await clock.advance(0);
  expect(handed).toEqual(['200 10']);
  days.add(300, 10);
  days.stop();
  await clock.advance(1_000);
  expect(handed.length).toBe(1);
  expect(clock.timers).toBe(0);
});

test('what is due at once is handed out in portions between which the loop has its turn', async () => {
  const clock = new VirtualClock();
  let handed = 0;
  const days = new Agenda(clock, { first: 0, end: 1_000 }, () => handed++);
  for (let device = 0; device < 1_000; device++) days.add(0, device);
  days.start(0);
  await clock.advance(0);
  expect(handed).toBe(1_000);
});
