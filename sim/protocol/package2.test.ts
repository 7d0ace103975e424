import { describe, expect, it } from 'vitest';
import { COMMAND_NAMES } from './command.ts';
import { decodePackage2, encodePackage2, type Package2 } from './package2.ts';

function read(entries: readonly unknown[]): Package2 {
  const result = decodePackage2(JSON.stringify({ CMD: entries }));
  if (!result.ok) throw new Error(result.fault.code);
  return result.value;
}

const rules = ({ violations }: Package2): readonly string[] => violations.map(({ rule }) => rule);
const SU = 'https://dr.example/x';
const CU = 'urn:oma:mo:oma-fumo:1.0//';

describe('Package#2', () => {
  it('is read as in the example of protocol.md section 2', () => {
    const result = decodePackage2(
      '{"CMD": [[ "HGET", "https://dr.example/x", "urn:oma:mo:oma-fumo:1.0//" ], ["END"]]}',
    );
    expect(result).toEqual({
      ok: true,
      value: {
        commands: [
          {
            name: 'HGET',
            serverUri: SU,
            clientUri: {
              text: CU,
              moid: 'urn:oma:mo:oma-fumo:1.0',
              miid: undefined,
              path: [],
              nodeValues: [],
            },
          },
          { name: 'END' },
        ],
        ends: true,
        violations: [],
      },
    });
  });

  it('is written as in the example', () => {
    const { commands } = read([['HGET', SU, CU], ['END']]);
    expect(encodePackage2(commands.filter((one) => one.name !== 'malformed' && one.name !== 'unknown'))).toBe(
      '{"CMD":[["HGET","https://dr.example/x","urn:oma:mo:oma-fumo:1.0//"],["END"]]}',
    );
  });

  it('holds each of the twelve commands', () => {
    const read12 = read([
      ['HGET', SU],
      ['HPUT', SU, CU],
      ['HPOST', SU, CU, CU],
      ['DELETE', CU],
      ['EXEC', CU, SU],
      ['GET', CU, CU],
      ['SHOW', SU],
      ['CONT', SU],
      ['DEFAULT', SU, 'urn:oma:mo:oma-fumo:1.0'],
      ['SUB', SU, CU],
      ['UNSUB', CU],
      ['END'],
    ]);
    expect(read12.violations).toEqual([]);
    expect(read12.ends).toBe(true);
    expect(new Set(read12.commands.map(({ name }) => name))).toEqual(new Set(COMMAND_NAMES));
    expect(read12.commands[2]).toMatchObject({ clientUris: [{ text: CU }, { text: CU }] });
    expect(read12.commands[8]).toEqual({ name: 'DEFAULT', serverUri: SU, moid: 'urn:oma:mo:oma-fumo:1.0' });
  });

  it('skips members that it does not know, and parameters behind those that a command knows', () => {
    const result = decodePackage2('{"X":{"CMD":5},"CMD":[["SHOW","http://h/","more"],["END",5]],"Y":null}');
    expect(result).toMatchObject({ ok: true, value: { violations: [], ends: true } });
  });

  it('tells whether it ends wherever END stands, and holds commands behind END against the server', () => {
    const package2 = read([['SHOW', SU], ['END'], ['SHOW', SU], ['NOPE']]);
    expect(package2.ends).toBe(true);
    expect(package2.commands.map(({ name }) => name)).toEqual(['SHOW', 'END', 'SHOW', 'unknown']);
    expect(rules(package2)).toEqual([
      'package2.command_behind_end',
      'package2.unknown_command',
      'package2.command_behind_end',
    ]);
  });

  it('without commands is a violation, not a fault', () => {
    const package2 = read([]);
    expect(package2).toMatchObject({ commands: [], ends: false });
    expect(rules(package2)).toEqual(['package2.empty']);
  });

  it.each<[unknown, string, string]>([
    [['NOPE', SU], 'NOPE', 'package2.unknown_command'],
    [['hget', SU], 'hget', 'package2.unknown_command'],
    [['constructor'], 'constructor', 'package2.unknown_command'],
    [['malformed'], 'malformed', 'package2.unknown_command'],
    [[''], '', 'package2.unknown_command'],
    [[], 'undefined', 'package2.unknown_command'],
    [[5, SU], '5', 'package2.unknown_command'],
    [[['HGET']], 'an array of 1', 'package2.unknown_command'],
    ['END', '"END"', 'package2.command_not_an_array'],
    [null, 'null', 'package2.command_not_an_array'],
    [{ HGET: SU }, 'an object', 'package2.command_not_an_array'],
  ])('%j is an unknown command', (entry, word, rule) => {
    const package2 = read([entry, ['SHOW', SU]]);
    expect(package2.commands[0]).toEqual({ name: 'unknown', word });
    expect(package2.commands[1]).toEqual({ name: 'SHOW', serverUri: SU });
    expect(rules(package2)).toEqual([rule]);
    expect(package2.ends).toBe(false);
  });

  it.each<[readonly unknown[], string, string]>([
    [['HGET'], 'parameter_missing', '$.CMD[0][1]'],
    [['HGET', CU], 'server_uri_invalid', '$.CMD[0][1]'],
    [['HGET', 5], 'parameter_not_a_string', '$.CMD[0][1]'],
    [['HGET', SU, null], 'parameter_not_a_string', '$.CMD[0][2]'],
    [['HGET', SU, SU], 'client_uri_moid', '$.CMD[0][2]'],
    [['HGET', 'ftp://h/'], 'server_uri_invalid', '$.CMD[0][1]'],
    [['HGET', '/relative'], 'server_uri_invalid', '$.CMD[0][1]'],
    [['HPUT', SU], 'parameter_missing', '$.CMD[0][2]'],
    [['HPOST', SU, CU, 'x'], 'client_uri_moid', '$.CMD[0][3]'],
    [['DELETE'], 'parameter_missing', '$.CMD[0][1]'],
    [['DELETE', SU], 'client_uri_moid', '$.CMD[0][1]'],
    [['EXEC', SU], 'client_uri_moid', '$.CMD[0][1]'],
    [['EXEC', CU, CU], 'server_uri_invalid', '$.CMD[0][2]'],
    [['EXEC', CU, false], 'parameter_not_a_string', '$.CMD[0][2]'],
    [['GET'], 'parameter_missing', '$.CMD[0][1]'],
    [['GET', CU, {}], 'parameter_not_a_string', '$.CMD[0][2]'],
    [['SHOW'], 'parameter_missing', '$.CMD[0][1]'],
    [['SHOW', 'javascript:alert(1)'], 'server_uri_invalid', '$.CMD[0][1]'],
    [['CONT', ['x']], 'parameter_not_a_string', '$.CMD[0][1]'],
    [['DEFAULT', SU], 'parameter_missing', '$.CMD[0][2]'],
    [['DEFAULT', SU, 'nothing'], 'moid_invalid', '$.CMD[0][2]'],
    [['DEFAULT', SU, SU], 'moid_invalid', '$.CMD[0][2]'],
    [['SUB', SU], 'parameter_missing', '$.CMD[0][2]'],
    [['SUB', CU, SU], 'server_uri_invalid', '$.CMD[0][1]'],
    [['UNSUB', ''], 'client_uri_moid', '$.CMD[0][1]'],
  ])('%j is malformed: %s at %s', (entry, code, path) => {
    const package2 = read([entry, ['END']]);
    expect(package2.commands[0]).toMatchObject({
      name: 'malformed',
      command: entry[0],
      fault: { code, path },
    });
    expect(rules(package2)).toEqual(['package2.malformed_command']);
    expect(package2.violations[0]?.example).toContain(path);
    expect(package2.ends).toBe(true);
  });

  it('counts every occurrence of a violation and keeps the example of the first', () => {
    const { violations } = read([['A'], 5, ['B']]);
    expect(violations).toEqual([
      {
        rule: 'package2.unknown_command',
        example: '$.CMD[0][0]: expected the name of a DM Command, found "A"',
      },
      { rule: 'package2.command_not_an_array', example: '$.CMD[1]: expected an array of strings, found 5' },
      {
        rule: 'package2.unknown_command',
        example: '$.CMD[0][0]: expected the name of a DM Command, found "A"',
      },
    ]);
  });

  it.each([
    ['', 'package2.invalid_json'],
    ['<html></html>', 'package2.invalid_json'],
    ['{"CMD":[["END"]]', 'package2.invalid_json'],
    ['[["END"]]', 'package2.not_an_object'],
    ['null', 'package2.not_an_object'],
    ['"CMD"', 'package2.not_an_object'],
    ['{}', 'package2.cmd_missing'],
    ['{"cmd":[]}', 'package2.cmd_missing'],
    ['{"CMD":null}', 'package2.cmd_not_an_array'],
    ['{"CMD":{"0":["END"]}}', 'package2.cmd_not_an_array'],
    ['{"CMD":"END"}', 'package2.cmd_not_an_array'],
    [`{"X":${'['.repeat(64)}${']'.repeat(64)},"CMD":[]}`, 'package2.too_deep'],
  ])('%j cannot be read: %s', (text, code) => {
    expect(decodePackage2(text)).toMatchObject({ ok: false, fault: { code } });
  });

  it('is a mebibyte at most unless another limit is given', () => {
    const filled = (letters: number): string => `{"CMD":[["${'a'.repeat(letters)}"]]}`;
    // Fourteen characters stand around the letters.
    expect(decodePackage2(filled(1_048_562)).ok).toBe(true);
    expect(decodePackage2(filled(1_048_563))).toMatchObject({
      ok: false,
      fault: { code: 'package2.too_large', found: '1048577' },
    });
  });

  it('counts bytes, not characters, and takes exactly as many as the limit says', () => {
    const text = '{"CMD":[["é"]]}';
    const limit = (maxBytes: number): boolean => decodePackage2(text, { maxBytes, maxDepth: 64 }).ok;
    expect(limit(16)).toBe(true);
    expect(limit(15)).toBe(false);
  });

  it('does not take brackets in a string for depth, and takes exactly as much of it as the limit says', () => {
    const inString = `{"CMD":[["${'[{\\"'.repeat(200)}"]]}`;
    expect(decodePackage2(inString)).toMatchObject({ ok: true });
    const deep = `{"X":${'['.repeat(63)}${']'.repeat(63)},"CMD":[["END"]]}`;
    expect(decodePackage2(deep)).toMatchObject({ ok: true });
  });

  it('reads 10,000 commands', () => {
    const package2 = read(Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? ['GET', CU] : ['NOPE'])));
    expect(package2.commands).toHaveLength(10_000);
    expect(package2.violations).toHaveLength(5_000);
  });
});
