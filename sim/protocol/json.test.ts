import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('JSON of a peer', () => {
  it('is parsed exactly when it is no deeper than allowed, whatever its strings hold', () => {
    const awkward = fc.oneof(fc.constantFrom('[', '{"', '\\', '"', '\\"[', ']}'), fc.string());
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'large', withCrossShrink: true },
        awkward,
        fc.integer(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(awkward, tie('any'), { maxKeys: 3 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 6 }), (json, maxDepth) => {
        const text = JSON.stringify(json);
        const result = parseJson(text, 'x', maxDepth);
        expect(result.ok).toBe(depthOf(json) <= maxDepth);
        if (!result.ok) expect(result.fault.code).toBe('x.too_deep');
      }),
      { numRuns: 500 },
    );
  });

  it('may begin with a byte order mark', () => {
    expect(parseJson('\ufeff[1]', 'x', 8)).toEqual({ ok: true, value: [1] });
  });

  it('that is none is shown by its beginning or the place of the fault, without passwords', () => {
    expect(parseJson('<html>', 'x', 8)).toMatchObject({
      ok: false,
      fault: { code: 'x.invalid_json', found: '"<html>"' },
    });
    const shown = JSON.stringify(parseJson('["http://u:hunter2@h/" x', 'x', 8));
    expect(shown).toContain('x.invalid_json');
    expect(shown).not.toContain('hunter2');
  });
});
