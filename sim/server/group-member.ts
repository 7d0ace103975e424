/** One process of a server of several: asks the hub for what all of them know, and answers what the hub asks. */
import { type GroupReply, type HubMessage, type MemberMessage } from './group-message.ts';
import { type Ledger } from './ledger.ts';
import { type NotificationWish } from './notification-request.ts';
import { type Notified } from './notifier.ts';
import { type OwnServer } from './own-server.ts';
import { PendingReplies } from './pending-replies.ts';
import { type ServerGroup } from './server-group.ts';
import { type ServerHealth } from './server-health.ts';

/** Longer than what the hub grants the members. */
const HUB_BOUND_MS = 8_000;

export class GroupMember implements ServerGroup {
  private readonly send: (message: MemberMessage) => void;
  private readonly pending = new PendingReplies(HUB_BOUND_MS);
  /** Devices for whom notifications wait at other members. */
  private readonly awaited = new Set<string>();
  private own: OwnServer | undefined;

  constructor(send: (message: MemberMessage) => void) {
    this.send = send;
  }

  /** The server that listens; the hub asks nothing before it does. */
  serve(own: OwnServer): void {
    this.own = own;
  }

  async ledger(): Promise<Ledger> {
    const reply = await this.pending.ask((id) => this.send({ kind: 'totalLedger', id }));
    if (reply.kind === 'ledger') return reply.ledger;
    throw new Error(reasonIn(reply));
  }

  async health(): Promise<ServerHealth> {
    const reply = await this.pending.ask((id) => this.send({ kind: 'totalHealth', id }));
    if (reply.kind === 'health') return reply.health;
    throw new Error(reasonIn(reply));
  }

  async notify(to: string | readonly string[], wish: NotificationWish): Promise<Notified> {
    const reply = await this.pending.ask((id) => this.send({ kind: 'notifyAnywhere', id, to, wish }));
    if (reply.kind === 'notified') return reply.notified;
    throw new Error(reasonIn(reply));
  }

  awaits(devIds: readonly string[]): void {
    this.send({ kind: 'awaits', devIds });
  }

  opened(devId: string): void {
    if (this.awaited.delete(devId)) this.send({ kind: 'opened', devId });
  }

  /** Takes what the hub says. */
  receive(message: HubMessage): void {
    const { own } = this;
    if (own === undefined) throw new Error(`the hub said ${message.kind} before there was a server`);
    switch (message.kind) {
      case 'ledger':
        this.reply(message.id, { kind: 'ledger', ledger: own.ledger() });
        return;
      case 'health':
        own.health().then(
          (health) => this.reply(message.id, { kind: 'health', health }),
          (error: unknown) => this.reply(message.id, { kind: 'failed', reason: String(error) }),
        );
        return;
      case 'locate':
        this.reply(message.id, { kind: 'located', located: own.locate(message.devIds) });
        return;
      case 'notify':
        this.reply(message.id, { kind: 'notified', notified: own.notify(message.to, message.wish) });
        return;
      case 'release':
        this.reply(message.id, { kind: 'released', wishes: own.release(message.devId) });
        return;
      case 'deliver':
        own.deliver(message.devId, message.wishes);
        return;
      case 'awaited':
        for (const devId of message.devIds) {
          this.awaited.add(devId);
          // It may have opened while the news was on its way.
          if (own.locate([devId])[0] === 'reachable') this.opened(devId);
        }
        return;
      case 'reply':
        this.pending.settle(message.id, message.reply);
        return;
      default:
        message satisfies never;
    }
  }

  private reply(id: number, reply: GroupReply): void {
    this.send({ kind: 'reply', id, reply });
  }
}

function reasonIn(reply: GroupReply): string {
  return reply.kind === 'failed' ? reply.reason : `the hub answered with ${reply.kind}`;
}
