/** HTTP Basic (TS 10, protocol.md section 8): which device may speak to the DM endpoint. */
import { timingSafeEqual } from 'node:crypto';

export interface Credentials {
  readonly user: string;
  readonly secret: string;
}

/** The challenge of a 401. */
export const CHALLENGE = ['WWW-Authenticate', 'Basic realm="dm", charset="UTF-8"'] as const;

export class Authorization {
  private readonly expected: ReadonlyMap<string, Buffer>;

  constructor(credentials: ReadonlyMap<string, Credentials>) {
    this.expected = new Map(
      [...credentials].map(([devId, { user, secret }]) => [
        devId,
        Buffer.from(Buffer.from(`${user}:${secret}`, 'utf8').toString('base64'), 'latin1'),
      ]),
    );
  }

  /** @param header the request's `Authorization` */
  permits(devId: string, header: string | undefined): boolean {
    const expected = this.expected.get(devId);
    const given = /^basic +(\S+) *$/i.exec(header ?? '')?.[1];
    if (expected === undefined || given === undefined) return false;
    const bytes = Buffer.from(given, 'latin1');
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  }
}
