/** Simulated networks: what a link adds to an exchange, drawn from the device's own stream. */
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type Distribution, NO_DELAY, sample } from '../random/distribution.ts';
import { type Random } from '../random/random.ts';

/** What SessionInfo's CBT says. */
export const BEARERS = ['wireline', 'WLAN', 'cellular', 'satellite'] as const;
export type Bearer = (typeof BEARERS)[number];

/** A link between a device and the DM Server; plain data. */
export interface Network {
  readonly name: string;
  readonly bearer: Bearer;
  readonly roundTrip: Distribution;
  /** On top of each exchange. */
  readonly jitter: Distribution;
  readonly upBitsPerSecond: number;
  readonly downBitsPerSecond: number;
  /** Share of round trips that are lost: each costs a retransmission time-out, doubled if lost again. */
  readonly loss: number;
  readonly retransmissionMs: number;
  /** Share of exchanges after which the connection breaks; never within one. */
  readonly breakShare: number;
}

const lognormal = (p50: number, p95: number, maxMs: number): Distribution => ({
  kind: 'lognormal',
  mu: Math.log(p50),
  sigma: Math.log(p95 / p50) / 1.6448536269514722,
  maxMs,
});

/** Round numbers for links as they are met in the field; `lan` stands for next to nothing. */
export const NETWORKS = {
  lan: {
    name: 'lan',
    bearer: 'wireline',
    roundTrip: { kind: 'constant', ms: 0.5 },
    jitter: NO_DELAY,
    upBitsPerSecond: 1e9,
    downBitsPerSecond: 1e9,
    loss: 0,
    retransmissionMs: 200,
    breakShare: 0,
  },
  wifi: {
    name: 'wifi',
    bearer: 'WLAN',
    roundTrip: lognormal(4, 15, 250),
    jitter: { kind: 'exp', meanMs: 1, maxMs: 50 },
    upBitsPerSecond: 40e6,
    downBitsPerSecond: 100e6,
    loss: 0.002,
    retransmissionMs: 220,
    breakShare: 0.0005,
  },
  lte: {
    name: 'lte',
    bearer: 'cellular',
    roundTrip: lognormal(45, 95, 800),
    jitter: { kind: 'exp', meanMs: 5, maxMs: 100 },
    upBitsPerSecond: 10e6,
    downBitsPerSecond: 40e6,
    loss: 0.003,
    retransmissionMs: 300,
    breakShare: 0.001,
  },
  '3g': {
    name: '3g',
    bearer: 'cellular',
    roundTrip: lognormal(120, 300, 2_000),
    jitter: { kind: 'exp', meanMs: 20, maxMs: 400 },
    upBitsPerSecond: 1e6,
    downBitsPerSecond: 4e6,
    loss: 0.01,
    retransmissionMs: 800,
    breakShare: 0.003,
  },
  nbiot: {
    name: 'nbiot',
    bearer: 'cellular',
    roundTrip: lognormal(900, 2_500, 8_000),
    jitter: { kind: 'exp', meanMs: 100, maxMs: 1_000 },
    upBitsPerSecond: 60e3,
    downBitsPerSecond: 25e3,
    loss: 0.02,
    retransmissionMs: 3_000,
    breakShare: 0.005,
  },
  satellite: {
    name: 'satellite',
    bearer: 'satellite',
    roundTrip: { kind: 'normal', meanMs: 600, sdMs: 25, maxMs: 900 },
    jitter: { kind: 'exp', meanMs: 10, maxMs: 200 },
    upBitsPerSecond: 3e6,
    downBitsPerSecond: 20e6,
    loss: 0.008,
    retransmissionMs: 1_500,
    breakShare: 0.002,
  },
} as const satisfies Readonly<Record<string, Network>>;
export type NetworkName = keyof typeof NETWORKS;
export const NETWORK_NAMES = Object.keys(NETWORKS) as readonly NetworkName[];

/** The network of that name. */
export function parseNetwork(text: string, path = 'network'): Result<Network> {
  const name = NETWORK_NAMES.find((known) => known === text.trim());
  if (name !== undefined) return ok(NETWORKS[name]);
  return fail('network_unknown', path, text, `one of ${NETWORK_NAMES.join(', ')}`);
}

/** The same link with another round trip (`--latency network=…`), which then has all the jitter there is. */
export function withRoundTrip(network: Network, roundTrip: Distribution): Network {
  return { ...network, roundTrip, jitter: NO_DELAY };
}

/** Retransmissions of one round trip: with doubling time-outs the last of them waits 16 times the first. */
const MOST_RETRANSMISSIONS = 5;

/**
 * What one session's link does, exchange by exchange. Each exchange draws the same numbers in the same order whatever
 * the server does, so that a session's delays follow from its stream alone.
 */
export class NetworkConditions {
  private readonly network: Network;
  private readonly random: Random;
  private returnMs = 0;
  private broken = false;

  constructor(network: Network, random: Random) {
    this.network = network;
    this.random = random;
  }

  /**
   * Delay in ms before a request reaches the server: half a round trip, the time its bytes take, retransmissions, and
   * for a new connection the round trips it needs first (1 for TCP, 2 with TLS). Begins an exchange.
   */
  requestMs(bytesUp: number, connectRoundTrips: number): number {
    const { network, random } = this;
    const roundTripMs = sample(network.roundTrip, random) + sample(network.jitter, random);
    const lostMs = this.retransmissionMs();
    const connectMs = sample(network.roundTrip, random);
    const connectLostMs = this.retransmissionMs();
    this.broken = network.breakShare > 0 && random.next() < network.breakShare;
    this.returnMs = roundTripMs / 2;
    const connect = connectRoundTrips > 0 ? connectMs * connectRoundTrips + connectLostMs : 0;
    return connect + lostMs + roundTripMs / 2 + (bytesUp * 8_000) / network.upBitsPerSecond;
  }

  /** Delay in ms between the server's response and its last byte on the device. */
  responseMs(bytesDown: number): number {
    return this.returnMs + (bytesDown * 8_000) / this.network.downBitsPerSecond;
  }

  /** Whether the connection breaks after the exchange that {@link requestMs} began. */
  breaksAfterwards(): boolean {
    return this.broken;
  }

  /** One draw decides how often in a row the round trip is lost. */
  private retransmissionMs(): number {
    const { loss, retransmissionMs } = this.network;
    if (loss <= 0) return 0;
    const draw = this.random.next();
    let times = 0;
    for (let share = loss; draw < share && times < MOST_RETRANSMISSIONS; share *= loss) times++;
    return retransmissionMs * (2 ** times - 1);
  }
}
