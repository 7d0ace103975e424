/** Values with per-device parts. */
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT_FACTS,
  type DeviceFacts,
  parseValue,
  PUBLIC_FACTS,
  resolveValue,
  type ValueTemplate,
} from './value-template.ts';

const device = (index: number, seed = 7): DeviceFacts => ({ seed, index, fact: (name) => `<${name}>` });

function template(text: string): ValueTemplate {
  const value = parseValue(text, 'value');
  if (!value.ok || typeof value.value === 'string') throw new Error(`${text} is no template`);
  return value.value;
}

describe('values', () => {
  it('without braces stay the text they are', () => {
    expect(parseValue('plain { } }} text', 'v')).toEqual({ ok: true, value: 'plain { } }} text' });
  });

  it('name facts of the device', () => {
    expect(resolveValue(template('a {{devId}}-{{serial}}/{{index}}{{bearer}} z'), device(3), 0)).toBe(
      'a <devId>-<serial>/<index><bearer> z',
    );
  });

  it('pick, number and hex stay within what was asked for and reach both ends', () => {
    const seen = new Set<string>();
    for (let index = 0; index < 300; index++) {
      const value = resolveValue(template('{{pick:a|b|}}:{{number:8-10}}:{{hex:3}}'), device(index), 1);
      expect(value).toMatch(/^[ab]?:(8|9|10):[0-9a-f]{3}$/);
      seen.add(value.slice(0, value.lastIndexOf(':')));
    }
    expect(seen.size).toBe(9);
  });

  it('are the same at each resolving, and others for another device, node or seed', () => {
    const hex = template('{{hex:16}}');
    const value = resolveValue(hex, device(1), 5);
    expect(resolveValue(hex, device(1), 5)).toBe(value);
    expect(
      new Set([
        value,
        ...[device(2), device(1, 8)].map((d) => resolveValue(hex, d, 5)),
        resolveValue(hex, device(1), 6),
      ]).size,
    ).toBe(4);
  });

  it.each([
    '{{',
    '{{devID}}',
    '{{pick}}',
    '{{number:9-1}}',
    '{{number:1}}',
    '{{hex:0}}',
    '{{hex:65}}',
    'x {{devId',
  ])('%s is a fault', (text) => {
    expect(parseValue(text, '$.x')).toMatchObject({
      ok: false,
      fault: { code: 'value_invalid', path: '$.x' },
    });
  });

  it.each(ACCOUNT_FACTS)('{{%s}} is not for profiles', (fact) => {
    expect(parseValue(`{{${fact}}}`, 'v').ok).toBe(false);
    expect(parseValue(`{{${fact}}}`, 'v', [...PUBLIC_FACTS, ...ACCOUNT_FACTS]).ok).toBe(true);
  });
});
