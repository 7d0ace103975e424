import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMultipart, encodePlainText, encodeUrlencoded, multipartBoundary } from './form-encoding.ts';

describe('application/x-www-form-urlencoded', () => {
  it.each([
    [[], ''],
    [[{ name: 'a', value: '1' }], 'a=1'],
    [
      [
        { name: 'a', value: '1' },
        { name: 'a', value: '' },
      ],
      'a=1&a=',
    ],
    [[{ name: 'full name', value: 'Ada Lovelace' }], 'full+name=Ada+Lovelace'],
    [[{ name: 'q', value: 'a&b=c+d%' }], 'q=a%26b%3Dc%2Bd%25'],
    [[{ name: 'q', value: 'ü€😀' }], 'q=%C3%BC%E2%82%AC%F0%9F%98%80'],
    [[{ name: 'q', value: "*-._~!'()" }], 'q=*-._%7E%21%27%28%29'],
    [[{ name: 't', value: 'one\ntwo\r\nthree\rfour' }], 't=one%0D%0Atwo%0D%0Athree%0D%0Afour'],
    [[{ name: 'lone', value: '\ud800' }], 'lone=%EF%BF%BD'],
    [[{ name: 'nul', value: '\0/' }], 'nul=%00%2F'],
  ])('%j is %s', (entries, expected) => {
    expect(encodeUrlencoded(entries)).toBe(expected);
  });

  it('is read back by an independent decoder, whatever the entries are', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replace(/[\r\n]/g, ''));
    fc.assert(
      fc.property(fc.array(fc.record({ name: text, value: text })), (entries) => {
        expect([...new URLSearchParams(encodeUrlencoded(entries))]).toEqual(
          entries.map(({ name, value }) => [name, value]),
        );
      }),
    );
  });
});

describe('multipart/form-data', () => {
  it('writes fields, empty files and the end as browsers do', () => {
    const entries = [
      { name: 'a "b"\n', value: 'x\ny' },
      { name: 'f', value: '', file: true as const },
    ];
    expect(encodeMultipart(entries, 'BOUND')).toBe(
      '--BOUND\r\nContent-Disposition: form-data; name="a %22b%22%0D%0A"\r\n\r\nx\r\ny\r\n' +
        '--BOUND\r\nContent-Disposition: form-data; name="f"; filename=""\r\n' +
        'Content-Type: application/octet-stream\r\n\r\n\r\n--BOUND--\r\n',
    );
  });

  it('chooses the same boundary for the same entries, and none that stands in them', () => {
    const plain = multipartBoundary([{ name: 'a', value: 'b' }]);
    expect(multipartBoundary([{ name: 'a', value: 'b' }])).toBe(plain);
    const other = multipartBoundary([{ name: 'a', value: `--${plain}` }]);
    expect(other).not.toBe(plain);
    expect(`--${plain}`).not.toContain(other);
  });
});

it('text/plain is a line for each entry', () => {
  expect(
    encodePlainText([
      { name: 'a', value: '1 & 2' },
      { name: 'b', value: 'x\ny' },
    ]),
  ).toBe('a=1 & 2\r\nb=x\r\ny\r\n');
});
