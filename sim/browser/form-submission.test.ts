import { describe, expect, it } from 'vitest';
import { parse5Html } from '../transport/parse5-html.ts';
import { submission, submissionTarget } from './form-submission.ts';

const PAGE = 'http://ui.example/dir/page?old=1';

function submitted(html: string) {
  const form = parse5Html.parse(html).forms[0]!;
  const submitter = form.controls.find(({ element }) => element === 'button');
  const target = submissionTarget(form, submitter, PAGE, PAGE);
  return target === undefined ? undefined : submission(form, submitter, target, false);
}

describe('the request of a form', () => {
  it.each([
    ['<form>', 'http://ui.example/dir/page?a=1'],
    ['<form action="">', 'http://ui.example/dir/page?a=1'],
    ['<form action="next?x=y#z">', 'http://ui.example/dir/next?a=1'],
    ['<form action="/up" method=GET>', 'http://ui.example/up?a=1'],
    ['<form action="//other.example:81/">', 'http://other.example:81/?a=1'],
    ['<form action=" ..\\up/ä b " method=nonsense>', 'http://ui.example/up/%C3%A4%20b?a=1'],
  ])('%s is a GET of %s: the query is replaced', (tag, uri) => {
    expect(submitted(`${tag}<input name=a value=1></form>`)).toEqual({ method: 'GET', uri });
  });

  it('is a POST to the action, its query kept', () => {
    expect(submitted('<form method=post action="do?step=2"><input name="a b" value="1&2">')).toEqual({
      method: 'POST',
      uri: 'http://ui.example/dir/do?step=2',
      contentType: 'application/x-www-form-urlencoded',
      body: 'a+b=1%262',
    });
  });

  it('follows formaction, formmethod and formenctype of the button', () => {
    expect(
      submitted(
        '<form action=a><button name=b value=v formaction=/b formmethod=POST formenctype="text/plain">Go',
      ),
    ).toEqual({
      method: 'POST',
      uri: 'http://ui.example/b',
      contentType: 'text/plain',
      body: 'b=v\r\n',
    });
  });

  it('writes multipart/form-data with a boundary of its own', () => {
    const request = submitted('<form method=post enctype="multipart/form-data"><input name=a value=1>');
    const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(request?.contentType ?? '')?.[1] ?? '';
    expect(boundary.length).toBeGreaterThan(10);
    expect(request?.body).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--${boundary}--\r\n`,
    );
  });

  it.each(['<form action="javascript:void(0)">', '<form action="mailto:a@b">', '<form method=dialog>'])(
    '%s leads nowhere',
    (tag) => {
      expect(submitted(`${tag}<input name=a>`)).toBeUndefined();
    },
  );
});
