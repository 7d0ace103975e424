import { describe, expect, it } from 'vitest';
import { parse5Html } from '../transport/parse5-html.ts';
import { formEntries } from './form-entries.ts';
import { type Form } from './html.ts';

function form(html: string): Form {
  return parse5Html.parse(`<form>${html}</form>`).forms[0]!;
}

/** What the form sends when nobody touches it and the first button named `go` is pressed. */
function sent(html: string, complete = false): (readonly [string, string])[] {
  const found = form(html);
  const submitter = found.controls.find((control) => control.attributes.get('name') === 'go');
  return formEntries(found, submitter, complete).map(({ name, value }) => [name, value] as const);
}

describe('successful controls', () => {
  it('are hidden and text-like fields with a name, in document order', () => {
    expect(
      sent(
        '<input type=hidden name=token value=t1><input name=who value=Ada><input value=nameless>' +
          '<input name="" value=x><input type=unheard name=u value=v><input type=password name=p>',
      ),
    ).toEqual([
      ['token', 't1'],
      ['who', 'Ada'],
      ['u', 'v'],
      ['p', ''],
    ]);
  });

  it('include checkboxes only when checked, with "on" where no value stands', () => {
    expect(
      sent(
        '<input type=checkbox name=a checked><input type=checkbox name=b value=2 checked><input type=checkbox name=c>',
      ),
    ).toEqual([
      ['a', 'on'],
      ['b', '2'],
    ]);
  });

  it('include one radio button of a group: the last that is checked', () => {
    expect(
      sent(
        '<input type=radio name=r value=1 checked><input type=radio name=r value=2 checked>' +
          '<input type=radio name=s value=3><input type=radio name=t checked disabled>',
      ),
    ).toEqual([['r', '2']]);
  });

  it('include the selected option, or else the first that is enabled', () => {
    expect(
      sent(
        '<select name=a><option value=1>one<option value=2 selected>two</select>' +
          '<select name=b><option disabled>x<option>  second   one </select>' +
          '<select name=c><optgroup disabled><option>no</optgroup><option value="">none</select>' +
          '<select name=d><option selected disabled>d</select>' +
          '<select name=e size=3><option>e</select><select name=f></select>',
      ),
    ).toEqual([
      ['a', '2'],
      ['b', 'second one'],
      ['c', ''],
    ]);
  });

  it('include every selected option of a multiple select', () => {
    expect(
      sent(
        '<select multiple name=a><option selected>1<option>2<option selected>3<option selected disabled>4</select>',
      ),
    ).toEqual([
      ['a', '1'],
      ['a', '3'],
    ]);
  });

  it('include a textarea without its first line break', () => {
    expect(sent('<textarea name=t>\nline &amp; <b>\nnext</textarea>')).toEqual([['t', 'line & <b>\nnext']]);
  });

  it('leave out what is disabled, by itself or by its fieldset, but not its first legend', () => {
    expect(
      sent(
        '<input name=a disabled><fieldset disabled><legend><input name=b></legend><legend><input name=c></legend>' +
          '<div><input name=d><select name=e><option>1</select></div></fieldset><input name=f>',
      ),
    ).toEqual([
      ['b', ''],
      ['f', ''],
    ]);
  });

  it('include the button that was pressed and no other', () => {
    const buttons = '<button name=stop value=1>Stop</button><input type=submit name=other>';
    expect(sent(`${buttons}<button name=go value=yes>Go</button>`)).toEqual([['go', 'yes']]);
    expect(sent(`${buttons}<button name=go>Go</button>`)).toEqual([['go', '']]);
    expect(sent(`${buttons}<input type=submit name=go>`)).toEqual([['go', 'Submit']]);
    expect(sent(`${buttons}<input type=reset name=r><input type=button name=b value=2>`)).toEqual([]);
  });

  it('include the co-ordinates of a pressed image', () => {
    expect(sent('<input type=image name=go>')).toEqual([
      ['go.x', '0'],
      ['go.y', '0'],
    ]);
    const nameless = form('<input type=image>');
    expect(formEntries(nameless, nameless.controls[0], false)).toEqual([
      { name: 'x', value: '0' },
      { name: 'y', value: '0' },
    ]);
  });

  it('include controls elsewhere that name the form, and not those that name another', () => {
    const page = parse5Html.parse(
      '<input name=before form=f><form id=f><input name=in><input name=away form=g></form><form id=g></form>' +
        '<input name=behind form=f><input name=lost form=nobody>',
    );
    expect(formEntries(page.forms[0]!, undefined, false).map(({ name }) => name)).toEqual([
      'before',
      'in',
      'behind',
    ]);
    expect(formEntries(page.forms[1]!, undefined, false).map(({ name }) => name)).toEqual(['away']);
  });

  it('send empty files, the charset and the direction as browsers do', () => {
    expect(
      sent(
        '<input type=file name=f><input type=hidden name=_charset_ value=x><input name=t dirname=t.dir value=a>',
      ),
    ).toEqual([
      ['f', ''],
      ['_charset_', 'UTF-8'],
      ['t', 'a'],
      ['t.dir', 'ltr'],
    ]);
  });

  it('hold what a browser would make of their values', () => {
    expect(
      sent(
        '<input name=t value="a&#10;b"><input type=email name=e value=" a@b "><input type=number name=n value=abc>' +
          '<input type=number name=m value=-1.5e3><input type=color name=c value=RED><input type=range name=r>' +
          '<input type=range name=s min=0 max=5 value=9><input type=range name=q min=0 max=5>' +
          '<input type=date name=d value=tomorrow><input type=hidden name=h value="a&#10;b">',
      ),
    ).toEqual([
      ['t', 'ab'],
      ['e', 'a@b'],
      ['n', ''],
      ['m', '-1.5e3'],
      ['c', '#000000'],
      ['r', '50'],
      ['s', '5'],
      ['q', '3'],
      ['d', ''],
      ['h', 'a\nb'],
    ]);
  });

  it('of a datalist are none', () => {
    expect(sent('<datalist><input name=a></datalist><input name=b>')).toEqual([['b', '']]);
  });
});

describe('a user who goes on', () => {
  it('fills what is required and empty, by type', () => {
    expect(
      sent(
        '<input name=a required><input type=email name=b required><input type=number name=c required min=18>' +
          '<input type=number name=d required max=0><input type=tel name=e required><input type=date name=f required>' +
          '<input type=url name=g required><input name=h required minlength=8><input name=i required maxlength=2>' +
          '<textarea name=j required></textarea><input type=time name=k required><input name=l>',
        true,
      ),
    ).toEqual([
      ['a', 'text'],
      ['b', 'user@example.org'],
      ['c', '18'],
      ['d', '0'],
      ['e', '+12025550100'],
      ['f', '2026-01-01'],
      ['g', 'https://example.org/'],
      ['h', 'textxxxx'],
      ['i', 'te'],
      ['j', 'text'],
      ['k', '12:00'],
      ['l', ''],
    ]);
  });

  it('leaves what holds something, and what cannot be changed', () => {
    expect(sent('<input name=a required value=mine><input name=b required readonly>', true)).toEqual([
      ['a', 'mine'],
      ['b', ''],
    ]);
  });

  it('ticks a required box, presses a required radio button and makes a required choice', () => {
    expect(
      sent(
        '<input type=checkbox name=terms required><input type=checkbox name=news>' +
          '<input type=radio name=r value=1 disabled><input type=radio name=r value=2 required><input type=radio name=r value=3>' +
          '<select name=s required><option value="">choose<option disabled>x<option value=ok>fine</select>',
        true,
      ),
    ).toEqual([
      ['terms', 'on'],
      ['r', '2'],
      ['s', 'ok'],
    ]);
  });

  it('is not led astray by an absurd minlength', () => {
    expect(sent('<input name=a required minlength=1e9>', true)[0]?.[1]).toHaveLength(10_000);
  });
});
