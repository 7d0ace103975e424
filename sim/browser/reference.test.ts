import { describe, expect, it } from 'vitest';
import { isFragmentOnly, refererOf, resolveLink } from './reference.ts';

describe('a reference', () => {
  const base = 'https://ui.example/a/b?q=1';
  it.each([
    ['c', 'https://ui.example/a/c'],
    ['?x', 'https://ui.example/a/b?x'],
    ['', 'https://ui.example/a/b?q=1'],
    ['\n /x\ty#z ', 'https://ui.example/xy'],
    ['..\\c?p=\\', 'https://ui.example/c?p=%5C'],
    ['HTTP://other.example/', 'HTTP://other.example/'],
    ['javascript:alert(1)', undefined],
    ['java\nscript:alert(1)', undefined],
    ['intent://scan', undefined],
    ['http://', undefined],
  ])('%j leads to %s', (reference, expected) => {
    expect(resolveLink(base, reference)).toBe(expected);
  });

  it('that is a fragment leads nowhere else', () => {
    expect(isFragmentOnly(' #top')).toBe(true);
    expect(isFragmentOnly('/#top')).toBe(false);
  });

  it('with half a million blanks within is read in no time', () => {
    const started = performance.now();
    resolveLink(base, `a${' '.repeat(500_000)}b`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('the referer', () => {
  it.each([
    ['http://a.example/x?y=1#z', 'http://a.example/other', 'http://a.example/x?y=1'],
    ['http://a.example?y', 'http://a.example/', 'http://a.example/?y'],
    ['http://user:secret@a.example/x', 'http://a.example/', 'http://a.example/x'],
    ['http://user:secret@a.example/x', 'http://b.example/', 'http://a.example/'],
    ['http://a.example:80/x', 'http://a.example/', 'http://a.example/x'],
    ['http://a.example/x', 'https://a.example/', 'http://a.example/'],
    ['https://a.example/x', 'http://a.example/', undefined],
  ])('from %s to %s is %s', (from, to, expected) => {
    expect(refererOf(from, to)).toBe(expected);
  });
});
