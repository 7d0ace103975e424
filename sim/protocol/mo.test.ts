import { describe, expect, it } from 'vitest';
import { decodeMo, encodeMo } from './mo.ts';

describe('an MO serialization', () => {
  const full =
    '[{"DDF":"https://example.com/fumo.ddf","ClientURI":"urn:oma:mo:oma-fumo:1.0/fumo/","CV":"7","MOData":{"PkgName":"a","State":10}}]';
  const value = {
    ddf: 'https://example.com/fumo.ddf',
    clientUri: 'urn:oma:mo:oma-fumo:1.0/fumo/',
    cv: '7',
    moData: { PkgName: 'a', State: 10 },
  };

  it('is written as an array with the members of protocol.md section 6', () => {
    expect(encodeMo([value])).toBe(full);
    expect(encodeMo([{ clientUri: 'u', moData: null }])).toBe('[{"ClientURI":"u","MOData":null}]');
    expect(encodeMo([])).toBe('[]');
  });

  it('is read as an array and as a single object', () => {
    expect(decodeMo(full)).toEqual({ ok: true, value: [value] });
    expect(decodeMo(full.slice(1, -1))).toEqual({ ok: true, value: [value] });
  });

  it('is read bare, aimed by the command alone', () => {
    expect(decodeMo('{"MOData":{"fumo":{"DownloadAndUpdate":{"PkgURL":"http://h/p"}}}}')).toEqual({
      ok: true,
      value: [{ moData: { fumo: { DownloadAndUpdate: { PkgURL: 'http://h/p' } } } }],
    });
    expect(decodeMo('{"MOData":"http://h/p"}')).toEqual({ ok: true, value: [{ moData: 'http://h/p' }] });
  });

  it('takes null for an absent member, but as a value of MOData for what it is', () => {
    expect(decodeMo('[{"DDF":null,"ClientURI":null,"CV":null,"MOData":null,"X":[]}]')).toEqual({
      ok: true,
      value: [{ moData: null }],
    });
  });

  it('keeps a node named __proto__ as a node', () => {
    const result = decodeMo('{"MOData":{"__proto__":{"a":1}}}');
    const data = result.ok ? result.value[0]?.moData : undefined;
    expect(Object.keys(data as object)).toEqual(['__proto__']);
    expect((data as Record<string, unknown>)['a']).toBeUndefined();
  });

  it.each([
    ['', 'mo.invalid_json', '$'],
    ['<html>', 'mo.invalid_json', '$'],
    ['5', 'mo.not_an_object', '$'],
    ['null', 'mo.not_an_object', '$'],
    ['[[]]', 'mo.not_an_object', '$[0]'],
    ['{}', 'mo.data_missing', '$.MOData'],
    ['[{"MOData":1},{"ClientURI":"u"}]', 'mo.data_missing', '$[1].MOData'],
    ['{"ClientURI":5,"MOData":1}', 'mo.member_invalid', '$.ClientURI'],
    ['{"CV":5,"MOData":1}', 'mo.member_invalid', '$.CV'],
    ['{"DDF":{},"MOData":1}', 'mo.member_invalid', '$.DDF'],
    ['{"MOData":[]}', 'mo.data_invalid', '$.MOData'],
    ['{"MOData":{"a":{"b":[1]}}}', 'mo.data_invalid', '$.MOData.a.b'],
    ['{"MOData":{"a":1e999}}', 'mo.data_invalid', '$.MOData.a'],
  ])('%j is refused as %s at %s', (text, code, path) => {
    const result = decodeMo(text);
    expect(result).toMatchObject({ ok: false, fault: { code } });
    // Where invalid JSON is found, engines say differently.
    if (code !== 'mo.invalid_json') expect(result).toMatchObject({ fault: { path } });
  });

  it('may be as deep as allowed and no deeper, whatever is allowed', () => {
    const nested = (levels: number): string =>
      `{"MOData":${'{"a":'.repeat(levels - 1)}1${'}'.repeat(levels)}`;
    expect(decodeMo(nested(10), { maxDepth: 10 }).ok).toBe(true);
    expect(decodeMo(nested(11), { maxDepth: 10 })).toMatchObject({ fault: { code: 'mo.too_deep' } });
    expect(decodeMo(nested(1_000), { maxDepth: 1e9 }).ok).toBe(true);
    expect(decodeMo(nested(100_000), { maxDepth: 1e9 })).toMatchObject({ fault: { code: 'mo.too_deep' } });
  });
});
