/** Latencies set by flag or file, and how they combine with a profile's own. */
import { describe, expect, it } from 'vitest';
import { COMMAND_NAMES } from '../protocol/command.ts';
import { type Distribution } from '../random/distribution.ts';
import { parseLatency, withLatencies } from './latency.ts';
import { testProfile } from './testing/test-device.ts';

const ms = (value: number): Distribution => ({ kind: 'constant', ms: value });

describe('parsing --latency', () => {
  it('reads target and distribution', () => {
    expect(parseLatency('HGET=50ms')).toEqual({ ok: true, value: { target: 'HGET', distribution: ms(50) } });
    expect(parseLatency('exec=1s')).toMatchObject({ value: { target: 'exec' } });
    expect(parseLatency('EXEC=1s')).toMatchObject({ value: { target: 'EXEC' } });
    expect(parseLatency('hget=1s')).toMatchObject({ value: { target: 'HGET' } });
    expect(parseLatency(' ui_think = uniform(1ms,2ms)')).toMatchObject({
      ok: true,
      value: { target: 'ui_think', distribution: { kind: 'uniform', minMs: 1, maxMs: 2 } },
    });
    expect(parseLatency('hget=lognormal(p50=80ms,p95=300ms)')).toMatchObject({ value: { target: 'HGET' } });
  });

  it.each(['HGTE=50ms', '50ms', '=50ms', 'HGET', 'HGET=', 'HGET=50', 'all=fast'])('%s is a fault', (text) => {
    expect(parseLatency(text, '--latency')).toMatchObject({ ok: false });
  });
});

describe('working latencies into a profile', () => {
  const profile = { ...testProfile, latencies: { all: ms(10), GET: ms(3) } };

  it('every command but END has the latency for all that it has no own one for', () => {
    const { latencies } = withLatencies(profile, {});
    expect(latencies.GET).toEqual(ms(3));
    expect(latencies.HGET).toEqual(ms(10));
    expect(latencies.END).toBeUndefined();
    expect(Object.keys(latencies).sort()).toEqual(COMMAND_NAMES.filter((name) => name !== 'END').sort());
  });

  it('what is set for one command beats what is set for all, which beats the profile', () => {
    const { latencies } = withLatencies(profile, { all: ms(1), HGET: ms(2), END: ms(4) });
    expect([latencies.GET, latencies.HGET, latencies.DELETE, latencies.END]).toEqual([
      ms(1),
      ms(2),
      ms(1),
      ms(4),
    ]);
  });

  it('think time, EXEC’s duration and the network’s round trip are set too', () => {
    const set = withLatencies(profile, { ui_think: ms(5), exec: ms(6), network: ms(7) });
    expect(set.ui).toEqual({ ...profile.ui, thinkTime: ms(5) });
    expect(set.exec).toEqual({ ...profile.exec, duration: ms(6) });
    expect(set.network.roundTrip).toEqual(ms(7));
  });
});
