/** The reference DM Server: DM endpoint, Data Repository, Web Server Component and notifier behind one HTTP server. */
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { describeFault } from '../protocol/fault.ts';
import { parseServerUri } from '../protocol/server-uri.ts';
import { type Distribution } from '../random/distribution.ts';
import { randomStream } from '../random/random.ts';
import { Authorization, type Credentials } from './authorization.ts';
import { CampaignPlay } from './campaign-play.ts';
import { type Campaign } from './campaign.ts';
import { DataRepository } from './data-repository.ts';
import { DmEndpoint } from './dm-endpoint.ts';
import { DeviceRegistry } from './dm-session.ts';
import { FirmwareStore } from './firmware-store.ts';
import { attach, type Front } from './http-front.ts';
import { LedgerBook } from './ledger-book.ts';
import { type Ledger } from './ledger.ts';
import { type NotificationRequest, readNotificationRequest } from './notification-request.ts';
import { HIGHEST_ID, type Notified, Notifier } from './notifier.ts';
import { OwnServer } from './own-server.ts';
import { LoneServer, type ServerGroup } from './server-group.ts';
import { type ServiceOptions, ServiceStation } from './service-station.ts';
import { WebComponent } from './web-component.ts';

export interface ReferenceServerOptions extends ServiceOptions {
  readonly campaign: Campaign;
  /** Shares, weights, service times and notification delays follow from it. */
  readonly seed: number;
  /** Address to listen on; default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /**
   * Base of the ServerURIs handed out; default: the address listened on (loopback where that is a wildcard). A proxy
   * that publishes the server below a path has to take that path away again.
   */
  readonly publicUrl?: string;
  /** HTTP Basic credentials by DevID; when given, only these devices are served. */
  readonly credentials?: ReadonlyMap<string, Credentials>;
  /** PEM; when given the server speaks TLS (1.2 or newer). */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** Devices with an open push channel are notified soon after it opened, and that long after each session. */
  readonly notifyEvery?: Distribution;
  /**
   * The secret of a device's signed notifications is the lower-case hex SHA-256 of `<notificationKey>:<DevID>` (UTF-8),
   * the hex text itself being the secret; the data is `dm-swarm`. Default `dm-swarm`.
   */
  readonly notificationKey?: string;
  /** SERVER-ID of notifications; default `dms`. */
  readonly serverId?: string;
  /** DevIDs remembered; a session of a further one gets 503. Default: ten million. */
  readonly maxDevices?: number;
  /** Longest time a request may take to come in; default 60 s. */
  readonly requestTimeoutMs?: number;
  /** Connections open at once, push channels included; a further one is closed. Default: what the system allows. */
  readonly maxConnections?: number;
  /** Told each time that a connection was closed because of `maxConnections`. */
  readonly onDroppedConnection?: () => void;
  /** When the server consists of several processes: which one this is. */
  readonly member?: Membership;
}

/** One process among those that are one server; each has the campaign, the seed and a port of its own. */
export interface Membership {
  /** 0 … `count` − 1. */
  readonly index: number;
  readonly count: number;
  readonly group: ServerGroup;
}

export interface ReferenceServer {
  /** Base URL of the address listened on, without slash at the end; Package#1 goes to `<url>/dm`. */
  readonly url: string;
  /** Base URL of the ServerURIs handed out. */
  readonly publicUrl: string;
  readonly port: number;
  /** What this process knows itself; `GET /ledger` and `GET /health` answer for all processes of the server. */
  readonly own: OwnServer;
  /** Of this process alone. */
  ledger(): Ledger;
  /** As `POST /notify`, in this process alone; @throws TypeError for a request that is none. */
  notify(request: NotificationRequest): Notified;
  /** Stops listening, ends push channels and connections. Requests being answered are cut. */
  close(): Promise<void>;
}

/** Connections that come in a burst wait in the kernel's queue; it is cut to the system's own limit. */
const BACKLOG = 16_384;
/** Devices keep connections between sessions: closing these first would look like faults. */
const KEEP_ALIVE_MS = 120_000;
/** From its first byte to its last; a simulated satellite link is far below. */
const REQUEST_TIMEOUT_MS = 60_000;
const TIMEOUT_CHECK_MS = 5_000;

/**
 * Starts a server; resolves when it listens.
 *
 * Paths: `POST /dm` and below (CONT), `/repository/…`, `/firmware/<name>`, `/ui/…`, `GET /ledger`, `POST /notify`
 * (members: notification-request.ts), `GET /health`, WebSocket `GET /push`. Unknown path: 404; wrong method: 405.
 * @throws the system's error when it cannot listen (`EADDRINUSE`), RangeError and TypeError for impossible options
 */
export async function startServer(options: ReferenceServerOptions): Promise<ReferenceServer> {
  const { host = '127.0.0.1', port = 0, tls } = options;
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  if (options.publicUrl !== undefined && !parseServerUri(options.publicUrl).ok)
    throw new TypeError('publicUrl: expected an absolute http or https URL');
  const http: ServerOptions = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, requestTimeoutMs),
    noDelay: true,
  };
  const server: Server =
    tls === undefined ? createServer(http) : createTlsServer({ ...http, ...tls, minVersion: 'TLSv1.2' });
  await listen(server, host, port);
  const scheme = tls === undefined ? 'http' : 'https';
  const listening = (server.address() as AddressInfo).port;
  const url = `${scheme}://${reachable(host)}:${listening}`;
  const publicUrl = (options.publicUrl ?? url).replace(/\/+$/, '');

  let parts: Parts;
  try {
    parts = partsOf(options, publicUrl);
  } catch (error) {
    server.close();
    throw error;
  }
  const { notifier } = parts.front;
  const { maxConnections, onDroppedConnection } = options;
  const own = new OwnServer({
    ...parts,
    ...parts.front,
    http: server,
    url,
    maxConnections,
    onDroppedConnection,
  });
  attach(server, { ...parts.front, group: options.member?.group ?? new LoneServer(own) });
  return {
    url,
    publicUrl,
    port: listening,
    own,
    ledger: () => own.ledger(),
    notify: (request) => {
      const read = readNotificationRequest(request);
      if (!read.ok) throw new TypeError(describeFault(read.fault));
      return notifier.notify(read.value.to, read.value.wish);
    },
    close: () => close(server, notifier),
  };
}

interface Parts {
  readonly front: Omit<Front, 'group'>;
  readonly registry: DeviceRegistry;
  readonly station: ServiceStation;
}

/** @throws RangeError for service options or a campaign that were not checked */
function partsOf(options: ReferenceServerOptions, publicUrl: string): Parts {
  const { campaign, seed } = options;
  const { index, count, group } = options.member ?? { index: 0, count: 1, group: undefined };
  const book = new LedgerBook();
  const station = new ServiceStation(options, serviceSeed(seed, index));
  const registry = new DeviceRegistry(options.maxDevices ?? 10_000_000);
  const notifier = new Notifier(
    {
      serverId: options.serverId ?? 'dms',
      notificationKey: options.notificationKey ?? 'dm-swarm',
      notifyEvery: options.notifyEvery,
      seed,
      firstId: 1 + Math.floor((index * HIGHEST_ID) / count),
    },
    book,
    {
      isKnown: (devId) => registry.has(devId),
      awaits: (devIds) => group?.awaits(devIds),
      opened: (devId) => group?.opened(devId),
    },
  );
  const web = new WebComponent({ book, station, base: publicUrl, seed });
  const front = {
    book,
    notifier,
    web,
    dm: new DmEndpoint({
      play: new CampaignPlay(campaign, publicUrl, seed),
      registry,
      book,
      station,
      web,
      authorization: options.credentials === undefined ? undefined : new Authorization(options.credentials),
      sessionEnded: (devId) => notifier.sessionEnded(devId),
    }),
    repository: new DataRepository({ resources: campaign.resources, book, station, base: publicUrl }),
    firmware: new FirmwareStore({ images: campaign.firmware, book, station }),
  };
  return { front, registry, station };
}

/** Processes of one server draw service times of their own; everything else follows from the seed and the device. */
function serviceSeed(seed: number, index: number): number {
  return index === 0 ? seed : Math.floor(randomStream(seed, 'process', index).next() * 2 ** 32);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server, notifier: Notifier): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    notifier.close();
    server.closeAllConnections();
  });
}

/** The host as it stands in a URL that this machine can use. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
