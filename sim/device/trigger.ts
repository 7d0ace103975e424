/** Why a DM Session starts, and what its Package#1 has to say about it (CR 6.2 steps 0 and 1). */
import { type Alert } from '../protocol/alert.ts';
import { type ServerUri } from '../protocol/command.ts';

export type Trigger =
  /** The device starts by itself. */
  | { readonly kind: 'client' }
  /** The first session after a successful bootstrap. */
  | { readonly kind: 'bootstrap' }
  /** A DM Notification asked for it; `reqMos`: Package#1 must carry `MOS`. */
  | { readonly kind: 'server'; readonly notificationId?: number; readonly reqMos: boolean }
  /** Asynchronous EXEC work has ended; its alerts go to the ServerURI the EXEC named. */
  | { readonly kind: 'report'; readonly alerts: readonly Alert[]; readonly serverUri: ServerUri };
