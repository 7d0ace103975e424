import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseLatency } from '../device/latency.ts';
import { duration, integer } from '../random/value-parser.ts';
import { parseArgv } from './argv.ts';
import { overlay, readConfigFile } from './config-file.ts';
import { readDevicesFile } from './devices-file.ts';
import { OptionValues } from './option.ts';
import { SWARM_OPTIONS } from './swarm-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'dm-swarm-input-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const config = (content: string): OptionValues =>
  new OptionValues(SWARM_OPTIONS, readConfigFile(file('run.yaml', content), SWARM_OPTIONS));

test('a configuration file sets options by name; lists and mappings stand for repeated flags', () => {
  const values = config('devices: 12\njson: true\nlatency: { HGET: 80ms, all: 1s }\nheader: ["A: b"]\n');
  expect(values.required('devices', integer(1, 100))).toBe(12);
  expect(values.isSet('json')).toBe(true);
  expect(values.all('latency', parseLatency)).toEqual([
    { target: 'HGET', distribution: { kind: 'constant', ms: 80 } },
    { target: 'all', distribution: { kind: 'constant', ms: 1000 } },
  ]);
});

test('flags win over the file', () => {
  const path = file('flags.yaml', 'devices: 12\nramp: 1s\n');
  const given = overlay(readConfigFile(path, SWARM_OPTIONS), parseArgv(['--devices', '5'], SWARM_OPTIONS));
  const values = new OptionValues(SWARM_OPTIONS, given);
  expect(values.required('devices', integer(1, 100))).toBe(5);
  expect(values.required('ramp', duration())).toBe(1000);
});

test.each([
  ['devices: [1', /run\.yaml:1: not valid YAML/],
  ['devices: 1\ndevcies: 2\n', /run\.yaml:2: "devcies" is no option/],
  ['- 1\n', /run\.yaml:1: expected a mapping/],
  ['ramp: 1s\ndevices: [1, 2]\n', /run\.yaml:2: devices: expected N, found a list/],
  ['ramp: 1s\ndevices:\n', /run\.yaml.*devices: expected N, found/],
])('a file with %j is refused with its place', (content, message) => {
  expect(() => config(content)).toThrow(message);
});

test('a bad value in a file names file, line and key', () => {
  expect(() => config('ramp: 1s\n\ndevices: 1e3\n').required('devices', integer(1, 100))).toThrow(
    /run\.yaml:3: devices: expected a whole number from 1 to 100, found "1e3"/,
  );
});

test('a missing file names flag and reason', () => {
  expect(() => readConfigFile('/nowhere/x.yaml', SWARM_OPTIONS)).toThrow(
    '--config: cannot read /nowhere/x.yaml: ENOENT: no such file or directory',
  );
});

test('a devices file gives identities and credentials, with header, quotes and comments', () => {
  const path = file('ok.csv', '\uFEFFdevId,user,secret\r\n# fleet A\r\nIMEI:1,joe,"a,""b"\r\n\r\nIMEI:2\r\n');
  expect(readDevicesFile(path)).toEqual([
    { devId: 'IMEI:1', user: 'joe', secret: 'a,"b' },
    { devId: 'IMEI:2' },
  ]);
});

test.each([
  ['a,b\n', 'bad.csv:1: found 2 columns'],
  [
    'devId,secret,user\nx,s,u\n',
    'bad.csv:1: found a header with other columns, expected devId or devId,user,secret',
  ],
  ['user,secret,devId\nu,s,x\n', 'bad.csv:1: found a header with other columns'],
  ['a;u;s\n', 'bad.csv:1: found a semicolon'],
  ['a\nb\na\n', 'bad.csv:3: devId a stands in line 1 already'],
  ['a\n"b\n', 'bad.csv:2: a quote is not closed'],
  ['a\nb c,d,e\n', 'bad.csv:2: devId: found "b c"'],
  ['a,u:v,s\n', 'bad.csv:1: user: found a colon'],
  ['\n# nothing\n', 'bad.csv: found no device'],
])('a devices file with %j is refused with its line', (content, message) => {
  expect(() => readDevicesFile(file('bad.csv', content))).toThrow(message);
});

test('a devices file that is refused does not show the secret', () => {
  const path = file('secret.csv', 'a,u,geheim,x\n');
  expect(() => readDevicesFile(path)).toThrow(/^(?!.*geheim).*found 4 columns/s);
});
