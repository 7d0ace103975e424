/** What a reference DM Server answers for all of its processes together. */
import { type Ledger } from './ledger.ts';
import { type NotificationWish } from './notification-request.ts';
import { type Notified } from './notifier.ts';
import { type OwnServer } from './own-server.ts';
import { type ServerHealth } from './server-health.ts';

/** All processes of a server. A promise is rejected when one of them does not answer: half a ledger would be a lie. */
export interface ServerGroup {
  ledger(): Promise<Ledger>;
  health(): Promise<ServerHealth>;
  /** Wherever the device's channel is open, or else its state is kept. */
  notify(to: string | readonly string[], wish: NotificationWish): Promise<Notified>;
  /** Notifications wait here for the channels of these devices, which may open anywhere. */
  awaits(devIds: readonly string[]): void;
  /** A device's channel has opened here. */
  opened(devId: string): void;
}

/** A server of one process. */
export class LoneServer implements ServerGroup {
  private readonly own: OwnServer;

  constructor(own: OwnServer) {
    this.own = own;
  }

  ledger(): Promise<Ledger> {
    return Promise.resolve(this.own.ledger());
  }

  health(): Promise<ServerHealth> {
    return this.own.health();
  }

  notify(to: string | readonly string[], wish: NotificationWish): Promise<Notified> {
    return Promise.resolve(this.own.notify(to, wish));
  }

  awaits(): void {
    // There is no other process whose channel could be waited for.
  }

  opened(): void {
    // Nor one where something could wait.
  }
}
