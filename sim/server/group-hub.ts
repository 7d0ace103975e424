/** The middle of a server of several processes: asks all members, adds up what they say, and takes notifications there. */
import { type GroupReply, type HubMessage, type MemberMessage } from './group-message.ts';
import { type Ledger } from './ledger.ts';
import { sumLedgers } from './ledger-sum.ts';
import { type NotificationWish } from './notification-request.ts';
import { type Notified } from './notifier.ts';
import { PendingReplies } from './pending-replies.ts';
import { type ServerHealth, sumHealth } from './server-health.ts';

const MEMBER_BOUND_MS = 4_000;

/** A member as the hub reaches it. */
export interface MemberLink {
  /** Names it in messages: `process 2 (http://127.0.0.1:8081)`. */
  readonly name: string;
  readonly send: (message: HubMessage) => void;
}

interface Member extends MemberLink {
  readonly pending: PendingReplies;
  /** How it ended. */
  ended?: string;
}

/** Promises are rejected when a member has ended or does not answer. */
export class GroupHub {
  private readonly members: readonly Member[];
  /** Who has notifications waiting for a device. */
  private readonly holders = new Map<string, Set<Member>>();

  constructor(links: readonly MemberLink[]) {
    this.members = links.map(({ name, send }) => ({
      name,
      send,
      pending: new PendingReplies(MEMBER_BOUND_MS),
    }));
  }

  async ledger(): Promise<Ledger> {
    return sumLedgers(
      await this.askAll(
        (id) => ({ kind: 'ledger', id }),
        (reply) => (reply.kind === 'ledger' ? reply.ledger : undefined),
      ),
    );
  }

  async health(): Promise<ServerHealth> {
    return sumHealth(
      await this.askAll(
        (id) => ({ kind: 'health', id }),
        (reply) => (reply.kind === 'health' ? reply.health : undefined),
      ),
    );
  }

  /** @param by index of the member that was asked: it keeps what is for devices that none has heard of */
  async notify(to: string | readonly string[], wish: NotificationWish, by: number): Promise<Notified> {
    if (to === '*') {
      const notified = await this.askAll(
        (id) => ({ kind: 'notify', id, to, wish }),
        (reply) => (reply.kind === 'notified' ? reply.notified : undefined),
      );
      return sumNotified(notified);
    }
    const devIds = typeof to === 'string' ? [to] : to;
    const located = await this.askAll(
      (id) => ({ kind: 'locate', id, devIds }),
      (reply) => (reply.kind === 'located' ? reply.located : undefined),
    );
    const shares = this.members.map((): string[] => []);
    for (const [i, devId] of devIds.entries()) {
      const reachable = located.findIndex((places) => places[i] === 'reachable');
      const known = reachable >= 0 ? reachable : located.findIndex((places) => places[i] === 'known');
      shares[known >= 0 ? known : by]?.push(devId);
    }
    const notified = await Promise.all(
      this.members.flatMap((member, i) => {
        const share = shares[i] ?? [];
        return share.length === 0 ? [] : [this.notifyAt(member, share, wish)];
      }),
    );
    return sumNotified(notified);
  }

  /** Takes what a member says. */
  receive(index: number, message: MemberMessage): void {
    const member = this.members[index];
    if (member === undefined) throw new RangeError(`no member ${index}`);
    switch (message.kind) {
      case 'totalLedger':
        this.answer(member, message.id, async () => ({ kind: 'ledger', ledger: await this.ledger() }));
        return;
      case 'totalHealth':
        this.answer(member, message.id, async () => ({ kind: 'health', health: await this.health() }));
        return;
      case 'notifyAnywhere':
        this.answer(member, message.id, async () => ({
          kind: 'notified',
          notified: await this.notify(message.to, message.wish, index),
        }));
        return;
      case 'awaits':
        this.hold(member, message.devIds);
        return;
      case 'opened':
        this.handOver(message.devId, member);
        return;
      case 'reply':
        member.pending.settle(message.id, message.reply);
        return;
      default:
        message satisfies never;
    }
  }

  /** A member is gone: whoever waits for it is told. */
  ended(index: number, how: string): void {
    const member = this.members[index];
    if (member === undefined) return;
    member.ended = how;
    member.pending.fail(how);
    for (const holders of this.holders.values()) holders.delete(member);
  }

  private hold(member: Member, devIds: readonly string[]): void {
    for (const devId of devIds) this.holders.set(devId, (this.holders.get(devId) ?? new Set()).add(member));
    for (const other of this.members) if (other !== member) this.tell(other, { kind: 'awaited', devIds });
  }

  private handOver(devId: string, to: Member): void {
    const holders = this.holders.get(devId);
    if (holders === undefined) return;
    this.holders.delete(devId);
    for (const holder of holders)
      if (holder !== to)
        void this.ask(holder, (id) => ({ kind: 'release', id, devId })).then((reply) => {
          if (reply.kind === 'released' && reply.wishes.length > 0)
            this.tell(to, { kind: 'deliver', devId, wishes: reply.wishes });
        });
  }

  private async notifyAt(member: Member, to: readonly string[], wish: NotificationWish): Promise<Notified> {
    const reply = await this.ask(member, (id) => ({ kind: 'notify', id, to, wish }));
    if (reply.kind === 'notified') return reply.notified;
    throw failure(member, reply);
  }

  /** What all members answer, in their order. */
  private askAll<T>(
    question: (id: number) => HubMessage,
    read: (reply: GroupReply) => T | undefined,
  ): Promise<readonly T[]> {
    return Promise.all(
      this.members.map(async (member) => {
        const reply = await this.ask(member, question);
        const value = read(reply);
        if (value === undefined) throw failure(member, reply);
        return value;
      }),
    );
  }

  private ask(member: Member, question: (id: number) => HubMessage): Promise<GroupReply> {
    if (member.ended !== undefined) return Promise.resolve({ kind: 'failed', reason: member.ended });
    return member.pending.ask((id) => this.tell(member, question(id)));
  }

  private answer(member: Member, id: number, work: () => Promise<GroupReply>): void {
    work()
      .catch((error: unknown): GroupReply => ({
        kind: 'failed',
        reason: error instanceof Error ? error.message : String(error),
      }))
      .then((reply) => this.tell(member, { kind: 'reply', id, reply }))
      .catch(() => undefined); // it went away while it was answered
  }

  private tell(member: Member, message: HubMessage): void {
    if (member.ended === undefined) member.send(message);
  }
}

function failure({ name }: Member, reply: GroupReply): Error {
  return new Error(`${name}: ${reply.kind === 'failed' ? reply.reason : `answered with ${reply.kind}`}`);
}

function sumNotified(parts: readonly Notified[]): Notified {
  return {
    queued: parts.reduce((sum, { queued }) => sum + queued, 0),
    unknown: parts.reduce((sum, { unknown }) => sum + unknown, 0),
  };
}
