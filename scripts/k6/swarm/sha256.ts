/** SHA-256 by k6's Go code. */
import crypto from 'k6/crypto';
import { type Sha256 } from '../../../sim/protocol/notification.ts';

export const sha256: Sha256 = (data) => new Uint8Array(crypto.sha256(data.slice().buffer, 'binary'));
