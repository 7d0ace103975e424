import { expect, test } from 'vitest';
import { type CpuProfile, costliestFunctions, costsByFile } from './cpu-profile.ts';

const frame = (functionName: string, url = '', lineNumber = 0): CpuProfile['nodes'][number]['callFrame'] => ({
  ...{ functionName, url, lineNumber, columnNumber: 0 },
});
/** `work` twice in the tree, called from two places. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(idle)') },
    { id: 2, callFrame: frame('work', 'file:///house/sim/a.ts', 9) },
    { id: 3, callFrame: frame('work', 'file:///house/sim/a.ts', 9) },
    { id: 4, callFrame: frame('', 'file:///house/sim/a.ts', 19) },
    { id: 5, callFrame: frame('(garbage collector)') },
  ],
  samples: [2, 1, 3, 4, 5],
  timeDeltas: [500, 1_000, 2_000, 3_000, 4_000],
};

test('own time is summed by function, wherever it was called from; idle time is apart', () => {
  expect(costliestFunctions(profile, '/house')).toEqual({
    ...{ busyMs: 8, idleMs: 2 },
    list: [
      { place: 'work sim/a.ts:10', ms: 4 },
      { place: '(anonymous) sim/a.ts:20', ms: 4 },
      { place: '(garbage collector)', ms: 0 },
    ],
  });
});

test('own time by file puts its functions together', () => {
  expect(costsByFile(profile, '/house')[0]).toEqual({ place: 'sim/a.ts', ms: 8 });
});
