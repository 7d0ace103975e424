/** The notification channels of a shard's pushed devices: one a device, or one that all of them share. */
import { type Population } from '../device/population.ts';
import { originOf } from '../protocol/server-uri.ts';
import { randomStream } from '../random/random.ts';
import {
  openOwnPushChannel,
  type PushChannel,
  type PushFrame,
  type PushOptions,
  SharedPushChannel,
} from '../transport/push-channel.ts';
import { type RunConfig } from './run-config.ts';
import { type PushDuty } from './shard.ts';

export interface PushDutyOptions {
  readonly config: RunConfig;
  readonly population: Population;
  readonly shard: number;
  readonly onFrame: (device: number, frame: PushFrame) => void;
  readonly onWarning: (text: string) => void;
}

/** The channels live at `/push` of the DM Server's origin (protocol.md section 3). */
export function createPushDuty(options: PushDutyOptions): PushDuty {
  return options.config.pushChannel === 'own' ? new OwnChannels(options) : new SharedChannel(options);
}

function channelOptions({ config, onWarning }: PushDutyOptions, stream: number): PushOptions {
  const uri = `${originOf(config.target)}/push`;
  return {
    uri,
    http: config.http,
    random: randomStream(config.population.seed, 'push', stream),
    onTrouble: (detail) => onWarning(`push channel ${uri} cannot be opened (${detail}); trying again`),
  };
}

class OwnChannels implements PushDuty {
  private readonly options: PushDutyOptions;
  private readonly channels = new Map<number, PushChannel>();

  constructor(options: PushDutyOptions) {
    this.options = options;
  }

  open(device: number): void {
    const { population, onFrame } = this.options;
    this.channels.set(
      device,
      openOwnPushChannel({
        ...channelOptions(this.options, device),
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
  private readonly devices = new Map<string, number>();
  private channel: SharedPushChannel | undefined;

  constructor(options: PushDutyOptions) {
    this.options = options;
  }

  open(device: number): void {
    const devId = this.options.population.devIdOf(device);
    this.devices.set(devId, device);
    this.channel ??= new SharedPushChannel({
      ...channelOptions(this.options, -1 - this.options.shard),
      onFrame: (to, frame) => {
        const index = this.devices.get(to);
        if (index !== undefined) this.options.onFrame(index, frame);
      },
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
