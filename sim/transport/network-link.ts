/** A device's link to the network: real connections under simulated conditions. */
import { type NetworkConditions } from '../device/network.ts';
import { type Recorder } from '../metrics/recorder.ts';
import { type Clock } from './clock.ts';
import { type HttpConnections, type HttpOutcome, type HttpRequest } from './http-client.ts';
import { Pause } from './pause.ts';

/** Head of a request or a response on the simulated link; their exact sizes are the transport's business. */
const HEAD_BYTES = 300;

export interface NetworkLinkOptions {
  readonly connections: HttpConnections;
  /** `undefined`: nothing is simulated. */
  readonly conditions: NetworkConditions | undefined;
  readonly recorder: Recorder;
  readonly clock: Clock;
}

/**
 * Simulated delays come before the request is handed to the transport and after its response is complete, so that they
 * are in no measurement of the server. Whole milliseconds are waited, the rest is owed to the next exchange: a network
 * as fast as `lan` costs a timer every few exchanges only.
 */
export class NetworkLink {
  private readonly connections: HttpConnections;
  private readonly conditions: NetworkConditions | undefined;
  private readonly recorder: Recorder;
  private readonly pause: Pause;
  private owedMs = 0;

  constructor({ connections, conditions, recorder, clock }: NetworkLinkOptions) {
    this.connections = connections;
    this.conditions = conditions;
    this.recorder = recorder;
    this.pause = new Pause(clock);
  }

  /** One exchange over the link; as {@link HttpConnections.exchange}. */
  async exchange(request: HttpRequest): Promise<HttpOutcome> {
    const { connections, conditions } = this;
    if (conditions === undefined) return this.measured(await connections.exchange(request));
    const { uri, body } = request;
    const roundTrips = connections.connectedTo(uri) ? 0 : uri.startsWith('https') ? 2 : 1;
    const bytesUp = HEAD_BYTES + (body === undefined ? 0 : Buffer.byteLength(body));
    if (this.owes(conditions.requestMs(bytesUp, roundTrips))) await this.payDelay();
    const outcome = this.measured(await connections.exchange(request));
    if (outcome.ok && this.owes(conditions.responseMs(HEAD_BYTES + outcome.bytes))) await this.payDelay();
    if (conditions.breaksAfterwards()) connections.break();
    return outcome;
  }

  /** Ends a delay or an exchange under way and closes the connections. */
  close(): void {
    this.pause.cancel();
    this.connections.close();
  }

  private measured(outcome: HttpOutcome): HttpOutcome {
    if (outcome.connectMs !== undefined) this.recorder.connected(outcome.connectMs);
    return outcome;
  }

  private owes(ms: number): boolean {
    this.owedMs += ms;
    return this.owedMs >= 1;
  }

  private async payDelay(): Promise<void> {
    const waitedMs = await this.pause.wait(Math.floor(this.owedMs));
    this.owedMs -= waitedMs;
    this.recorder.simulatedDelay('network', waitedMs);
  }
}
