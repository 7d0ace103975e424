/** The notifier: has DM Sessions started by Package#0 (CR 6.2 step 0), on request and by itself. */
import { createHash } from 'node:crypto';
import { encodeHex } from '../protocol/hex.ts';
import { notificationDigest } from '../protocol/notification.ts';
import { encodePackage0Json } from '../protocol/package0-json.ts';
import { encodePackage0, type Package0 } from '../protocol/package0.ts';
import { encodeUtf8 } from '../protocol/utf8.ts';
import { type Distribution, sample } from '../random/distribution.ts';
import { randomStream } from '../random/random.ts';
import { type LedgerBook } from './ledger-book.ts';
import { type LedgerNotifications } from './ledger.ts';
import { type NotificationWish } from './notification-request.ts';
import { PushChannels, type PushFrame } from './push-channel.ts';

/** `Auth/Noti/Data` of the accounts that devices have with this server. */
const AUTH_DATA = encodeUtf8('dm-swarm');
/** Devices that open their channel at the same moment are notified for the first time over this span. */
const FIRST_SPREAD_MS = 1_000;
/** A device that has not done the session it was asked for after this time is asked again. */
const ASK_AGAIN_MS = 120_000;
/** Waiting notifications, per device and in all; more are dropped. */
const MOST_WAITING_PER_DEVICE = 100;
const MOST_WAITING = 1_000_000;
/** Of NOTIFICATION-IDs; they begin at 1. */
export const HIGHEST_ID = 65_535;
const AUTOMATIC: NotificationWish = { reqMos: false, sign: 'valid', form: 'binary', repeat: 1 };

export interface NotifierOptions {
  /** `SERVER-ID`, matched by the devices' `DMAcc/<x>/SrvID`. */
  readonly serverId: string;
  readonly notificationKey: string;
  readonly notifyEvery: Distribution | undefined;
  readonly seed: number;
  /** The NOTIFICATION-ID each device gets first: processes of one server must not give the same one twice. */
  readonly firstId: number;
}

/** What the notifier asks, and whom it tells. */
export interface NotifierSurroundings {
  /** Whether a device has opened a session before. */
  isKnown(devId: string): boolean;
  /** Notifications have begun to wait for the channels of these devices. */
  awaits(devIds: readonly string[]): void;
  /** A device can be reached that could not before. */
  opened(devId: string): void;
}

/** A device's channel is open here; or it has opened a session here; or neither. */
export type Located = 'reachable' | 'known' | 'unknown';

/** What became of a request. */
export interface Notified {
  /** Sent, or waiting for the channel to open. */
  readonly queued: number;
  /** Devices the server has never heard of. */
  readonly unknown: number;
}

export class Notifier {
  readonly channels: PushChannels;
  private readonly options: NotifierOptions;
  private readonly book: LedgerBook;
  private readonly surroundings: NotifierSurroundings;
  private readonly waiting = new Map<string, NotificationWish[]>();
  private waitingCount = 0;
  private dropped = 0;
  /** The last NOTIFICATION-ID given to a device. */
  private readonly lastIds = new Map<string, number>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private closed = false;

  constructor(options: NotifierOptions, book: LedgerBook, surroundings: NotifierSurroundings) {
    this.options = options;
    this.book = book;
    this.surroundings = surroundings;
    this.channels = new PushChannels(book, (devId) => this.channelOpened(devId));
  }

  /** @param to a DevID, several, or `*` for all devices whose channel is open */
  notify(to: string | readonly string[], wish: NotificationWish): Notified {
    const devIds = to === '*' ? [...this.channels.ids()] : typeof to === 'string' ? [to] : to;
    const awaited: string[] = [];
    let queued = 0;
    let unknown = 0;
    for (const devId of devIds) {
      const place = this.locate(devId);
      if (place === 'unknown') unknown += 1;
      if (place !== 'reachable') awaited.push(devId);
      queued += this.send(devId, this.numbered(devId, wish));
    }
    if (awaited.length > 0) this.surroundings.awaits(awaited);
    return { queued, unknown };
  }

  locate(devId: string): Located {
    if (this.channels.isOpen(devId)) return 'reachable';
    return this.surroundings.isKnown(devId) ? 'known' : 'unknown';
  }

  /** Gives up what waits for the device, so that another process can send it. */
  release(devId: string): readonly NotificationWish[] {
    const waiting = this.waiting.get(devId) ?? [];
    this.waiting.delete(devId);
    for (const { repeat } of waiting) this.waitingCount -= repeat;
    return waiting;
  }

  /** Sends what another process gave up; numbers were given there. */
  deliver(devId: string, wishes: readonly NotificationWish[]): void {
    for (const wish of wishes) this.send(devId, wish);
    if (!this.channels.isOpen(devId)) this.surroundings.awaits([devId]);
  }

  /** A session of the device is over: by `notifyEvery` the next one is asked for. */
  sessionEnded(devId: string): void {
    const { notifyEvery, seed } = this.options;
    if (notifyEvery === undefined || !this.channels.isOpen(devId)) return;
    const random = randomStream(seed, 'notify', devId, this.lastIds.get(devId) ?? 0);
    this.askLater(devId, sample(notifyEvery, random));
  }

  ledger(): Omit<LedgerNotifications, 'sent'> {
    return { queued: this.waitingCount, dropped: this.dropped, channels: this.channels.size };
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.channels.close();
  }

  private channelOpened(devId: string): void {
    for (const wish of this.release(devId)) this.send(devId, wish);
    this.surroundings.opened(devId);
    if (this.options.notifyEvery === undefined) return;
    const random = randomStream(this.options.seed, 'notify-first', devId);
    this.askLater(devId, random.next() * FIRST_SPREAD_MS);
  }

  private askLater(devId: string, delayMs: number): void {
    clearTimeout(this.timers.get(devId));
    if (this.closed) return;
    const ask = (): void => {
      this.timers.delete(devId);
      // A closed channel asks again when it opens.
      if (!this.channels.isOpen(devId)) return;
      // The first one asks for the device profile too.
      this.send(devId, this.numbered(devId, { ...AUTOMATIC, reqMos: !this.lastIds.has(devId) }));
      this.askLater(devId, ASK_AGAIN_MS);
    };
    this.timers.set(devId, setTimeout(ask, delayMs).unref());
  }

  /** Gives the device's next NOTIFICATION-ID, so that the order of requests and not of channels decides. */
  private numbered(devId: string, wish: NotificationWish): NotificationWish {
    if (wish.raw !== undefined || wish.notificationId !== undefined) return wish;
    const last = this.lastIds.get(devId);
    const notificationId = last === undefined ? this.options.firstId : (last % HIGHEST_ID) + 1;
    this.lastIds.set(devId, notificationId);
    return { ...wish, notificationId };
  }

  /** @returns how many were sent or kept */
  private send(devId: string, wish: NotificationWish): number {
    if (this.channels.isOpen(devId)) {
      const frame = this.frame(devId, wish);
      let sent = 0;
      while (sent < wish.repeat && this.channels.send(devId, frame)) sent += 1;
      this.book.packages[0] += sent;
      return sent;
    }
    const waiting = this.waiting.get(devId) ?? [];
    if (waiting.length >= MOST_WAITING_PER_DEVICE || this.waitingCount + wish.repeat > MOST_WAITING) {
      this.dropped += wish.repeat;
      return 0;
    }
    waiting.push(wish);
    this.waiting.set(devId, waiting);
    this.waitingCount += wish.repeat;
    return wish.repeat;
  }

  /** Made when it is sent, so that a TIMESTAMP of now is that. */
  private frame(devId: string, wish: NotificationWish): PushFrame {
    const { raw, form } = wish;
    if (raw !== undefined)
      return { binary: raw, ...(form === 'json' ? { text: Buffer.from(raw).toString('utf8') } : {}) };
    const plain: Package0 = {
      serverId: this.options.serverId,
      preferredConType: 0,
      ...(wish.notificationId === undefined ? {} : { notificationId: wish.notificationId }),
      timestamp: wish.timestamp ?? Math.floor(Date.now() / 1_000),
      reqMos: wish.reqMos,
    };
    const notification =
      wish.sign === 'none' ? plain : { ...plain, digest: this.digest(devId, plain, wish.sign) };
    const binary = encodePackage0(notification);
    return form === 'json' ? { binary, text: encodePackage0Json(notification) } : { binary };
  }

  private digest(devId: string, notification: Package0, sign: 'valid' | 'wrong'): Uint8Array {
    const key = sha256(encodeUtf8(`${this.options.notificationKey}:${devId}`));
    const digest = notificationDigest(notification, encodeUtf8(encodeHex(key)), AUTH_DATA, sha256);
    return sign === 'valid' ? digest : digest.with(0, (digest[0] ?? 0) ^ 1);
  }
}

function sha256(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest();
}
