/** What the rest of the room needs from HTTP: connections that belong to one device session, and exchanges on them. */
import { type HttpFailure } from '../device/effect.ts';
import { type ConnectionRecorder } from '../metrics/recorder.ts';
import { type Clock } from './clock.ts';

/** How to reach servers; plain data, so that it crosses threads. */
export interface HttpClientOptions {
  /** Certificate authorities to trust instead of the system's, as PEM text. */
  readonly ca?: string;
  /** Take any server certificate. */
  readonly insecure?: boolean;
  /** Sent with every request to `extraHeadersOrigin`, unless the device itself sends a header of that name. */
  readonly extraHeaders?: Readonly<Record<string, string>>;
  /**
   * The only origin (`https://dm.example:8443`) that gets the extra headers; without it, all do. They may hold
   * credentials, and the addresses of repositories and web pages are the server's choice.
   */
  readonly extraHeadersOrigin?: string;
  /** Local IP address to connect from. */
  readonly localAddress?: string;
}

/** What a client has around it, in its own thread. */
export interface HttpSurroundings {
  readonly clock?: Clock;
  /** Told of each connection that has been opened, and of its end. */
  readonly connections?: ConnectionRecorder;
}

export const UNCOUNTED: ConnectionRecorder = {
  connectionOpened: () => undefined,
  connectionClosed: () => undefined,
};

/** Names and values of a response's header section; names in lower case, a repeated one has an array. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Absolute `http` or `https` URI; its fragment and user information are not sent. */
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Value of the `Cookie` header; `''` or absent: none. */
  readonly cookie?: string;
  readonly body?: string;
  /** Bound on the response's body, in bytes: as received, and again when unpacked. */
  readonly maxBodyBytes: number;
  /** `false`: the body is counted and thrown away. */
  readonly keepBody: boolean;
  /** Told when the request is handed to the connected transport; from then on the peer may have it. */
  readonly listener?: RequestListener;
}

export interface RequestListener {
  requestSent(): void;
}

/** A final response, whatever its status; redirects are not followed. Serves as the device's `HttpResult`. */
export interface HttpResponse {
  readonly ok: true;
  readonly status: number;
  /** Without parameters, lower case; `''` when the header is missing. */
  readonly contentType: string;
  readonly omadmAccept?: string;
  readonly headers: ResponseHeaders;
  /** Decoded text; `''` where the body was not kept. */
  readonly body: string;
  /** Body bytes on the wire. */
  readonly bytes: number;
  /** From handing the request to the connected transport to the response's last byte, in ms. */
  readonly turnaroundMs: number;
  /** Name resolution, TCP and TLS, in ms, when the exchange had to connect. */
  readonly connectMs: number | undefined;
}

/** No response, and why. */
export interface HttpFailed {
  readonly ok: false;
  readonly failure: HttpFailure;
  /** For people; never holds a secret. */
  readonly detail: string;
  /** The request was handed to a connected transport. */
  readonly sent: boolean;
  readonly connectMs: number | undefined;
}

export type HttpOutcome = HttpResponse | HttpFailed;

/** The connections of one device in one session: one per origin, kept alive in between. */
export interface HttpConnections {
  /**
   * One exchange: request out, final response in. Never rejects for what the peer does. Exchanges with one origin
   * follow one another; a request is sent once: a kept connection that was already closed is replaced before
   * sending, and one that closes afterwards is `connection_closed`, because the request may have been processed.
   * @throws (as a rejection) Error when the request itself cannot be put on the wire: a header of ours is invalid.
   */
  exchange(request: HttpRequest): Promise<HttpOutcome>;
  /** Whether an exchange with that URI would find an open connection. */
  connectedTo(uri: string): boolean;
  /** Closes the connections as a network would between two exchanges; the next exchange connects anew. */
  break(): void;
  /** Closes everything; an exchange under way ends as `connection_closed`. Safe to call twice. */
  close(): void;
}

export interface HttpClient {
  /** Nothing is connected before the first exchange. */
  open(): HttpConnections;
  /** Whether any peer has sent so much as one byte. */
  readonly answered: boolean;
}
