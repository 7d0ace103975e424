/** Formats of leaves. */
import { describe, expect, it } from 'vitest';
import { type MoData } from '../protocol/mo.ts';
import { emptyText, leafData, leafText } from './leaf-format.ts';
import { type Format, FORMATS, isNodeName, parseOccurrence } from './mo-definition.ts';

describe('formats', () => {
  it.each<[Format, MoData, string, MoData]>([
    ['null', null, '', null],
    ['chr', 'text', 'text', 'text'],
    ['xml', '<a/>', '<a/>', '<a/>'],
    ['b64', 'aGk=', 'aGk=', 'aGk='],
    ['bin', '', '', ''],
    ['bool', true, 'true', true],
    ['bool', 'false', 'false', false],
    ['int', -12, '-12', -12],
    ['int', '+007', '7', 7],
    ['int', -0, '0', 0],
    ['float', 1.5, '1.5', 1.5],
    ['float', '1e3', '1000', 1000],
    ['date', '2026-02-11', '2026-02-11', '2026-02-11'],
    ['date', '20260211', '20260211', '20260211'],
    ['time', '23:59:60', '23:59:60', '23:59:60'],
    ['time', '235959Z', '235959Z', '235959Z'],
  ])('%s takes %j', (format, data, text, again) => {
    expect(leafText(format, data)).toBe(text);
    expect(leafData(format, text)).toEqual(again);
  });

  it.each<[Format, MoData]>([
    ['null', 'x'],
    ['chr', 5],
    ['chr', null],
    ['chr', { a: 1 }],
    ['xml', true],
    ['b64', 'a'],
    ['bin', 'ä==='],
    ['bool', 1],
    ['bool', 'yes'],
    ['int', 1.5],
    ['int', '1.5'],
    ['int', ''],
    ['int', 1e300],
    ['int', '99999999999999999999'],
    ['float', 'NaN'],
    ['float', '1e999'],
    ['float', null],
    ['date', '2026-13-01'],
    ['date', '2026-0211'],
    ['date', '11.2.2026'],
    ['time', '24:00:00'],
    ['time', '12:3000'],
  ])('%s does not take %j', (format, data) => {
    expect(leafText(format, data)).toBeUndefined();
  });

  it.each(FORMATS)('a %s that nobody gave a value holds one of its format', (format) => {
    const text = emptyText(format);
    expect(leafText(format, leafData(format, text))).toBe(text);
  });
});

describe('occurrences', () => {
  it.each([
    ['One', 1, 1],
    ['ZeroOrOne', 0, 1],
    ['ZeroOrMore', 0, Number.POSITIVE_INFINITY],
    ['OneOrMore', 1, Number.POSITIVE_INFINITY],
    ['ZeroOrN(5)', 0, 5],
    ['OneOrN(12)', 1, 12],
  ])('%s is from %i to %d', (text, min, max) => {
    expect(parseOccurrence(text, 'o')).toEqual({ ok: true, value: { min, max } });
  });

  it.each(['', 'one', 'OneOrOne', 'ZeroOrN', 'ZeroOrN(0)', 'OneOrN(-1)', 'ZeroOrN(1e3)', 'Many'])(
    '%j is none',
    (text) => {
      expect(parseOccurrence(text, '$.occurrence')).toMatchObject({
        ok: false,
        fault: { path: '$.occurrence' },
      });
    },
  );
});

describe('names of nodes', () => {
  it.each(['State', 'a b', '1', 'constructor', 'ü', '(x', 'x'.repeat(255)])('%s is one', (name) => {
    expect(isNodeName(name)).toBe(true);
  });
  it.each(['', '*', '(x)', 'a/b', 'a\u0000', '__proto__', 'x'.repeat(256)])('%j is none', (name) => {
    expect(isNodeName(name)).toBe(false);
  });
});
