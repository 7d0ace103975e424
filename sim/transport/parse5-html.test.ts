import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse5Html } from './parse5-html.ts';

function names(html: string): (string | undefined)[][] {
  return parse5Html
    .parse(html)
    .forms.map(({ controls }) => controls.map(({ attributes }) => attributes.get('name')));
}

describe('a page as parse5 reads it', () => {
  it('has its title, base, refresh and links, entities decoded', () => {
    const page = parse5Html.parse(
      '<!DOCTYPE html><title> A &amp;\n B </title><base target=x><base href="/b?x=1&amp;y"><base href=/c>' +
        '<meta http-equiv=REFRESH content="5"><svg><title>no</title><a href=/svg></a></svg>' +
        '<A HREF="/one?a=1&amp;b">One <b>more</b></A><a name=x>no link</a><map><area href=two></map>',
    );
    expect(page).toMatchObject({ title: 'A & B', base: '/b?x=1&y', refresh: '5', forms: [] });
    expect(page.links.map(({ attributes, text }) => [attributes.get('href'), text])).toEqual([
      ['/one?a=1&b', 'One more'],
      ['two', ''],
    ]);
  });

  it('shows noscript and leaves out template, script and comment', () => {
    expect(
      names(
        '<noscript><form><input name=a></form></noscript><template><form><input name=b></form></template>' +
          '<script>"<form>"</script><!-- <form> -->',
      ),
    ).toEqual([['a']]);
  });

  it('ignores a form within a form, and gives what follows it to the outer one', () => {
    expect(names('<form><input name=a><form><input name=b></form><input name=c>')).toEqual([['a', 'b']]);
  });

  it('gives a control to the form that was open, where tables pull them apart', () => {
    expect(names('<table><form><tr><td><input name=a></td></tr></form></table><input name=b>')).toEqual([
      ['a'],
    ]);
    expect(names('<div><form></div><input name=a></form>')).toEqual([['a']]);
  });

  it('keeps hostile attribute names to themselves', () => {
    const form = parse5Html.parse('<form __proto__=x constructor=y><input name=__proto__>').forms[0]!;
    expect(form.attributes.get('__proto__')).toBe('x');
    expect(form.controls[0]?.attributes.get('name')).toBe('__proto__');
    expect(new Map(form.attributes).has('toString')).toBe(false);
  });

  it('reads fieldsets within fieldsets', () => {
    const page = parse5Html.parse(
      '<form><fieldset disabled><legend><input name=a><fieldset disabled><legend><input name=b></legend>' +
        '<input name=c></fieldset></legend><fieldset disabled><legend><input name=d></legend></fieldset></fieldset>',
    );
    expect(
      page.forms[0]?.controls.map(({ attributes, disabled }) => [attributes.get('name'), disabled]),
    ).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
      ['d', true],
    ]);
  });

  it('comes of any text, without a throw', () => {
    const tag = fc.constantFrom(
      '<form>',
      '<table>',
      '<select>',
      '<b>',
      '</p>',
      '<fieldset disabled>',
      '<legend>',
      '<svg>',
      '<',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(tag).map((tags) => tags.join('')),
        ),
        (text) => {
          const page = parse5Html.parse(text);
          expect(Array.isArray(page.forms) && Array.isArray(page.links)).toBe(true);
        },
      ),
    );
  });
});

describe('a hostile page of 1 MiB', () => {
  const fill = (part: string, start = ''): string => start + part.repeat(Math.floor(1_048_576 / part.length));
  it.each([
    ['deep nesting', fill('<div>')],
    ['open formatting elements', fill('<p>x', Array.from({ length: 50 }, (_, i) => `<b id=${i}>`).join(''))],
    ['fostered content', fill('x<b>', '<table>')],
    ['nested links', fill('<a href=x><table>')],
    [
      'one tag of attributes',
      `<form ${Array.from({ length: 150_000 }, (_, i) => `a${i.toString(36)}`).join(' ')}>`,
    ],
    ['legends', fill('<legend></legend>', `<fieldset disabled>${'<i></i>'.repeat(50_000)}`)],
    ['nested templates', fill('<template><form>')],
  ])('of %s is read in bounded time', (_, html) => {
    const started = performance.now();
    parse5Html.parse(html);
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('with 100,000 inputs has them all', () => {
    expect(parse5Html.parse(`<form>${'<input>'.repeat(100_000)}`).forms[0]?.controls).toHaveLength(100_000);
  });

  it('is shown as far as its elements may go', () => {
    const page = parse5Html.parse(`<form id=first>${'<p>'.repeat(250_000)}<form id=lost>`);
    expect(page.forms.map(({ attributes }) => attributes.get('id'))).toEqual(['first']);
  });
});
