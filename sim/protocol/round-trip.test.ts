import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { formatClientUri, parseClientUri } from './client-uri.ts';
import { decodeCommand, encodeCommand } from './command.ts';
import { type Result } from './fault.ts';
import { decodeHex, encodeHex } from './hex.ts';
import { decodeMo, encodeMo } from './mo.ts';
import { decodePackage0Json, encodePackage0Json } from './package0-json.ts';
import { decodePackage0, encodePackage0 } from './package0.ts';
import { decodePackage1, encodePackage1 } from './package1.ts';
import { decodePackage2, encodePackage2 } from './package2.ts';
import { decodePackage3, encodePackage3 } from './package3.ts';
import * as arbitrary from './testing/arbitraries.ts';
import { decodeUtf8, encodeUtf8, utf8Length } from './utf8.ts';

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.fault));
  return result.value;
}

describe('what we write we read as the same', () => {
  it('Package#0 in binary form', () => {
    fc.assert(
      fc.property(arbitrary.package0, (message) => {
        const { signedForm, ...read } = valueOf(decodePackage0(encodePackage0(message)));
        expect(read).toEqual(message);
        expect(signedForm !== undefined).toBe(message.digest !== undefined);
      }),
    );
  });

  it('Package#0 in JSON form', () => {
    fc.assert(
      fc.property(arbitrary.package0, (message) => {
        expect(valueOf(decodePackage0Json(encodePackage0Json(message)))).toEqual(message);
      }),
    );
  });

  it('Package#1', () => {
    fc.assert(
      fc.property(arbitrary.package1, (message) => {
        expect(valueOf(decodePackage1(encodePackage1(message)))).toEqual(message);
      }),
    );
  });

  it('Package#2, with no violation but commands behind END', () => {
    fc.assert(
      fc.property(fc.array(arbitrary.command, { minLength: 1, maxLength: 8 }), (commands) => {
        const { violations, ...read } = valueOf(decodePackage2(encodePackage2(commands)));
        const end = commands.findIndex(({ name }) => name === 'END');
        expect(read).toEqual({ commands, ends: end >= 0 });
        expect(violations.map(({ rule }) => rule)).toEqual(
          end < 0 ? [] : commands.slice(end + 1).map(() => 'package2.command_behind_end'),
        );
      }),
    );
  });

  it('each command', () => {
    fc.assert(
      fc.property(arbitrary.command, (command) => {
        expect(decodeCommand(encodeCommand(command), '$')).toEqual(command);
      }),
    );
  });

  it('Package#3', () => {
    fc.assert(
      fc.property(arbitrary.package3, (message) => {
        expect(valueOf(decodePackage3(encodePackage3(message)))).toEqual(message);
      }),
    );
  });

  it('MO serializations', () => {
    fc.assert(
      fc.property(fc.array(arbitrary.mo, { maxLength: 4 }), (list) => {
        expect(valueOf(decodeMo(encodeMo(list)))).toEqual(list);
      }),
    );
  });

  it('ClientURIs, whatever their names and values look like', () => {
    fc.assert(
      fc.property(arbitrary.clientUriParts, (parts) => {
        const text = formatClientUri(parts);
        expect(valueOf(parseClientUri(text))).toEqual({ text, ...parts });
      }),
    );
  });
});

describe('bytes as text', () => {
  it('UTF-8 is what the Encoding standard makes of any text', () => {
    const anyText = fc.string({
      unit: fc.oneof(
        fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
        fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
      ),
    });
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = encodeUtf8(text);
        expect(bytes).toEqual(new TextEncoder().encode(text));
        expect(utf8Length(text)).toBe(bytes.length);
      }),
    );
  });

  it('reads UTF-8 exactly where a strict decoder does', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const awkward = fc.constantFrom(
      0x41,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc1,
      0xc2,
      0xe0,
      0xed,
      0xa0,
      0x9f,
      0xef,
      0xf0,
      0x90,
      0xf4,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.array(awkward, { maxLength: 6 }),
        arbitrary.wellFormed,
        (any, odd, text) => {
          for (const bytes of [any, Uint8Array.from(odd), encodeUtf8(text)]) {
            let expected: string | undefined;
            try {
              expected = strict.decode(bytes);
            } catch {
              expected = undefined;
            }
            expect(decodeUtf8(bytes)).toBe(expected);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('reads a text longer than one call can take', () => {
    const long = 'aä€😀'.repeat(5_000);
    expect(decodeUtf8(encodeUtf8(long))).toBe(long);
  });

  it('Base64 and hexadecimal digits agree with an independent implementation', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const reference = Buffer.from(bytes);
        expect(encodeBase64(bytes)).toBe(reference.toString('base64'));
        expect(encodeHex(bytes)).toBe(reference.toString('hex'));
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
        expect(decodeBase64(encodeBase64(bytes).replace(/=+$/, ''))).toEqual(bytes);
        expect(decodeHex(encodeHex(bytes).toUpperCase())).toEqual(bytes);
      }),
    );
  });

  it.each(['A', 'AA=', 'A===', '====', 'AA==A', 'AA AA', 'A-_A', 'AAAä', 'AAAAA'])(
    'refuses %j as Base64',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined();
    },
  );

  it.each(['a', 'zz', '0x', ' 1', 'é1'])('refuses %j as hexadecimal digits', (text) => {
    expect(decodeHex(text)).toBeUndefined();
  });
});
