/** k6's HTML parser beside the fleet's: the same pages for the browser. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { temporaryFolder } from '../../sim/cli/testing/command.ts';
import { DETAILS_PAGE, DONE_PAGE, QUESTION_PAGE } from '../../sim/server/web-pages.ts';
import { parse5Html } from '../../sim/transport/parse5-html.ts';
import { pagesInK6 } from './testing/k6-run.ts';
import { k6Test, WITHOUT_K6 } from './testing/serving.ts';

describe(`the browser's pages${WITHOUT_K6}`, () => {
  k6Test('are read by k6 as the fleet reads them', async () => {
    const file = join(temporaryFolder(), 'pages.json');
    writeFileSync(file, JSON.stringify(PAGES));
    const found = await pagesInK6(file);
    const plain = (page: unknown): unknown =>
      JSON.parse(
        JSON.stringify(page, (_, value: unknown) => (value instanceof Map ? [...value].sort() : value)),
      );
    expect(found).toEqual(PAGES.map((text) => plain(parse5Html.parse(text))));
  });
});

const PAGES = [
  String(QUESTION_PAGE),
  String(DETAILS_PAGE),
  String(DONE_PAGE),
  '',
  'no markup at all & <',
  '<!DOCTYPE html><title> A &amp;\n B </title><base target=x><base href="/b?x=1&amp;y"><base href=/c><meta http-equiv=REFRESH content="5"><svg><title>no</title><a href=/svg></a></svg><A HREF="/one?a=1&amp;b">One <b>more</b></A><a name=x>no link</a><map><area href=two></map>',
  '<noscript><form><input name=a></form></noscript><template><form><input name=b></form></template><script>"<form>"</script><!-- <form> -->',
  '<form><input name=a><form><input name=b></form><input name=c>',
  '<form __proto__=x constructor=y><input name=__proto__ value="&quot;">',
  '<form><fieldset disabled><legend><input name=a><fieldset disabled><legend><input name=b></legend><input name=c></fieldset></legend><fieldset disabled><legend><input name=d></legend></fieldset></fieldset>',
  '<form id=f action="?q=ü"><select name=s><optgroup disabled><option value=1>One</optgroup><option selected> Two  words<option disabled value="">None</select><textarea name=t>\n\n a\n</textarea></form><button form=f formaction=/x> Send\n it </button><datalist><input name=no></datalist><input form=f name=late disabled>',
  '<form id=a></form><form id=a></form><input form=a name=first><input form=b name=nowhere><input name=loose>',
  '<table><tr><td><form action=/in><input name=cell></form></table><p><a href=" /blank ">x</a>',
];
