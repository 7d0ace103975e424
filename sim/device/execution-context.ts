/** What the commands of one DM Session share: where its packages go, what they have to tell, their random streams. */
import { type Alert } from '../protocol/alert.ts';
import { type CommandName, type ServerUri } from '../protocol/command.ts';
import { type Random, randomStream } from '../random/random.ts';
import { sample } from '../random/distribution.ts';
import { type Device } from './device.ts';
import { type SessionListener } from './session-listener.ts';

export class ExecutionContext {
  readonly device: Device;
  readonly listener: SessionListener;
  /** Where the next package goes; CONT changes it. */
  serverUri: ServerUri;
  /** A 415 has shown that this server takes `application/json` alone. */
  plainJson = false;
  /** What the next package tells besides statuses. */
  alerts: Alert[] = [];
  /** MOIDs that were fetched from their DEFAULT in this session, with success or without. */
  readonly fetchedDefaults = new Set<string>();
  private readonly sessionNumber: number;
  private latencyStream: Random | undefined;
  private shows = 0;
  private executions = 0;

  constructor(device: Device, listener: SessionListener, serverUri: ServerUri) {
    this.device = device;
    this.listener = listener;
    this.serverUri = serverUri;
    this.sessionNumber = device.sessions;
  }

  /** Simulated time of the next command, in ms; drawn in the order of the commands. */
  latencyMs(command: CommandName): number {
    const { latencies } = this.device.profile;
    const distribution = latencies[command] ?? latencies.all;
    if (distribution === undefined) return 0;
    if (distribution.kind === 'constant') return distribution.ms;
    this.latencyStream ??= randomStream(this.device.seed, 'latency', this.device.index, this.sessionNumber);
    return sample(distribution, this.latencyStream);
  }

  /** A stream for the user of the next UI Session: one of its own, for in launch mode UI Sessions run side by side. */
  nextUserStream(): Random {
    return randomStream(this.device.seed, 'ui', this.device.index, this.sessionNumber, this.shows++);
  }

  /** What the random stream of the next EXEC is made from; plain, because asynchronous work is done after the session. */
  nextDraw(): readonly [session: number, execution: number] {
    return [this.sessionNumber, this.executions++];
  }
}
