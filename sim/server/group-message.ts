/** The conversation between the processes of one reference DM Server: members talk to the hub, never to each other. */
import { type Ledger } from './ledger.ts';
import { type NotificationWish } from './notification-request.ts';
import { type Located, type Notified } from './notifier.ts';
import { type ServerHealth } from './server-health.ts';

/** Hub → member. What has an `id` is answered by a `reply` of the same. */
export type HubMessage =
  | { readonly kind: 'ledger'; readonly id: number }
  | { readonly kind: 'health'; readonly id: number }
  | { readonly kind: 'locate'; readonly id: number; readonly devIds: readonly string[] }
  | {
      readonly kind: 'notify';
      readonly id: number;
      readonly to: string | readonly string[];
      readonly wish: NotificationWish;
    }
  /** Give up what waits for the device: its channel has opened at another member. */
  | { readonly kind: 'release'; readonly id: number; readonly devId: string }
  /** What another member gave up. */
  | { readonly kind: 'deliver'; readonly devId: string; readonly wishes: readonly NotificationWish[] }
  /** Another member has notifications waiting for these devices: an `opened` is wanted when a channel of theirs opens. */
  | { readonly kind: 'awaited'; readonly devIds: readonly string[] }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: GroupReply };

/** Member → hub. */
export type MemberMessage =
  /** Somebody asked this member for what all of them know. */
  | { readonly kind: 'totalLedger'; readonly id: number }
  | { readonly kind: 'totalHealth'; readonly id: number }
  | {
      readonly kind: 'notifyAnywhere';
      readonly id: number;
      readonly to: string | readonly string[];
      readonly wish: NotificationWish;
    }
  /** Notifications wait here for the channels of these devices. */
  | { readonly kind: 'awaits'; readonly devIds: readonly string[] }
  /** The channel of a device that was `awaited` has opened here. */
  | { readonly kind: 'opened'; readonly devId: string }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: GroupReply };

export type GroupReply =
  | { readonly kind: 'ledger'; readonly ledger: Ledger }
  | { readonly kind: 'health'; readonly health: ServerHealth }
  | { readonly kind: 'located'; readonly located: readonly Located[] }
  | { readonly kind: 'notified'; readonly notified: Notified }
  | { readonly kind: 'released'; readonly wishes: readonly NotificationWish[] }
  | { readonly kind: 'failed'; readonly reason: string };
