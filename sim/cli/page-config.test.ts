import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseArgv } from './argv.ts';
import { commandLine } from './command-line.ts';
import { UsageError } from './exit-code.ts';
import { OptionValues } from './option.ts';
import { type PageConfig, readPageConfig } from './page-config.ts';
import { SWARM_OPTIONS } from './swarm-options.ts';

const read = (...argv: readonly string[]): PageConfig | undefined =>
  readPageConfig(new OptionValues(SWARM_OPTIONS, parseArgv(argv, SWARM_OPTIONS)));

afterEach(() => vi.unstubAllEnvs());

describe('the live page', () => {
  test('is on loopback unless somebody says otherwise', () => {
    expect(read()).toEqual({ host: '127.0.0.1', port: 9_465, token: undefined, lingerMs: 0 });
    expect(read('--ui', 'off')).toBeUndefined();
    expect(() => read('--ui', 'maybe')).toThrow('expected one of on, off');
  });

  test('stays until Ctrl-C, or as long as it is told', () => {
    expect(read('--ui-linger')?.lingerMs).toBe(Number.POSITIVE_INFINITY);
    expect(read('--ui-linger', '5m')?.lingerMs).toBe(300_000);
    expect(() => read('--ui-linger', 'soon')).toThrow('or forever');
  });

  test('outside loopback needs a token, from the command line or the environment', () => {
    expect(() => read('--ui-host', '0.0.0.0')).toThrow(UsageError);
    expect(() => read('--ui-host', '0.0.0.0')).toThrow(/--ui-host.*--ui-token or DM_SWARM_UI_TOKEN/);
    vi.stubEnv('DM_SWARM_UI_TOKEN', '');
    expect(() => read('--ui-host', '0.0.0.0')).toThrow(UsageError);
    vi.stubEnv('DM_SWARM_UI_TOKEN', 'from-the-environment');
    expect(read('--ui-host', '0.0.0.0')?.token).toBe('from-the-environment');
    expect(read('--ui-host', '::', '--ui-token', 'from-the-command')?.token).toBe('from-the-command');
  });

  test('does not repeat a token that is too short', () => {
    expect(() => read('--ui-token', 'geheim')).toThrow(
      /--ui-token: expected at least 16 characters, found 6/,
    );
    expect(() => read('--ui-token', '')).toThrow(/found 0/);
    vi.stubEnv('DM_SWARM_UI_TOKEN', 'geheim');
    expect(() => read()).toThrow(/^DM_SWARM_UI_TOKEN: expected at least 16 characters, found 6 characters$/);
  });
});

describe('a command line that is shown', () => {
  const shown = (...argv: readonly string[]): string =>
    commandLine(SWARM_OPTIONS, parseArgv(argv, SWARM_OPTIONS));

  test('makes the same run again', () => {
    const line = shown('--devices', '5', '--latency', 'HGET=lognormal(p50=80ms,p95=300ms)', '--trace');
    expect(line).toBe("--devices 5 --latency 'HGET=lognormal(p50=80ms,p95=300ms)' --trace");
    expect(shown('--id-prefix', "it's")).toBe("--id-prefix 'it'\\''s'");
  });

  test('has no secrets', () => {
    const argv = [
      ['--header', 'X-Key: geheim', '--header', 'Other:geheim:geheim'],
      ['--notification-key', 'geheim', '--ui-token', 'geheim-geheim-geheim'],
    ];
    const line = shown(...argv.flat());
    expect(line).not.toContain('geheim');
    expect(line).toBe("--header 'X-Key: …' --header 'Other: …' --notification-key '…' --ui-token '…'");
  });
});
