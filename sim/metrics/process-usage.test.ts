import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { describe, expect, it, vi } from 'vitest';
import { descendantsOf, watchProcessUsage } from './process-usage.ts';

describe('process usage', () => {
  it('grows with the CPU time that is spent', async () => {
    const watch = watchProcessUsage();
    await vi.waitFor(
      () => {
        const until = performance.now() + 20;
        while (performance.now() < until);
        expect(watch.read().cpuSeconds).toBeGreaterThan(0.05);
      },
      { timeout: 10_000 },
    );
    const usage = watch.read();
    watch.stop();
    expect(usage.cpuCores).toBeGreaterThan(0);
    expect(usage.rssBytes).toBeGreaterThan(1_048_576);
    expect(usage.peakRssBytes).toBeGreaterThanOrEqual(usage.rssBytes);
  });

  it.runIf(process.platform === 'linux')('has descendants in it, but not those left out', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    const pid = child.pid!;
    expect(descendantsOf(process.pid, new Set())).toContain(pid);
    expect(descendantsOf(process.pid, new Set([pid]))).not.toContain(pid);

    const watch = watchProcessUsage();
    // A Node process takes some 40 MiB; this one is idle, so only the child can make the difference.
    const whole = watch.read().rssBytes;
    watch.exclude(pid);
    expect(whole - watch.read().rssBytes).toBeGreaterThan(16 * 1_048_576);
    watch.stop();
    child.stdin.end();
    await once(child, 'exit');
    expect(descendantsOf(process.pid, new Set())).not.toContain(pid);
  });
});
