import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { integer } from '../../../sim/random/value-parser.ts';
import { likelySlips, option, optional, readOptions, required, usageLine } from './option.ts';
import {
  CAPACITY_OPTIONS,
  COMMON_OPTIONS,
  POLLING_OPTIONS,
  SESSION_OPTIONS,
  STORM_OPTIONS,
} from './options.ts';

const TABLE = {
  TARGET: required(integer(1, 9), 'a digit'),
  DEVICES: option('5', integer(1, 9), 'how many'),
  LIMIT: optional(integer(1, 9), 'at most'),
};

describe('options by -e', () => {
  it('have their defaults, or none', () => {
    expect(readOptions(TABLE, { TARGET: '3' })).toEqual({
      ok: true,
      value: { TARGET: 3, DEVICES: 5, LIMIT: undefined },
    });
    expect(readOptions(TABLE, { TARGET: '3', DEVICES: '', LIMIT: '7' })).toMatchObject({
      value: { DEVICES: 5, LIMIT: 7 },
    });
  });

  it('that are missing or wrong are told by what, where and what was expected', () => {
    const lineOf = (given: Record<string, string>): string => {
      const read = readOptions(TABLE, given);
      return read.ok ? '' : usageLine(read.fault);
    };
    expect(lineOf({})).toBe('-e TARGET is missing: a digit');
    expect(lineOf({ TARGET: '10' })).toBe('-e TARGET: expected a whole number from 1 to 9, found "10"');
    expect(lineOf({ TARGET: '1', LIMIT: 'x' })).toContain('-e LIMIT: expected a whole number');
  });

  it('in other letters, or a letter off, are told; what is somebody else’s is not', () => {
    const slips = (...names: string[]): readonly string[] =>
      likelySlips(TABLE, Object.fromEntries(names.map((name) => [name, 'x']))).map(({ meant }) => meant);
    expect(slips('devices', 'DEVICE', 'DEVICESS', 'limit')).toEqual([
      'DEVICES',
      'DEVICES',
      'DEVICES',
      'LIMIT',
    ]);
    expect(slips('DEVICES', 'PATH', 'HOME', 'LIMITS', 'DEVISES')).toEqual([]);
    expect(likelySlips(SESSION_OPTIONS, { 'think-time': '1s', 'show-mode': 'wait' })).toEqual([
      { given: 'show-mode', meant: 'SHOW_MODE' },
    ]);
  });

  it('of every script can do with a server alone', () => {
    const read = readOptions(COMMON_OPTIONS, { SERVER: 'http://127.0.0.1:8080/dm' });
    expect(read).toMatchObject({
      ok: true,
      value: { DEVICES: 1_000, SEED: 1, SHOW_MODE: 'wait', DRAIN: 10_000 },
    });
  });

  it('take several latencies and several headers', () => {
    const read = readOptions(COMMON_OPTIONS, {
      SERVER: 'http://127.0.0.1:8080/dm',
      LATENCY: 'GET=5ms; HGET=uniform(1ms,2ms)',
      HEADER: 'X-One: 1\nX-Two:  2 ',
    });
    expect(read).toMatchObject({
      value: {
        LATENCY: { GET: { kind: 'constant', ms: 5 }, HGET: { kind: 'uniform', minMs: 1, maxMs: 2 } },
        HEADER: { 'X-One': '1', 'X-Two': '2' },
      },
    });
  });
});

describe('docs/k6.md', () => {
  const page = readFileSync(new URL('../../../docs/k6.md', import.meta.url), 'utf8');
  // How wide the columns are is the formatter's business.
  const rows = page.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
  const tables = { COMMON_OPTIONS, SESSION_OPTIONS, POLLING_OPTIONS, STORM_OPTIONS, CAPACITY_OPTIONS };

  it.each(Object.entries(tables))('has every option with its default and its meaning: %s', (name, table) => {
    for (const [option, { fallback, absent, help }] of Object.entries(table)) {
      if (name !== 'COMMON_OPTIONS' && Object.values(COMMON_OPTIONS).some((common) => common.help === help))
        continue;
      const value =
        fallback === undefined ? (absent === 'required' ? '**must be given**' : '') : `\`${fallback}\``;
      expect(rows).toContain(`| \`${option}\` | ${value} | ${help} |`.replace(/\s+/g, ' '));
    }
  });
});
