import { describe, expect, it } from 'vitest';
import { ALERT } from './alert.ts';
import { decodePackage3, encodePackage3 } from './package3.ts';

const message = {
  statuses: [
    { sc: 200 },
    { sc: 200, uris: ['urn:oma:mo:m:1.0/a/'] },
    { sc: 200, mo: [{ clientUri: 'urn:oma:mo:m:1.0/a/', cv: '3', moData: { Name: 'x', On: true } }] },
    { sc: 404 },
  ],
  alerts: [{ alertType: ALERT.uiSessionDone, sourceUri: 'https://h/ui', data: { outcome: 'done' } }],
};
/** By hand from protocol.md sections 2, 4 and 6. */
const text =
  '{"Status":[{"sc":200},{"sc":200,"URI":["urn:oma:mo:m:1.0/a/"]},' +
  '{"sc":200,"MO":[{"ClientURI":"urn:oma:mo:m:1.0/a/","CV":"3","MOData":{"Name":"x","On":true}}]},{"sc":404}],' +
  '"Alert":[{"AlertType":"urn:oma:at:dm:2.0:UISessionDone","SourceURI":"https://h/ui","Data":{"outcome":"done"}}]}';

describe('Package#3', () => {
  it('has the status of every command in order, data of a GET with its status, and alerts', () => {
    expect(encodePackage3(message)).toBe(text);
    expect(decodePackage3(text)).toEqual({ ok: true, value: message });
  });

  it('answers an empty CMD with an empty Status', () => {
    expect(encodePackage3({ statuses: [], alerts: [] })).toBe('{"Status":[]}');
    expect(decodePackage3('{"Status":[]}')).toEqual({ ok: true, value: { statuses: [], alerts: [] } });
  });

  it('is read liberally: unknown members skipped, null absent', () => {
    expect(decodePackage3('{"Status":[{"sc":200,"URI":null,"MO":null,"X":1}],"Alert":null,"Y":[]}')).toEqual({
      ok: true,
      value: { statuses: [{ sc: 200 }], alerts: [] },
    });
  });

  it.each([
    ['', 'package3.invalid_json', '$'],
    ['[]', 'package3.not_an_object', '$'],
    ['{}', 'package3.status_missing', '$.Status'],
    ['{"Status":{}}', 'package3.status_invalid', '$.Status'],
    ['{"Status":[200]}', 'package3.status_invalid', '$.Status[0]'],
    ['{"Status":[{"sc":200},{}]}', 'package3.status_invalid', '$.Status[1].sc'],
    ['{"Status":[{"sc":"200"}]}', 'package3.status_invalid', '$.Status[0].sc'],
    ['{"Status":[{"sc":200.5}]}', 'package3.status_invalid', '$.Status[0].sc'],
    ['{"Status":[{"sc":99}]}', 'package3.status_invalid', '$.Status[0].sc'],
    ['{"Status":[{"sc":600}]}', 'package3.status_invalid', '$.Status[0].sc'],
    ['{"Status":[{"sc":200,"URI":"u"}]}', 'package3.status_invalid', '$.Status[0].URI'],
    ['{"Status":[{"sc":200,"MO":{}}]}', 'package3.status_invalid', '$.Status[0].MO'],
    ['{"Status":[{"sc":200,"MO":[{"MOData":1}]}]}', 'package3.member_invalid', '$.Status[0].MO[0].ClientURI'],
    ['{"Status":[{"sc":200,"MO":[{"ClientURI":"u"}]}]}', 'package3.data_missing', '$.Status[0].MO[0].MOData'],
    ['{"Status":[],"Alert":[{}]}', 'package3.alert_invalid', '$.Alert[0].AlertType'],
  ])('%j is refused as %s at %s', (json, code, path) => {
    expect(decodePackage3(json)).toMatchObject({ ok: false, fault: { code, path } });
  });
});
