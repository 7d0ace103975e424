/** One process of a reference DM Server: what it knows and can do by itself, whoever else belongs to the server. */
import { type Server } from 'node:http';
import { type DeviceRegistry } from './dm-session.ts';
import { type LedgerBook } from './ledger-book.ts';
import { type Ledger } from './ledger.ts';
import { type NotificationWish } from './notification-request.ts';
import { type Located, type Notified, type Notifier } from './notifier.ts';
import { type ServerHealth } from './server-health.ts';
import { type ServiceStation } from './service-station.ts';

export interface OwnServerParts {
  readonly http: Server;
  readonly url: string;
  readonly book: LedgerBook;
  readonly station: ServiceStation;
  readonly notifier: Notifier;
  readonly registry: DeviceRegistry;
  /** See `ReferenceServerOptions`. */
  readonly maxConnections: number | undefined;
  readonly onDroppedConnection: (() => void) | undefined;
}

export class OwnServer {
  private readonly parts: OwnServerParts;
  private readonly startedAtMs = performance.now();
  private droppedConnections = 0;

  constructor(parts: OwnServerParts) {
    this.parts = parts;
    const { http, maxConnections, onDroppedConnection } = parts;
    if (maxConnections !== undefined) http.maxConnections = maxConnections;
    http.on('drop', () => {
      this.droppedConnections += 1;
      onDroppedConnection?.();
    });
  }

  ledger(): Ledger {
    const { book, station, notifier } = this.parts;
    return book.ledger({ service: () => station.ledger(), notifications: () => notifier.ledger() });
  }

  async health(): Promise<ServerHealth> {
    return {
      status: 'ok',
      processes: 1,
      urls: [this.parts.url],
      uptimeSeconds: Math.floor((performance.now() - this.startedAtMs) / 1_000),
      devices: this.parts.registry.size,
      connections: await openConnections(this.parts.http),
      droppedConnections: this.droppedConnections,
    };
  }

  locate(devIds: readonly string[]): readonly Located[] {
    return devIds.map((devId) => this.parts.notifier.locate(devId));
  }

  notify(to: string | readonly string[], wish: NotificationWish): Notified {
    return this.parts.notifier.notify(to, wish);
  }

  /** Gives up what waits for the device. */
  release(devId: string): readonly NotificationWish[] {
    return this.parts.notifier.release(devId);
  }

  /** Sends what another process gave up. */
  deliver(devId: string, wishes: readonly NotificationWish[]): void {
    this.parts.notifier.deliver(devId, wishes);
  }
}

function openConnections(http: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    http.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}
