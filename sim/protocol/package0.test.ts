import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from './hex.ts';
import { decodePackage0Json, encodePackage0Json } from './package0-json.ts';
import { decodePackage0, encodePackage0, type Package0 } from './package0.ts';

function bytes(hex: string): Uint8Array {
  const decoded = decodeHex(hex.replaceAll(' ', ''));
  if (decoded === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return decoded;
}

const digits = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const everything: Package0 = {
  serverId: 'dms',
  preferredConType: 2,
  notificationId: 7,
  digest: Uint8Array.from({ length: 32 }, (_, i) => i),
  timestamp: 1_790_000_000,
  reqMos: true,
};
/**
 * By hand: VER 0010, OC 00110, reserved 0000000; then delta and length, value. The digest's length is 13 + 0x13.
 */
const everythingBytes = `2300 13 646d73 11 02 12 0007 1d13 ${digits} 14 6ab13b80 10`;

describe('Package#0 in binary form', () => {
  it('holds every option where protocol.md section 3 puts it', () => {
    expect(encodeHex(encodePackage0(everything))).toBe(everythingBytes.replaceAll(' ', ''));
    expect(decodePackage0(bytes(everythingBytes))).toEqual({
      ok: true,
      value: {
        ...everything,
        signedForm: bytes(`2300 13 646d73 11 02 12 0007 1d13 ${'00'.repeat(32)} 14 6ab13b80 10`),
      },
    });
  });

  it('holds the required options alone', () => {
    const least: Package0 = { serverId: 'é', preferredConType: 0, reqMos: false };
    expect(encodeHex(encodePackage0(least))).toBe('210012c3a91100');
    expect(decodePackage0(bytes('2100 12 c3a9 11 00'))).toEqual({ ok: true, value: least });
  });

  it('skips absent options by a larger delta', () => {
    const message: Package0 = { serverId: 'a', preferredConType: 9, timestamp: 1, reqMos: true };
    expect(encodeHex(encodePackage0(message))).toBe('220011611109340000000110');
    expect(decodePackage0(bytes('2200 11 61 11 09 34 00000001 10'))).toEqual({ ok: true, value: message });
  });

  it('extends a length by one byte from 13 on and by two from 269 on', () => {
    const of = (length: number): string =>
      encodeHex(encodePackage0({ serverId: 's'.repeat(length), preferredConType: 0, reqMos: false }));
    expect(of(12).slice(4, 8)).toBe('1c73');
    expect(of(13).slice(4, 10)).toBe('1d0073');
    expect(of(268).slice(4, 10)).toBe('1dff73');
    expect(of(269).slice(4, 12)).toBe('1e000073');
    expect(of(525).slice(4, 12)).toBe('1e010073');
  });

  it('takes eight bytes for a timestamp that four cannot hold, and reads one of any width', () => {
    const late: Package0 = { serverId: 'a', preferredConType: 0, timestamp: 2 ** 32, reqMos: false };
    expect(encodeHex(encodePackage0(late))).toBe('2180116111003800000001000000' + '00');
    expect(decodePackage0(bytes('2180 11 61 11 00 33 010203'))).toMatchObject({
      value: { timestamp: 0x010203 },
    });
  });

  it('is read whatever VER and the reserved bits say', () => {
    expect(decodePackage0(bytes('f17f 12 c3a9 11 00'))).toMatchObject({ ok: true, value: { serverId: 'é' } });
  });

  it('may carry options that nobody knows, in between and with extended numbers', () => {
    // Option 0, then 1, 2, then 2 + 13 + 2 = 17 with two bytes, then 17 + 269 + 1 = 287 without a value.
    expect(decodePackage0(bytes('2280 01 aa 11 61 11 00 d202 bbcc e00001'))).toEqual({
      ok: true,
      value: { serverId: 'a', preferredConType: 0, reqMos: false },
    });
  });

  it.each([
    ['', 'package0.truncated', '@0'],
    ['21', 'package0.truncated', '@0'],
    ['2100', 'package0.truncated', '@2'],
    ['2100 12 c3', 'package0.truncated', '@2'],
    ['2100 12 c3a9', 'package0.truncated', '@5'],
    ['2080 1d', 'package0.option_header', '@2'],
    ['2080 1e00', 'package0.option_header', '@2'],
    ['2080 f1 61', 'package0.option_header', '@2'],
    ['2080 1f 61', 'package0.option_header', '@2'],
    ['2100 11 61 11 00 10', 'package0.trailing_bytes', '@6'],
    ['2000 11', 'package0.trailing_bytes', '@2'],
    ['2180 11 61 11 00 01 00', 'package0.option_repeated', '@6'],
    ['2080 11 61', 'package0.option_missing', '@4'],
    ['2080 21 00', 'package0.option_missing', '@4'],
    ['2000', 'package0.option_missing', '@2'],
    ['2100 10 11 00', 'package0.option_invalid', '@3'],
    ['2100 11 ff 11 00', 'package0.option_invalid', '@3'],
    ['2100 11 61 10', 'package0.option_invalid', '@5'],
    ['2100 11 61 12 0000', 'package0.option_invalid', '@5'],
    ['2180 11 61 11 00 11 07', 'package0.option_invalid', '@7'],
    ['2180 11 61 11 00 13 000007', 'package0.option_invalid', '@7'],
    ['2180 11 61 11 00 21 00', 'package0.option_invalid', '@7'],
    ['2180 11 61 11 00 30', 'package0.option_invalid', '@7'],
    ['2180 11 61 11 00 38 ffffffffffffffff', 'package0.option_invalid', '@7'],
    ['2180 11 61 11 00 41 00', 'package0.option_invalid', '@7'],
  ])('%j is refused as %s at %s', (hex, code, path) => {
    expect(decodePackage0(bytes(hex))).toMatchObject({ ok: false, fault: { code, path } });
  });

  it.each<[string, Package0]>([
    ['an empty SERVER-ID', { ...everything, serverId: '' }],
    ['a PREFERRED-CON-TYPE of two bytes', { ...everything, preferredConType: 256 }],
    ['a NOTIFICATION-ID of three bytes', { ...everything, notificationId: 0x10000 }],
    ['a negative NOTIFICATION-ID', { ...everything, notificationId: -1 }],
    ['a TIMESTAMP with a fraction', { ...everything, timestamp: 1.5 }],
    ['a digest of 31 bytes', { ...everything, digest: new Uint8Array(31) }],
  ])('is never written with %s', (_, message) => {
    expect(() => encodePackage0(message)).toThrow(RangeError);
  });
});

describe('Package#0 in JSON form', () => {
  const text = `{"SERVER-ID":"dms","PREFERRED-CON-TYPE":2,"NOTIFICATION-ID":7,"SHA256-DIGEST":"${digits}","TIMESTAMP":1790000000,"REQ-MOS":true}`;

  it("has the options' names as members", () => {
    expect(encodePackage0Json(everything)).toBe(text);
    expect(decodePackage0Json(text)).toEqual({ ok: true, value: everything });
  });

  it('takes null for absent, digits in either case and unknown members', () => {
    expect(
      decodePackage0Json(
        `{"SERVER-ID":"a","PREFERRED-CON-TYPE":0,"NOTIFICATION-ID":null,"SHA256-DIGEST":"${'AB'.repeat(32)}","REQ-MOS":false,"X":{}}`,
      ),
    ).toEqual({
      ok: true,
      value: { serverId: 'a', preferredConType: 0, digest: new Uint8Array(32).fill(0xab), reqMos: false },
    });
  });

  it.each([
    ['', 'package0.invalid_json', '$'],
    ['[]', 'package0.not_an_object', '$'],
    ['{}', 'package0.option_missing', '$["SERVER-ID"]'],
    ['{"SERVER-ID":"a"}', 'package0.option_missing', '$["PREFERRED-CON-TYPE"]'],
    ['{"SERVER-ID":5,"PREFERRED-CON-TYPE":0}', 'package0.option_invalid', '$["SERVER-ID"]'],
    ['{"SERVER-ID":"","PREFERRED-CON-TYPE":0}', 'package0.option_invalid', '$["SERVER-ID"]'],
    ['{"SERVER-ID":"a","PREFERRED-CON-TYPE":"0"}', 'package0.option_invalid', '$["PREFERRED-CON-TYPE"]'],
    [
      '{"SERVER-ID":"a","PREFERRED-CON-TYPE":0,"NOTIFICATION-ID":65536}',
      'package0.option_invalid',
      '$["NOTIFICATION-ID"]',
    ],
    ['{"SERVER-ID":"a","PREFERRED-CON-TYPE":0,"TIMESTAMP":-1}', 'package0.option_invalid', '$["TIMESTAMP"]'],
    [
      '{"SERVER-ID":"a","PREFERRED-CON-TYPE":0,"SHA256-DIGEST":"00"}',
      'package0.option_invalid',
      '$["SHA256-DIGEST"]',
    ],
    ['{"SERVER-ID":"a","PREFERRED-CON-TYPE":0,"REQ-MOS":1}', 'package0.option_invalid', '$["REQ-MOS"]'],
  ])('%j is refused as %s', (json, code, path) => {
    expect(decodePackage0Json(json)).toMatchObject({ ok: false, fault: { code, path } });
  });
});
