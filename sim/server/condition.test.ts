import { describe, expect, it } from 'vitest';
import { parseClientUri, type ClientUri } from '../protocol/client-uri.ts';
import { DeviceMatcher, noteIdentity, type ReportedIdentity, SessionFacts } from './condition.ts';
import { reportedValues } from './reported-value.ts';

function place(text: string): ClientUri {
  const uri = parseClientUri(text);
  if (!uri.ok) throw new Error(text);
  return uri.value;
}
const STATE = place('urn:oma:mo:oma-fumo:1.0//State');

describe('a reported value', () => {
  it.each([
    ['the leaf alone', 'urn:oma:mo:oma-fumo:1.0/fumo/State', '10'],
    ['a number', 'urn:oma:mo:oma-fumo:1.0/fumo/State', 10],
    ['its name repeated', 'urn:oma:mo:oma-fumo:1.0/fumo/State', { State: '10' }],
    ['the whole instance', 'urn:oma:mo:oma-fumo:1.0/fumo/', { PkgName: 'x', State: '10' }],
    ['the whole instance with its root', 'urn:oma:mo:oma-fumo:1.0/fumo/', { fumo: { State: '10' } }],
    ['an address without urn', 'oma:mo:oma-fumo:1.0/fumo/State', '10'],
  ])('is found when a device sends %s', (_, clientUri, moData) => {
    expect(reportedValues([{ clientUri, moData }], STATE)).toEqual(['10']);
  });

  it('is not taken from another MO, another leaf or an unreadable address', () => {
    const data = [
      { clientUri: 'urn:oma:mo:other:1.0/fumo/State', moData: '10' },
      { clientUri: 'urn:oma:mo:oma-fumo:1.0/fumo/PkgName', moData: '10' },
      { clientUri: 'nonsense', moData: '10' },
    ];
    expect(reportedValues(data, STATE)).toEqual([]);
  });

  it('is held to the MIID where the place names one', () => {
    const data = [
      { clientUri: 'urn:oma:mo:m:1.0/left/Value', moData: 1 },
      { clientUri: 'urn:oma:mo:m:1.0/right/Value', moData: 2 },
    ];
    expect(reportedValues(data, place('urn:oma:mo:m:1.0/right/Value'))).toEqual(['2']);
    expect(reportedValues(data, place('urn:oma:mo:m:1.0//Value'))).toEqual(['1', '2']);
  });
});

describe('a condition', () => {
  it('on a status looks at the last one of that command in this session', () => {
    const facts = new SessionFacts(1);
    const failed = { status: { command: 'HGET' as const, is: [{ from: 400, to: 499 }] } };
    expect(facts.satisfy(failed)).toBe(false);
    facts.noteStatus('HGET', 404);
    facts.noteStatus('GET', 200);
    expect(facts.satisfy(failed)).toBe(true);
    facts.noteStatus('HGET', 200);
    expect(facts.satisfy(failed)).toBe(false);
  });

  it('with isNot needs something that differs', () => {
    const facts = new SessionFacts(1);
    const other = { status: { command: 'SHOW' as const, isNot: [{ from: 200, to: 200 }] } };
    expect(facts.satisfy(other)).toBe(false);
    facts.noteStatus('SHOW', 501);
    expect(facts.satisfy(other)).toBe(true);
  });

  it('on a value, an alert and the session number needs all of them', () => {
    const facts = new SessionFacts(4);
    const condition = {
      value: { at: STATE, is: ['100'] },
      alert: 'urn:example:done',
      session: { from: 2, to: 9, every: 2 },
    };
    facts.noteAlerts([{ alertType: 'urn:example:done' }]);
    expect(facts.satisfy(condition)).toBe(false);
    facts.noteData([{ clientUri: 'urn:oma:mo:oma-fumo:1.0/fumo/State', moData: 100 }], [STATE]);
    expect(facts.satisfy(condition)).toBe(true);
    expect(facts.satisfy({ ...condition, session: { from: 3, to: 9, every: 2 } })).toBe(false);
    expect(facts.satisfy({ ...condition, session: { from: 5, to: 9, every: 1 } })).toBe(false);
  });
});

describe('a device filter', () => {
  const ids = Array.from({ length: 2_000 }, (_, i) => `IMEI:${i}`);
  const chosen = (from: number, to: number, seed: number): string[] => {
    const matcher = new DeviceMatcher({ share: { from, to } }, seed);
    return ids.filter((devId) => matcher.matches(devId, undefined));
  };

  it('by share takes about that share, the same devices each time, others with another seed', () => {
    const tenth = chosen(0, 0.1, 7);
    expect(tenth.length).toBeGreaterThan(150);
    expect(tenth.length).toBeLessThan(250);
    expect(chosen(0, 0.1, 7)).toEqual(tenth);
    expect(chosen(0, 0.1, 8)).not.toEqual(tenth);
  });

  it('by share splits the fleet without gaps or overlaps', () => {
    const parts = [chosen(0, 0.3, 7), chosen(0.3, 1, 7)];
    expect([...(parts[0] ?? []), ...(parts[1] ?? [])].sort()).toEqual([...ids].sort());
  });

  it('by kind of device holds once the device has reported its DevInfo', () => {
    const matcher = new DeviceMatcher({ deviceType: ['vehicle'], manufacturer: ['Meridian'] }, 1);
    const identity: ReportedIdentity = {};
    expect(matcher.matches('x', undefined)).toBe(false);
    expect(matcher.matches('x', identity)).toBe(false);
    noteIdentity(identity, [
      {
        clientUri: 'urn:oma:mo:oma-dm-devinfo:1.2/devinfo/',
        moData: { DevType: 'vehicle', Man: 'Meridian' },
      },
    ]);
    expect(matcher.matches('x', identity)).toBe(true);
  });

  it('by DevID pattern and by MO named in Package#1 needs both', () => {
    const matcher = new DeviceMatcher({ id: '^VIN:', mo: 'urn:oma:mo:ecu:1.0' }, 1);
    const moids = new Set(['urn:oma:mo:ecu:1.0']);
    expect(matcher.matches('VIN:1', { moids })).toBe(true);
    expect(matcher.matches('IMEI:1', { moids })).toBe(false);
    expect(matcher.matches('VIN:1', {})).toBe(false);
  });
});
