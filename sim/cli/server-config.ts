/** Options of the reference DM Server → its configuration, checked in full. */
import { existsSync, readFileSync } from 'node:fs';
import { describeFault } from '../protocol/fault.ts';
import { type Distribution } from '../random/distribution.ts';
import { type Campaign, loadShippedCampaign, parseCampaign, SHIPPED_CAMPAIGNS } from '../server/campaign.ts';
import { SERVICE_POINTS, type ServiceOptions } from '../server/service-station.ts';
import { distribution, integer, listOf, oneOf, text } from '../random/value-parser.ts';
import { readTextFile, reasonOf } from './config-file.ts';
import { UsageError } from './exit-code.ts';
import { type OptionValues } from './option.ts';

/** What both `server` and a `swarm` with a server of its own can say of it. */
export interface ServerBehaviour extends ServiceOptions {
  readonly campaign: Campaign;
}

/** @throws UsageError for a campaign that is not right (file, line, key) or a bad value. */
export function readServerBehaviour(values: OptionValues): ServerBehaviour {
  const serviceTime = values.optional('service-time', distribution);
  const concurrency = values.optional('concurrency', integer(1, 1_000_000));
  const maxQueue = values.optional('max-queue', integer(0, 10_000_000));
  const serviceOn = values.optional('service-on', listOf(oneOf(...SERVICE_POINTS)));
  if (serviceTime === undefined)
    for (const name of ['concurrency', 'max-queue', 'service-on'])
      if (values.has(name))
        throw new UsageError(
          `${values.placeOf(name)}: expected only together with --service-time, without which nothing takes time`,
        );
  return {
    campaign: chooseCampaign(values.required('campaign', text), values.placeOf('campaign')),
    ...(serviceTime === undefined ? {} : { serviceTime }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(maxQueue === undefined ? {} : { maxQueue }),
    ...(serviceOn === undefined ? {} : { serviceOn }),
  };
}

function chooseCampaign(name: string, place: string): Campaign {
  const isShipped = (SHIPPED_CAMPAIGNS as readonly string[]).includes(name);
  if (!isShipped && !/\.(ya?ml|json)$/i.test(name) && !existsSync(name))
    throw new UsageError(
      `${place}: expected one of ${SHIPPED_CAMPAIGNS.join(', ')} or a YAML file, found ${JSON.stringify(name)}`,
    );
  const campaign = isShipped ? loadShippedCampaign(name) : parseCampaign(readTextFile(name, place), name);
  if (!campaign.ok) throw new UsageError(describeFault(campaign.fault));
  return campaign.value;
}

/** @throws UsageError when a file cannot be read or only one of the two is given. */
export function readTls(values: OptionValues): { cert: Buffer; key: Buffer } | undefined {
  const read = (name: string): Buffer | undefined => {
    const file = values.optional(name, text);
    if (file === undefined) return undefined;
    try {
      return readFileSync(file);
    } catch (error) {
      throw new UsageError(`${values.placeOf(name)}: cannot read ${file}: ${reasonOf(error)}`);
    }
  };
  const cert = read('tls-cert');
  const key = read('tls-key');
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new UsageError('--tls-cert and --tls-key: expected both, found one');
  return { cert, key };
}

/** What one process of the server is told by its parent: plain data. */
export interface ServerProcessOptions extends ServerBehaviour {
  readonly seed: number;
  readonly notificationKey: string;
  readonly serverId: string;
  readonly notifyEvery?: Distribution;
  readonly credentials?: ReadonlyMap<string, { readonly user: string; readonly secret: string }>;
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  readonly publicUrl?: string;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Which one it is of several. */
  readonly member?: { readonly index: number; readonly count: number };
}
