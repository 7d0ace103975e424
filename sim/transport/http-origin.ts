/** Where requests to a URI go: its origin, resolved once for all devices of a thread. */
import { originOf, pathAndQueryOf } from '../protocol/server-uri.ts';
import { type SocketTarget } from './socket-connector.ts';

export interface HttpOrigin {
  /** `https://dm.example:8443`. */
  readonly name: string;
  readonly target: SocketTarget;
  /** Value of the `Host` header. */
  readonly host: string;
}

export interface Destination {
  readonly origin: HttpOrigin;
  /** At least `/`, with the query. */
  readonly path: string;
}

/** Servers choose the URIs: what is remembered has to be bounded. */
const MOST_REMEMBERED = 4_096;

export class Destinations {
  private readonly byUri = new Map<string, Destination>();
  private readonly origins = new Map<string, HttpOrigin>();

  /** @throws TypeError for a text that is no ServerURI, or whose host or port cannot exist. */
  of(uri: string): Destination {
    const known = this.byUri.get(uri);
    if (known !== undefined) return known;
    const destination = { origin: this.origin(originOf(uri)), path: pathAndQueryOf(uri) };
    if (this.byUri.size >= MOST_REMEMBERED) this.byUri.clear();
    this.byUri.set(uri, destination);
    return destination;
  }

  private origin(name: string): HttpOrigin {
    const known = this.origins.get(name);
    if (known !== undefined) return known;
    const { protocol, hostname, host, port } = new URL(name);
    const secure = protocol === 'https:';
    const origin: HttpOrigin = {
      name,
      target: {
        secure,
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port: port === '' ? (secure ? 443 : 80) : Number(port),
      },
      host,
    };
    if (this.origins.size >= MOST_REMEMBERED) this.origins.clear();
    this.origins.set(name, origin);
    return origin;
  }
}
