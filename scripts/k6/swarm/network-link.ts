/** A device's link to the network in k6: real exchanges under simulated conditions. */
import { type NetworkConditions } from '../../../sim/device/network.ts';
import { originOf } from '../../../sim/protocol/server-uri.ts';
import { byteLength } from '../core/byte-length.ts';
import { httpExchange, type HttpOutcome, type HttpRequest } from './http-exchange.ts';
import { type MetricRecorder } from './metric-recorder.ts';
import { type TimeBox } from './time-box.ts';

/** Head of a request or a response on the simulated link, as the fleet has it. */
const HEAD_BYTES = 300;

export type LinkRequest = Omit<HttpRequest, 'timeoutMs' | 'closes'>;

/**
 * Simulated delays come before the request is handed over and after its response is complete, so that they are in no
 * measurement of the server. Whole milliseconds are slept, the rest is owed to the next exchange.
 */
export class NetworkLink {
  private readonly conditions: NetworkConditions;
  private readonly recorder: MetricRecorder;
  private readonly timeoutMs: number;
  /** Origins that an exchange would find connected. */
  private readonly connected = new Set<string>();
  private owedMs = 0;

  constructor(conditions: NetworkConditions, recorder: MetricRecorder, timeoutMs: number) {
    this.conditions = conditions;
    this.recorder = recorder;
    this.timeoutMs = timeoutMs;
  }

  /** One exchange, within the time box. */
  exchange(request: LinkRequest, box: TimeBox): HttpOutcome {
    const { conditions, connected } = this;
    const { uri, body } = request;
    const origin = originOf(uri);
    const roundTrips = connected.has(origin) ? 0 : uri.startsWith('https') ? 2 : 1;
    const bytesUp = HEAD_BYTES + (body === undefined ? 0 : byteLength(body));
    this.delay(conditions.requestMs(bytesUp, roundTrips), box);
    const closes = conditions.breaksAfterwards();
    const timeoutMs = Math.min(this.timeoutMs, box.leftMs);
    const outcome = httpExchange({ ...request, timeoutMs, closes });
    if (outcome.connectMs !== undefined) this.recorder.connected(outcome.connectMs);
    if (outcome.ok) this.delay(conditions.responseMs(HEAD_BYTES + outcome.bytes), box);
    if (outcome.ok && !closes) connected.add(origin);
    else connected.delete(origin);
    return outcome;
  }

  private delay(ms: number, box: TimeBox): void {
    this.owedMs += ms;
    if (this.owedMs < 1) return;
    const waitedMs = box.sleep(Math.floor(this.owedMs));
    this.owedMs -= waitedMs;
    this.recorder.simulatedDelay('network', waitedMs);
  }
}
