/** DELETE: nodes with all below them (protocol.md section 4). */
import { expect, test } from 'vitest';
import { runSession } from '../testing/scripted-driver.ts';
import { testDevice } from '../testing/test-device.ts';

const M = 'urn:oma:mo:m:1.0';

function remove(uri: string, lookAt: string) {
  const { statuses } = runSession(testDevice(), {
    packages: [
      [
        ['DELETE', uri],
        ['GET', lookAt],
      ],
    ],
  });
  return [statuses[0]?.sc, statuses[1]?.MO?.map((entry) => entry['MOData']) ?? statuses[1]?.sc];
}

test('a node goes with its children', () => {
  expect(remove(`${M}/left/Data/1`, `${M}/left/Data/*/Value`)).toEqual([200, [12]]);
});

test('an MO instance goes, and an empty MIID then means the one that is left', () => {
  expect(remove(`${M}/left/`, `${M}//ID`)).toEqual([200, ['Temperature']]);
});

test('a wildcard deletes every node it means', () => {
  expect(remove(`${M}/*/Data/*`, `${M}/*/Data`)).toEqual([200, [{}, {}]]);
});

test('a permanent node is 405 and stays', () => {
  const fumo = 'urn:oma:mo:oma-fumo:1.0//PkgName';
  expect(remove(fumo, fumo)).toEqual([405, ['']]);
});

test('a node that is not there is 404', () => {
  expect(remove(`${M}/left/Data/9`, `${M}/left/ID`)).toEqual([404, ['GPS']]);
});

test('the same node twice is 200 and then 404', () => {
  const command = ['DELETE', `${M}/left/Data/1`];
  const run = runSession(testDevice(), { packages: [[command, command]] });
  expect(run.statuses).toEqual([{ sc: 200 }, { sc: 404 }]);
});
