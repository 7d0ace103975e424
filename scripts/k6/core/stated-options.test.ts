import { describe, expect, it } from 'vitest';
import { statedOtherwise } from './stated-options.ts';

const storm = { executor: 'per-vu-iterations', vus: 600, iterations: 3, maxDuration: '60000ms' };
/** As k6 tells of it. */
const run = { ...storm, maxDuration: '1m0s', startTime: null, exec: null };
const failed = { omadm_sessions_failed: ['rate<=0.01'] };

describe('the test that k6 runs', () => {
  it('is the one that was stated, in words of k6', () => {
    expect(
      statedOtherwise(
        { scenarios: { storm }, thresholds: { ...failed, omadm_packages: [] } },
        { scenarios: { storm: run }, thresholds: failed },
      ),
    ).toBeUndefined();
    const ramping = { stages: [{ target: 7, duration: '90500ms' }] };
    const told = { stages: [{ duration: '1m30.5s', target: 7 }] };
    expect(statedOtherwise({ scenarios: { ramping } }, { scenarios: { ramping: told } })).toBeUndefined();
  });

  it.each([
    [{ storm: { ...run, vus: 5 } }, failed, 'storm.vus is 5, stated 600'],
    [{ storm: { ...run, maxDuration: '1m1s' } }, failed, 'storm.maxDuration is "1m1s", stated "60000ms"'],
    [{ polling: run }, failed, /^storm is none, stated \{/],
    [{ storm: run }, {}, 'thresholds.omadm_sessions_failed is none, stated ["rate<=0.01"]'],
    [
      { storm: run },
      { omadm_sessions_failed: ['rate<=0.5'] },
      'thresholds.omadm_sessions_failed.0 is "rate<=0.5", stated "rate<=0.01"',
    ],
    [
      { storm: run },
      { ...failed, omadm_server_turnaround: ['p(95)<=9'] },
      'thresholds.omadm_server_turnaround is ["p(95)<=9"], stated none',
    ],
  ])('is told when it is another one: %#', (scenarios, thresholds, told) => {
    const found = statedOtherwise({ scenarios: { storm }, thresholds: failed }, { scenarios, thresholds });
    if (typeof told === 'string') expect(found).toBe(told);
    else expect(found).toMatch(told);
  });
});
