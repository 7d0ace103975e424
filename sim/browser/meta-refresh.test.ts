import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMetaRefresh } from './meta-refresh.ts';

it.each([
  ['5', { delayMs: 5_000, reference: undefined }],
  ['0;url=/next', { delayMs: 0, reference: '/next' }],
  [' 3 ; URL = "a b" rest', { delayMs: 3_000, reference: 'a b' }],
  ["1, url='x", { delayMs: 1_000, reference: 'x' }],
  ['2 next', { delayMs: 2_000, reference: 'next' }],
  ['2.7;next', { delayMs: 2_000, reference: 'next' }],
  ['.5;url=', { delayMs: 0, reference: undefined }],
])('%j is understood', (content, expected) => {
  expect(parseMetaRefresh(content)).toEqual(expected);
});

it.each(['', ' ', 'url=/next', 'soon', '5x', '-1;url=/next', ';url=/x'])('%j asks for nothing', (content) => {
  expect(parseMetaRefresh(content)).toBeUndefined();
});

it('gives a delay or nothing for any text', () => {
  fc.assert(
    fc.property(fc.string(), (content) => {
      const refresh = parseMetaRefresh(content);
      expect(refresh === undefined || refresh.delayMs >= 0).toBe(true);
    }),
  );
});
