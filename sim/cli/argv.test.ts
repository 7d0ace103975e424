import { expect, test } from 'vitest';
import { parseLatency } from '../device/latency.ts';
import { duration, integer, runName, runNameAt, share } from '../random/value-parser.ts';
import { parseArgv } from './argv.ts';
import { UsageError } from './exit-code.ts';
import { type Option, OptionValues } from './option.ts';
import { httpUrl } from './option-value.ts';

const options: Option[] = [
  { name: 'devices', metavar: 'N', group: 'g', help: 'h', fallback: '100' },
  { name: 'latency', metavar: 'WHAT=DIST', many: true, group: 'g', help: 'h' },
  { name: 'json', group: 'g', help: 'h' },
  { name: 'metrics-linger', metavar: 'TIME', bare: '60s', group: 'g', help: 'h' },
];
const values = (...argv: string[]): OptionValues => new OptionValues(options, parseArgv(argv, options));
const devices = (...argv: string[]): number => values(...argv).required('devices', integer(1, 10_000_000));

test('values stand behind the flag or behind an equals sign, defaults where nothing is given', () => {
  expect(devices('--devices', '7')).toBe(7);
  expect(devices('--devices=7', '--json')).toBe(7);
  expect(devices('--json')).toBe(100);
  expect(values('--json').isSet('json')).toBe(true);
  expect(values().isSet('json')).toBe(false);
});

test.each(['0', '-5', 'abc', '1e99', '1e3', '10000001', '7.5', '', '99999999999999999999'])(
  '--devices %j is refused, naming flag, value and range',
  (text) => {
    expect(() => devices('--devices', text)).toThrow(UsageError);
    expect(() => devices('--devices', text)).toThrow(
      /^--devices: expected a whole number from 1 to 10000000, found/,
    );
  },
);

test('an unknown flag is refused with the nearest known one', () => {
  expect(() => values('--device', '3')).toThrow('--device: there is no such flag (did you mean --devices?)');
  expect(() => values('--zzzzzzzz')).toThrow('--zzzzzzzz: there is no such flag; try --help');
  expect(() => values('devices')).toThrow('"devices": expected a flag');
});

test('a missing value and a second value are refused', () => {
  expect(() => values('--devices')).toThrow('--devices: expected a value: --devices N');
  expect(() => values('--devices', '--json')).toThrow('--devices: expected a value');
  expect(() => values('--devices', '1', '--devices', '2')).toThrow('--devices: given twice');
});

test('a repeatable flag keeps every value, an optional value has its stand-in', () => {
  expect(values('--latency', 'HGET=5ms', '--latency', 'all=1s').all('latency', parseLatency)).toEqual([
    { target: 'HGET', distribution: { kind: 'constant', ms: 5 } },
    { target: 'all', distribution: { kind: 'constant', ms: 1000 } },
  ]);
  expect(() => values('--latency', 'HGTE=5ms').all('latency', parseLatency)).toThrow(
    '--latency: expected <target>=<distribution>',
  );
  expect(() => values('--latency', 'HGET=5').all('latency', parseLatency)).toThrow(
    '--latency HGET: expected a distribution',
  );
  expect(values('--metrics-linger', '--json').optional('metrics-linger', duration())).toBe(60_000);
  expect(values('--metrics-linger', '2s').optional('metrics-linger', duration())).toBe(2_000);
});

test('shares and URLs are read strictly', () => {
  expect(share('10%', '--push')).toEqual({ ok: true, value: 0.1 });
  expect(share('0.25', '--push')).toEqual({ ok: true, value: 0.25 });
  expect(share('110%', '--push').ok).toBe(false);
  expect(httpUrl('http://127.0.0.1:8080', '--server')).toEqual({ ok: true, value: 'http://127.0.0.1:8080/' });
  for (const bad of ['ftp://x/', '127.0.0.1:8080', 'http://', 'http://x/#y', 'http://x:99999/', ''])
    expect(httpUrl(bad, '--server').ok).toBe(false);
});

test('a run is named by 1 to 64 plain characters, else by its start', () => {
  const longest = 'release-7.2_nightly'.padEnd(64, 'x');
  expect(runName(longest, '--run')).toEqual({ ok: true, value: longest });
  for (const bad of ['', ' ', 'a b', 'é', '"}', `${longest}x`, 'a\n'])
    expect(runName(bad, '--run').ok, bad).toBe(false);
  const start = runNameAt(new Date(Date.UTC(2026, 10, 22, 20, 44, 43, 987)));
  expect(start).toBe('20261122T204443Z');
  expect(runName(start, '--run').ok).toBe(true);
});

test('credentials in a URL are refused without being repeated', () => {
  const result = httpUrl('http://joe:geheim@x/', '--server');
  expect(JSON.stringify(result)).not.toContain('geheim');
  expect(result.ok).toBe(false);
});
