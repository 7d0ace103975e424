import { describe, expect, it } from 'vitest';
import { loadShippedCampaign, parseCampaign, SHIPPED_CAMPAIGNS } from './campaign.ts';
import { campaignOf, GET_THEN_END } from './testing/campaign-text.ts';

function faultOf(yaml: string): { code: string; path: string; found: string; expected: string } {
  const campaign = parseCampaign(yaml, 'my.yaml');
  if (campaign.ok) throw new Error('the campaign was taken');
  return campaign.fault;
}

describe('a campaign file', () => {
  it.each(SHIPPED_CAMPAIGNS)('that ships is right: %s', (name) => {
    const campaign = loadShippedCampaign(name);
    expect(campaign.ok ? campaign.value.name : campaign.fault).toBe(name);
  });

  it('becomes one plan, and reports are acknowledged with END alone by default', () => {
    const campaign = campaignOf(GET_THEN_END);
    expect(campaign.plans).toEqual([
      {
        name: 'short',
        weight: 1,
        steps: [{ commands: [['GET', 'urn:oma:mo:oma-dm-devinfo:1.2//Man']] }, { commands: [['END']] }],
      },
    ]);
    expect(campaign.reports).toMatchObject([
      { alertType: 'urn:oma:at:fumo:1.0:OperationComplete', steps: [{ commands: [['END']] }] },
    ]);
  });

  it('that is no YAML is refused with the line', () => {
    const fault = faultOf('name: x\nsteps:\n  - cmd: [[END]\n');
    expect(fault.code).toBe('yaml_invalid');
    expect(fault.path).toMatch(/^my\.yaml:[34]$/);
  });

  it('with an unknown key is refused with its line', () => {
    expect(faultOf('name: x\nsteps:\n  - cmd: [[END]]\n    if: 1\n')).toEqual({
      code: 'campaign_invalid',
      path: 'my.yaml:4, steps[0].if',
      found: '"if"',
      expected: 'a known key',
    });
  });

  it('with an unknown command is refused with its line', () => {
    expect(faultOf("name: x\nsteps:\n  - cmd:\n    - [FETCH, 'http://a/b']\n    - [END]\n")).toMatchObject({
      code: 'campaign_command',
      path: 'my.yaml:4, steps[0].cmd[0]',
      found: '"FETCH"',
    });
  });

  it('with a command whose parameter is of the wrong kind is refused', () => {
    const fault = faultOf("name: x\nsteps:\n  - cmd:\n    - [GET, 'http://a/b']\n    - [END]\n");
    expect(fault).toMatchObject({ code: 'campaign_command', path: 'my.yaml:4, steps[0].cmd[0]' });
  });

  it('with a parameter that is not text is refused at the parameter', () => {
    const fault = faultOf('name: x\nsteps:\n  - cmd:\n    - [GET, 7]\n    - [END]\n');
    expect(fault).toMatchObject({ path: 'my.yaml:4, steps[0].cmd[0][1]', found: '7', expected: 'a string' });
  });

  it('with an unknown name in braces is refused', () => {
    const fault = faultOf("name: x\nsteps:\n  - cmd: [[SHOW, '{{host}}/ui'], [END]]\n");
    expect(fault).toMatchObject({
      code: 'campaign_template',
      path: 'my.yaml:3, steps[0].cmd[0]',
      found: '"host"',
    });
  });

  it('whose last step does not end every session is refused', () => {
    const condition = "    when: { alert: 'a' }\n";
    expect(faultOf("name: x\nsteps:\n  - cmd: [[SHOW, '{{server}}/ui/']]\n").code).toBe('campaign_end');
    expect(faultOf(`name: x\nsteps:\n  - cmd: [[END]]\n${condition}`).code).toBe('campaign_end');
  });

  it('with a command behind END, or steps that are never reached, is refused', () => {
    expect(faultOf("name: x\nsteps:\n  - cmd: [[END], [SHOW, '{{server}}/ui/']]\n").code).toBe(
      'campaign_end',
    );
    expect(faultOf('name: x\nsteps:\n  - cmd: [[END]]\n  - cmd: [[END]]\n').code).toBe('campaign_end');
  });

  it('needs either steps or mix', () => {
    expect(faultOf('name: x\n')).toMatchObject({ code: 'campaign_invalid', expected: 'either steps or mix' });
  });

  it('can mix shipped campaigns with its own steps, each with its weight', () => {
    const campaign = campaignOf(`
name: blend
mix:
  - { weight: 3, campaign: firmware }
  - weight: 1
    name: own
    steps: [{ cmd: [[END]] }]
`);
    expect(campaign.plans.map(({ name, weight }) => [name, weight])).toEqual([
      ['firmware', 3],
      ['own', 1],
    ]);
    expect(campaign.firmware).toEqual([{ name: 'system-2.0.1.bin', bytes: 65_536 }]);
    expect(campaign.reports[0]?.steps).toHaveLength(2);
  });

  it('that mixes something unknown is refused with the line', () => {
    const fault = faultOf('name: x\nmix:\n  - { weight: 1, campaign: nothing }\n');
    expect(fault).toMatchObject({ code: 'campaign_unknown', path: 'my.yaml:3, mix[0].campaign' });
    expect(fault.expected).toContain('inventory');
  });

  it('that mixes itself in is refused', () => {
    const fault = faultOf('name: mixed\nmix:\n  - { weight: 1, campaign: mixed }\n');
    expect(fault.code).toBe('campaign_unknown');
  });

  it('whose parts are all for some devices only is refused', () => {
    const yaml = `
name: x
mix:
  - { weight: 1, campaign: inventory, devices: { share: 10% } }
`;
    expect(faultOf(yaml)).toMatchObject({ code: 'campaign_invalid', path: 'my.yaml:3, mix' });
  });

  it('reads device filters and conditions', () => {
    const campaign = campaignOf(`
name: x
steps:
  - devices: { share: 12.5%, id: '^IMEI:', deviceType: vehicle }
    when:
      status: { command: HGET, is: [200, 4xx] }
      value: { at: 'urn:oma:mo:oma-fumo:1.0//State', isNot: 10 }
      session: { from: 2, every: 3 }
    cmd: [[END]]
  - cmd: [[END]]
`);
    expect(campaign.plans[0]?.steps[0]).toMatchObject({
      devices: { share: { from: 0, to: 0.125 }, id: '^IMEI:', deviceType: ['vehicle'] },
      when: {
        status: {
          command: 'HGET',
          is: [
            { from: 200, to: 200 },
            { from: 400, to: 499 },
          ],
        },
        value: { isNot: ['10'] },
        session: { from: 2, every: 3 },
      },
    });
  });

  it.each([
    ['devices: { id: "(" }', 'a regular expression'],
    ['devices: { share: 101% }', 'a share of at most 100%'],
    ['when: { status: { command: GET } }', 'either is or isNot'],
    ['when: { value: { at: "urn:oma:mo:m:1.0//*", is: 1 } }', 'the ClientURI of a leaf, of plain names'],
    ['when: {}', 'at least one condition'],
  ])('with %s is refused in line 4', (line, expected) => {
    const fault = faultOf(`name: x\nsteps:\n  - cmd: [[END]]\n    ${line}\n  - cmd: [[END]]\n`);
    expect(fault.path).toMatch(/^my\.yaml:4, steps\[0\]/);
    expect(fault.expected).toContain(expected);
  });

  it('whose repository content is no MO serialization is refused', () => {
    const yaml = 'name: x\nsteps: [{ cmd: [[END]] }]\nrepository:\n  /repository/a:\n    body: { Data: 1 }\n';
    expect(faultOf(yaml)).toMatchObject({
      code: 'campaign_invalid',
      path: 'my.yaml:5, repository./repository/a.body',
    });
  });

  it('cannot be made to unfold aliases without end', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (const name of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])
      bomb.push(
        `${name}: &${name} [${Array(10)
          .fill(`*${String.fromCharCode(name.charCodeAt(0) - 1)}`)
          .join()}]`,
      );
    expect(faultOf(bomb.join('\n')).code).toBe('yaml_invalid');
  });
});
