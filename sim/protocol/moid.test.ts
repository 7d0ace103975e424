import { describe, expect, it } from 'vitest';
import { canonicalMoid } from './moid.ts';

describe('a MOID', () => {
  it.each([
    ['urn:oma:mo:oma-fumo:1.0', 'urn:oma:mo:oma-fumo:1.0'],
    ['oma:mo:oma-fumo:1.0', 'urn:oma:mo:oma-fumo:1.0'],
    ['URN:oma:mo:oma-fumo:1.0', 'urn:oma:mo:oma-fumo:1.0'],
    ['urn:vendor-x:thing', 'urn:vendor-x:thing'],
    ['urn:vendor-x:mo:thing', 'urn:vendor-x:mo:thing'],
    ['', undefined],
    ['urn:oma', undefined],
    ['urn:oma:mo:', undefined],
    ['urn::mo:a', undefined],
    ['http:', undefined],
    ['https://h:80', undefined],
    ['urn:oma:mo:a b:1', undefined],
    ['urn:oma:mo:a:1/', undefined],
  ])('%j is %j', (text, moid) => {
    expect(canonicalMoid(text)).toBe(moid);
  });
});
