import { describe, expect, it } from 'vitest';
import { ALERT } from './alert.ts';
import { decodePackage1, encodePackage1 } from './package1.ts';

describe('Package#1', () => {
  it('is written as in the example of protocol.md section 2', () => {
    expect(
      encodePackage1({
        managementObjects: [
          {
            ddf: 'https://example.com/ddf/devinfo-1.2.ddf',
            moid: 'urn:oma:mo:oma-dm-devinfo:1.2',
            miids: ['devinfo'],
          },
        ],
        alerts: [{ alertType: ALERT.clientInitiated }],
      }),
    ).toBe(
      '{"MOS":[{"DDF":"https://example.com/ddf/devinfo-1.2.ddf","MOID":"urn:oma:mo:oma-dm-devinfo:1.2","MIID":["devinfo"]}],' +
        '"Alert":[{"AlertType":"urn:oma:at:dm:2.0:ClientInitiatedMgmt"}]}',
    );
  });

  it("is read with every member of an alert, others' members skipped", () => {
    expect(
      decodePackage1(
        '{"MOS":null,"MgmtTree":[{"MOData":{}}],"Alert":[{"AlertType":"t","SourceURI":"s","TargetURI":"d","Mark":"minor","DataType":"x","Data":{"a":[1]},"New":1}]}',
      ),
    ).toEqual({
      ok: true,
      value: {
        alerts: [
          { alertType: 't', sourceUri: 's', targetUri: 'd', mark: 'minor', dataType: 'x', data: { a: [1] } },
        ],
      },
    });
  });

  it.each(['{}', '{"MOS":null,"Alert":null}', '\ufeff{}'])('%j has no alerts and no MOs', (text) => {
    expect(decodePackage1(text)).toEqual({ ok: true, value: { alerts: [] } });
  });

  it.each([
    ['', 'package1.invalid_json', '$'],
    ['[]', 'package1.not_an_object', '$'],
    ['null', 'package1.not_an_object', '$'],
    ['{"MOS":{}}', 'package1.mos_invalid', '$.MOS'],
    ['{"MOS":[5]}', 'package1.mos_invalid', '$.MOS[0]'],
    ['{"MOS":[{"MOID":"m"}]}', 'package1.mos_invalid', '$.MOS[0].MIID'],
    ['{"MOS":[{"MIID":[]},{"MIID":[1]}]}', 'package1.mos_invalid', '$.MOS[1].MIID'],
    ['{"MOS":[{"MIID":[],"DDF":1}]}', 'package1.mos_invalid', '$.MOS[0].DDF'],
    ['{"Alert":"a"}', 'package1.alert_invalid', '$.Alert'],
    ['{"Alert":[null]}', 'package1.alert_invalid', '$.Alert[0]'],
    ['{"Alert":[{}]}', 'package1.alert_invalid', '$.Alert[0].AlertType'],
    ['{"Alert":[{"AlertType":""}]}', 'package1.alert_invalid', '$.Alert[0].AlertType'],
    ['{"Alert":[{"AlertType":"t","Mark":"Minor"}]}', 'package1.alert_invalid', '$.Alert[0].Mark'],
    ['{"Alert":[{"AlertType":"t","Data":"d"}]}', 'package1.alert_invalid', '$.Alert[0].Data'],
    ['{"Alert":[{"AlertType":"t","SourceURI":1}]}', 'package1.alert_invalid', '$.Alert[0].SourceURI'],
  ])('%j is refused as %s at %s', (text, code, path) => {
    expect(decodePackage1(text)).toMatchObject({ ok: false, fault: { code, path } });
  });
});
