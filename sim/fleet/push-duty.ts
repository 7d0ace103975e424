/** The notification channels of a shard's pushed devices: one a device, or one that all of them share. */
import { type Population } from '../device/population.ts';
import { type ConnectionRecorder } from '../metrics/recorder.ts';
import { originOf } from '../protocol/server-uri.ts';
import { randomStream } from '../random/random.ts';
import {
  openOwnPushChannel,
  type PushChannel,
  type PushFrame,
  type PushOptions,
  SharedPushChannel,
} from '../transport/push-channel.ts';
import { SocketConnector } from '../transport/socket-connector.ts';
import { type RunConfig } from './run-config.ts';

/** Holds the notification channels of pushed devices open. */
export interface PushDuty {
  open(device: number): void;
  close(device: number): void;
  closeAll(): void;
}

export interface PushDutyOptions {
  readonly config: RunConfig;
  readonly population: Population;
  readonly shard: number;
  readonly onFrame: (device: number, frame: PushFrame) => void;
  /** A frame on a shared channel that is for nobody, or no Package#0. */
  readonly onMalformed: () => void;
  readonly onWarning: (text: string) => void;
  readonly connections: ConnectionRecorder;
}

/** The channels live at `/push` of the DM Server's origin (protocol.md section 3). */
export function createPushDuty(options: PushDutyOptions): PushDuty {
  return options.config.pushChannel === 'own' ? new OwnChannels(options) : new SharedChannel(options);
}

/** What all channels of a shard have in common. */
class Common {
  private readonly options: PushDutyOptions;
  private readonly uri: string;
  private readonly connector: SocketConnector;
  private warned = false;

  constructor(options: PushDutyOptions) {
    this.options = options;
    this.uri = `${originOf(options.config.target)}/push`;
    this.connector = new SocketConnector(options.config.http);
  }

  /** `stream`: a number of its own for each channel. */
  channel(stream: number): PushOptions {
    const { config, onWarning, connections } = this.options;
    let open = false;
    return {
      uri: this.uri,
      http: config.http,
      connector: this.connector,
      random: randomStream(config.population.seed, 'push', stream),
      onState: (state) => {
        if (open) connections.connectionClosed('push');
        open = state === 'connected';
        if (open) connections.connectionOpened('push');
      },
      onTrouble: (detail) => {
        if (this.warned) return;
        this.warned = true;
        onWarning(`push channel ${this.uri} cannot be opened (${detail}); trying again`);
      },
    };
  }
}

class OwnChannels implements PushDuty {
  private readonly options: PushDutyOptions;
  private readonly common: Common;
  private readonly channels = new Map<number, PushChannel>();

  constructor(options: PushDutyOptions) {
    this.options = options;
    this.common = new Common(options);
  }

  open(device: number): void {
    const { population, onFrame } = this.options;
    this.channels.set(
      device,
      openOwnPushChannel({
        ...this.common.channel(device),
        devId: population.devIdOf(device),
        onFrame: (frame) => onFrame(device, frame),
      }),
    );
  }

  close(device: number): void {
    this.channels.get(device)?.close();
    this.channels.delete(device);
  }

  closeAll(): void {
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
  }
}

class SharedChannel implements PushDuty {
  private readonly options: PushDutyOptions;
  private readonly common: Common;
  private readonly devices = new Map<string, number>();
  private channel: SharedPushChannel | undefined;

  constructor(options: PushDutyOptions) {
    this.options = options;
    this.common = new Common(options);
  }

  open(device: number): void {
    const devId = this.options.population.devIdOf(device);
    this.devices.set(devId, device);
    this.channel ??= new SharedPushChannel({
      ...this.common.channel(-1 - this.options.shard),
      onFrame: (to, frame) => {
        const index = this.devices.get(to);
        if (index !== undefined) this.options.onFrame(index, frame);
      },
      onMalformed: this.options.onMalformed,
    });
    this.channel.subscribe([devId]);
  }

  close(device: number): void {
    const devId = this.options.population.devIdOf(device);
    if (this.devices.delete(devId)) this.channel?.unsubscribe([devId]);
  }

  closeAll(): void {
    this.channel?.close();
    this.channel = undefined;
    this.devices.clear();
  }
}
