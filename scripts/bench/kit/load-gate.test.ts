import { expect, test } from 'vitest';
import { LoadGate, type LoadProbe } from './load-gate.ts';

/** A machine in virtual time: others use `foreign(at)` cores, the benchmark `own` cores. */
class VirtualMachine implements LoadProbe {
  time = 0;
  busy = 0;
  mine = 0;
  own = 0;
  private readonly foreign: (at: number) => number;

  constructor(foreign: (at: number) => number) {
    this.foreign = foreign;
  }

  busyMs = (): number => this.busy;
  ownMs = (): number => this.mine;
  now = (): number => this.time;
  sleep = (ms: number): Promise<void> => {
    this.busy += ms * (this.foreign(this.time) + this.own);
    this.mine += ms * this.own;
    this.time += ms;
    return Promise.resolve();
  };
}

const OPTIONS = { mostForeignCores: 0.1, sampleMs: 500, budgetMs: 3_000 };

test('a quiet machine is measured after one look at it', async () => {
  const machine = new VirtualMachine(() => 0.05);
  const gate = new LoadGate(machine, OPTIONS);
  expect(await gate.quiet()).toBe(true);
  expect([machine.time, gate.waitedMs]).toEqual([500, 0]);
});

test('the gate waits until others have gone', async () => {
  const machine = new VirtualMachine((at) => (at < 1_600 ? 1.2 : 0));
  const gate = new LoadGate(machine, OPTIONS);
  expect(await gate.quiet()).toBe(true);
  expect([machine.time, gate.waitedMs]).toEqual([2_500, 2_000]);
});

test('all waiting of a run together is bounded, and then it is said that the machine is not quiet', async () => {
  const machine = new VirtualMachine(() => 2);
  const gate = new LoadGate(machine, OPTIONS);
  expect(await gate.quiet()).toBe(false);
  expect(machine.time).toBe(3_000);
  expect(await gate.quiet()).toBe(false);
  expect(machine.time).toBe(3_000);
});

test("the benchmark's own load is nobody else's", async () => {
  const machine = new VirtualMachine(() => 0.02);
  machine.own = 1.9;
  const { disturbed, foreignCores } = await new LoadGate(machine, OPTIONS).watch(() => machine.sleep(5_000));
  expect(disturbed).toBe(false);
  expect(foreignCores).toBeCloseTo(0.02);
});

test('a measurement that others joined in mid-course is disturbed, and keeps its result', async () => {
  const machine = new VirtualMachine((at) => (at >= 1_000 ? 0.5 : 0));
  const watched = await new LoadGate(machine, OPTIONS).watch(async () => {
    await machine.sleep(1_000);
    await machine.sleep(1_000);
    return 'measured';
  });
  expect(watched).toEqual({ result: 'measured', foreignCores: 0.25, disturbed: true });
});
