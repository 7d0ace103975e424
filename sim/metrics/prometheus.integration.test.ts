import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { pageOf } from './testing/page-fixture.ts';
import { recordSession, slabFixture } from './testing/slab-fixture.ts';

const installed = spawnSync('promtool', ['--version']).error === undefined;
// Where every tool is to be had, a missing one is a failure and no reason to look away.
const required = (process.env['CI'] ?? '') !== '';
const why = installed ? '' : ' (promtool is not installed: Debian has it in the package prometheus)';

describe('promtool', () => {
  it.skipIf(!installed && !required)(`finds nothing in the metrics that are ours${why}`, async () => {
    const { slab, states, recorder } = slabFixture();
    recordSession(recorder);
    const page = await pageOf([slab], states).render();
    const check = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
    expect(check.error).toBeUndefined();
    // Exit code 3 means findings; some are about prom-client's own process metrics.
    expect([0, 3]).toContain(check.status);
    const findings = `${check.stdout}${check.stderr}`.split('\n').filter((line) => line.startsWith('omadm_'));
    expect(findings).toEqual([]);
  });
});
