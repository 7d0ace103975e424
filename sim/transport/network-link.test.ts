import { describe, expect, test } from 'vitest';
import { NetworkConditions, NETWORKS, type Network } from '../device/network.ts';
import { randomStream } from '../random/random.ts';
import { NetworkLink } from './network-link.ts';
import { EventLog } from './testing/event-log.ts';
import { failed, get, responded } from './testing/http-requests.ts';
import { response, ScriptedHttp } from './testing/scripted-http.ts';
import { settled, VirtualClock } from './testing/virtual-clock.ts';

const STEADY: Network = {
  ...NETWORKS.lan,
  roundTrip: { kind: 'constant', ms: 100 },
  upBitsPerSecond: Number.POSITIVE_INFINITY,
  downBitsPerSecond: Number.POSITIVE_INFINITY,
};

function linkOver(network: Network | undefined) {
  const clock = new VirtualClock();
  const recorder = new EventLog();
  const http = new ScriptedHttp(() => ({ ...response(200, 'x'), connectMs: 3 }));
  const conditions =
    network === undefined ? undefined : new NetworkConditions(network, randomStream(7, 'test'));
  return {
    clock,
    recorder,
    http,
    link: new NetworkLink({ connections: http.open(), conditions, recorder, clock }),
  };
}

describe('a simulated network', () => {
  test('delays half a round trip each way, and a round trip before for the new connection', async () => {
    const { clock, recorder, http, link } = linkOver(STEADY);
    const exchange = link.exchange(get('http://h/'));
    await clock.advance(149);
    expect(http.requests).toHaveLength(0);
    await clock.advance(1);
    expect(http.requests).toHaveLength(1);
    let done = false;
    void exchange.then(() => (done = true));
    await clock.advance(49);
    expect(done).toBe(false);
    await clock.advance(1);
    expect(done).toBe(true);
    expect(recorder.delayed('network')).toBe(200);
    const second = link.exchange(get('http://h/'));
    await clock.advance(100);
    responded(await second);
    expect(recorder.delayed('network')).toBe(300);
  });

  test('TLS costs a new connection two round trips', async () => {
    const { clock, http, link } = linkOver(STEADY);
    void link.exchange(get('https://h/'));
    await clock.advance(249);
    expect(http.requests).toHaveLength(0);
    await clock.advance(1);
    expect(http.requests).toHaveLength(1);
  });

  test('as fast as lan waits whole milliseconds only, and none get lost', async () => {
    const { clock, recorder, http, link } = linkOver({
      ...STEADY,
      roundTrip: { kind: 'constant', ms: 0.25 },
    });
    for (let i = 0; i < 40; i++) {
      const exchange = link.exchange(get('http://h/'));
      await clock.advance(2);
      responded(await exchange);
    }
    expect(http.requests).toHaveLength(40);
    // 40 round trips and one for the connection are 10.25 ms.
    expect(recorder.of('simulatedDelay')).toEqual(Array.from({ length: 10 }, () => ['network', 1]));
  });

  test('breaks connections after an exchange, never within', async () => {
    const { clock, http, link } = linkOver({ ...STEADY, breakShare: 1 });
    const exchange = link.exchange(get('http://h/'));
    await clock.advance(160);
    expect([http.requests.length, http.broken]).toEqual([1, 0]);
    await clock.advance(100);
    responded(await exchange);
    expect(http.broken).toBe(1);
  });

  test('closing ends a delay at once; only what was waited is counted, and nothing is sent', async () => {
    const { clock, recorder, http, link } = linkOver(STEADY);
    const exchange = link.exchange(get('http://h/'));
    await clock.advance(40);
    link.close();
    expect(failed(await exchange).failure).toBe('connection_closed');
    expect(recorder.delayed('network')).toBe(40);
    expect([http.requests.length, http.stillOpen, clock.timers]).toEqual([0, 0, 0]);
  });
});

test('without a simulated network there is no delay, and connecting is measured', async () => {
  const { recorder, clock, link } = linkOver(undefined);
  const exchange = link.exchange(get('http://h/'));
  await settled();
  responded(await exchange);
  expect(recorder.events).toEqual([['connected', 3]]);
  expect(clock.timers).toBe(0);
});
