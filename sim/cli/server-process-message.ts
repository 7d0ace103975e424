/** The conversation between a server process and its parent. */
import { type HubMessage, type MemberMessage } from '../server/group-message.ts';
import { type ServerProcessOptions } from './server-config.ts';

/** Parent → child: first the options, then what the hub says. */
export type ServerProcessCommand =
  { readonly kind: 'start'; readonly options: ServerProcessOptions } | HubMessage;

/** Child → parent: first one of these, then what the member of a group says. */
export type ServerProcessReply =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | MemberMessage;
