/** The pages of the Web Server Component: plain HTML that a phone's browser would show as well as a headless one. */

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:34rem;padding:0 1rem;color:#1c2430}' +
  'h1{font-size:1.4rem}fieldset{border:1px solid #c8d0da;border-radius:.5rem;margin:1rem 0}label{display:block;margin:.4rem 0}' +
  'button{font:inherit;padding:.5rem 1.2rem;border-radius:.4rem;border:1px solid #1f5fbf;background:#1f5fbf;color:#fff}' +
  'button.quiet{background:#fff;color:#1f5fbf}';

function page(title: string, content: string): Buffer {
  return Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${content}
</body>
</html>
`);
}

/** First page of the consent: accept leads to the details, decline to the end. */
export const QUESTION_PAGE = page(
  'A new system software is ready',
  `<p>Version 2.0 makes your device safer and faster. It takes a few minutes, and your data stays as it is.</p>
<form method="post" action="/ui/consent/answer">
<input type="hidden" name="form" value="question">
<fieldset>
<legend>When shall it be done?</legend>
<label><input type="radio" name="when" value="now" checked> Right away</label>
<label><input type="radio" name="when" value="night"> In the coming night</label>
</fieldset>
<label><input type="checkbox" name="wlan" value="yes" checked> Only over WLAN</label>
<p><button type="submit" name="decision" value="accept">Accept</button>
<button type="submit" name="decision" value="decline" class="quiet">Decline</button></p>
</form>`,
);

/** Second page: a little more to fill in. */
export const DETAILS_PAGE = page(
  'Before it begins',
  `<form method="post" action="details">
<input type="hidden" name="form" value="details">
<label>Language of the notes
<select name="language"><option value="de">Deutsch</option><option value="en" selected>English</option><option value="fr">Français</option></select></label>
<label>Name for this device <input type="text" name="label" value="My device" maxlength="40"></label>
<label><input type="checkbox" name="report" value="yes"> Send a report when it is done</label>
<p><button type="submit">Continue</button></p>
</form>
<p><a href="declined" rel="nofollow">No, cancel</a></p>`,
);

/** The end after consent: nothing to go on with. */
export const DONE_PAGE = page(
  'Thank you',
  '<p>The update will be done as you wished. You can put the device aside.</p>',
);

/** The end after refusal: nothing to go on with. */
export const DECLINED_PAGE = page('Nothing was changed', '<p>You will be asked again at another time.</p>');

/** A UI Session of one page. */
export const NOTICE_PAGE = page('A notice', '<p>Your provider has changed the settings of this device.</p>');
