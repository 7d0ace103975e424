import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClientUri } from './client-uri.ts';
import { type Result } from './fault.ts';
import { decodeMo, encodeMo } from './mo.ts';
import { decodePackage0Json, encodePackage0Json } from './package0-json.ts';
import { decodePackage0, encodePackage0 } from './package0.ts';
import { decodePackage1, encodePackage1 } from './package1.ts';
import { decodePackage2, encodePackage2 } from './package2.ts';
import { decodePackage3, encodePackage3 } from './package3.ts';
import { parseServerUri, resolveReference } from './server-uri.ts';
import * as arbitrary from './testing/arbitraries.ts';
import { VIOLATION_RULES } from './violation.ts';

interface Reader {
  readonly what: string;
  readonly valid: fc.Arbitrary<string>;
  readonly decode: (text: string) => Result<unknown>;
  readonly codes: RegExp;
}

const readers: readonly Reader[] = [
  {
    what: 'Package#0 in JSON form',
    valid: arbitrary.package0.map(encodePackage0Json),
    decode: decodePackage0Json,
    codes: /^package0\.[a-z_]+$/,
  },
  {
    what: 'Package#1',
    valid: arbitrary.package1.map(encodePackage1),
    decode: decodePackage1,
    codes: /^package1\.[a-z_]+$/,
  },
  {
    what: 'Package#2',
    valid: fc.array(arbitrary.command, { maxLength: 6 }).map(encodePackage2),
    decode: (text) => decodePackage2(text),
    codes: /^package2\.[a-z_]+$/,
  },
  {
    what: 'Package#3',
    valid: arbitrary.package3.map(encodePackage3),
    decode: decodePackage3,
    codes: /^package3\.[a-z_]+$/,
  },
  {
    what: 'an MO serialization',
    valid: fc.array(arbitrary.mo, { maxLength: 3 }).map(encodeMo),
    decode: (text) => decodeMo(text),
    codes: /^mo\.[a-z_]+$/,
  },
  {
    what: 'a ClientURI',
    valid: arbitrary.clientUri.map(({ text }) => text),
    decode: (text) => parseClientUri(text),
    codes: /^client_uri_[a-z]+$/,
  },
  {
    what: 'a ServerURI',
    valid: arbitrary.serverUri,
    decode: (text) => parseServerUri(text),
    codes: /^server_uri_invalid$/,
  },
];

/** A value or a well-formed fault; a throw fails the test by itself. */
function expectValueOrFault(result: Result<unknown>, codes: RegExp): void {
  if (result.ok) return;
  const { code, path, found, expected } = result.fault;
  expect(code).toMatch(codes);
  expect(found.length).toBeLessThanOrEqual(80);
  expect(path).not.toBe('');
  expect(expected).not.toBe('');
}

/** Deletes, repeats, replaces and inserts: each step is a position (as a share of the length) and what to do there. */
const mutation = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.integer({ min: 0, max: 4 }),
    insert: fc.oneof(
      fc.constantFrom(
        '"',
        '[',
        ']',
        '{',
        '}',
        ',',
        ':',
        '\\',
        '\u0000',
        '\ud800',
        'null',
        '1e999',
        '-',
        '%',
        '%zz',
        '(',
        ')/',
        '*',
        '?nv=',
        '&',
        '/',
        '//',
        '"CMD":',
        '__proto__',
      ),
      fc.string({ maxLength: 3 }),
    ),
  }),
  { minLength: 1, maxLength: 5 },
);

describe.each(readers)(
  '$what that is damaged gives a value or a fault, never a throw',
  ({ valid, decode, codes }) => {
    it('cut anywhere', () => {
      fc.assert(
        fc.property(valid, (text) => {
          for (let length = 0; length < text.length; length++)
            expectValueOrFault(decode(text.slice(0, length)), codes);
        }),
        { numRuns: 15 },
      );
    });

    it('mutated anywhere', () => {
      fc.assert(
        fc.property(valid, mutation, (text, steps) => {
          let mutated = text;
          for (const { at, remove, insert } of steps) {
            const index = Math.floor(at * mutated.length);
            mutated = mutated.slice(0, index) + insert + mutated.slice(index + remove);
          }
          expectValueOrFault(decode(mutated), codes);
        }),
        { numRuns: 500 },
      );
    });

    it('any text, and JSON of any shape', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), fc.json(), (text, json) => {
          expectValueOrFault(decode(text), codes);
          expectValueOrFault(decode(json), codes);
        }),
      );
    });
  },
);

describe('Package#0 in binary form that is damaged', () => {
  it('is a fault at every truncation', () => {
    fc.assert(
      fc.property(arbitrary.package0, (message) => {
        const bytes = encodePackage0(message);
        for (let length = 0; length < bytes.length; length++) {
          const result = decodePackage0(bytes.subarray(0, length));
          expect(result.ok).toBe(false);
          expectValueOrFault(result, /^package0\.(truncated|option_header)$/);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives a value or a fault for any bytes and any changed byte', () => {
    fc.assert(
      fc.property(
        arbitrary.package0,
        fc.uint8Array({ maxLength: 64 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
        (message, noise, changes) => {
          expectValueOrFault(decodePackage0(noise), /^package0\./);
          const bytes = encodePackage0(message);
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          expectValueOrFault(decodePackage0(bytes), /^package0\./);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('Package#2 whose CMD holds anything', () => {
  it('has a command for every entry, and violations in one short line of a known rule', () => {
    const entry = fc.oneof(
      fc.jsonValue(),
      fc
        .tuple(
          fc.constantFrom(
            'HGET',
            'HPUT',
            'GET',
            'EXEC',
            'END',
            'DEFAULT',
            'SUB',
            'hget',
            'constructor',
            'malformed',
            'unknown',
          ),
          fc.array(fc.oneof(fc.string(), fc.constant('https://u:hunter2@example'), fc.integer()), {
            maxLength: 3,
          }),
        )
        .map(([word, parameters]) => [word, ...parameters]),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const result = decodePackage2(JSON.stringify({ CMD: entries }));
        if (!result.ok) throw new Error(result.fault.code);
        const { commands, violations } = result.value;
        expect(commands).toHaveLength(entries.length);
        const wrong = commands.filter(({ name }) => name === 'malformed' || name === 'unknown').length;
        const behind = violations.filter(({ rule }) => rule === 'package2.command_behind_end').length;
        expect(violations).toHaveLength(wrong + behind + (entries.length === 0 ? 1 : 0));
        for (const { rule, example } of violations) {
          expect(VIOLATION_RULES).toContain(rule);
          expect(example.length).toBeLessThanOrEqual(200);
          expect(example).not.toContain('hunter2');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a mebibyte of malice takes no longer than a mebibyte of work', () => {
  const size = 1_000_000;
  it.each([
    ['empty commands', `{"CMD":[${'[],'.repeat(size / 3)}0]}`],
    ['entries that are no arrays', `{"CMD":[${'0,'.repeat(size / 2 - 10)}[]]}`],
    ['one rule after another', `{"CMD":[${'[],'.repeat(size / 6)}${'0,'.repeat(size / 6)}["GET"]]}`],
    ['one word', `{"CMD":[["${'H'.repeat(size)}"]]}`],
    ['one ClientURI of many segments', `{"CMD":[["GET","urn:oma:mo:m:1.0//${'*/'.repeat(size / 2 - 50)}"]]}`],
    [
      'one ClientURI of many nv',
      `{"CMD":[["GET","urn:oma:mo:m:1.0/(x)/?${'nv=(x)/a:b&'.repeat(size / 12)}"]]}`,
    ],
    ['one MOID of colons', `{"CMD":[["DEFAULT","http://h/","urn${':a'.repeat(size / 2 - 50)}/"]]}`],
    ['one ServerURI of question marks', `{"CMD":[["SHOW","http://h/${'?#'.repeat(size / 2 - 50)} "]]}`],
    ['user information without end', `{"CMD":[["SHOW","${'//'.repeat(size / 2 - 50)} "]]}`],
  ])('%s', (_, text) => {
    const result = decodePackage2(text);
    expect(result.ok && result.value.commands.length > 0).toBe(true);
  });

  it('depth is found before anything is built', () => {
    const result = decodePackage2(`{"CMD":${'['.repeat(size)}`);
    expect(result).toMatchObject({ ok: false, fault: { code: 'package2.too_deep' } });
  });

  it('a reference of dots and slashes', () => {
    expect(resolveReference('http://h/a', '../'.repeat(size / 3))).toBe('http://h/');
  });
});
