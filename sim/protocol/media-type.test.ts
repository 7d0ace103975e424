import { describe, expect, it } from 'vitest';
import { acceptsMediaType, essenceOf, isJsonMediaType, MEDIA_TYPE } from './media-type.ts';

describe('media types', () => {
  it('are compared without parameters and in lower case', () => {
    expect(essenceOf(' Application/JSON ; charset=utf-8')).toBe('application/json');
    expect(essenceOf('')).toBe('');
  });

  it.each([
    ['application/json', true],
    ['application/dmmo+json; charset=utf-8', true],
    [MEDIA_TYPE.mo, true],
    ['text/html', false],
    ['application/jsonx', false],
    ['application/xml', false],
    ['+json', false],
    ['', false],
  ])('%j holds JSON: %s', (type, expected) => {
    expect(isJsonMediaType(type)).toBe(expected);
  });

  it.each([
    ['', true],
    ['*/*', true],
    ['*', true],
    ['application/*', true],
    ['text/*', false],
    ['text/html', false],
    ['Application/JSON', true],
    ['text/html, application/json;q=0.5', true],
    ['application/json;q=0', false],
    ['application/json; Q=0.000', false],
    ['application/json;q=0.001', true],
    ['*/*, application/json;q=0', false],
    ['application/json;q=0, */*', false],
    ['application/*;q=0, application/json', true],
    ['text/html;x="a,*/*;q=1"', false],
    ['application/json;v="a,b";q=0', false],
    [' , application/json', true],
  ])('Accept %j takes application/json: %s', (accept, expected) => {
    expect(acceptsMediaType(accept, 'application/json; charset=utf-8')).toBe(expected);
  });
});
