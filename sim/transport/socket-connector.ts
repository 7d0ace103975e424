/** Opens the sockets that HTTP runs on: TCP, and TLS above it. */
import { X509Certificate } from 'node:crypto';
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { type HttpClientOptions } from './http-client.ts';

export interface SocketTarget {
  readonly secure: boolean;
  /** Name or address, IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** undici's own figure: one read takes what the kernel has. */
const READ_BYTES = 65_536;
/** How long an address of several may take before the next is tried; Node's 250 ms would misjudge a busy server. */
const NEXT_ADDRESS_MS = 2_000;

/**
 * One connector serves a whole shard. TLS sessions are not resumed: every device is a client of its own, and a
 * session shared between devices would spare the server most of its handshakes.
 */
export class SocketConnector {
  private readonly options: HttpClientOptions;
  private secureContext: SecureContext | undefined = undefined;

  /** @throws Error when `options.ca` holds no readable certificate. */
  constructor(options: HttpClientOptions) {
    this.options = options;
    if (options.ca === undefined) return;
    // OpenSSL skips what it cannot read, and would then trust nobody without a word.
    new X509Certificate(options.ca);
    this.secureContext = createSecureContext({ ca: options.ca });
  }

  /**
   * Calls back once, when the socket can be used or has failed; never after the caller destroyed it. With `onread` the
   * socket reads into that buffer and emits no data.
   */
  open(
    target: SocketTarget,
    callback: (error: Error | null, socket: Socket) => void,
    onread?: OnReadOpts,
  ): Socket {
    const { hostname: host, port } = target;
    const { localAddress } = this.options;
    const common = {
      host,
      port,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
      highWaterMark: READ_BYTES,
      ...(localAddress === undefined ? {} : { localAddress }),
      ...(onread === undefined ? {} : { onread }),
    };
    const socket: Socket = target.secure
      ? connectTls({
          ...common,
          // Reading the certificates once instead of per connection saves milliseconds each.
          secureContext: (this.secureContext ??= createSecureContext()),
          rejectUnauthorized: this.options.insecure !== true,
          ALPNProtocols: ['http/1.1'],
          ...(isIP(host) === 0 ? { servername: host } : {}),
        })
      : connectTcp(common);
    let pending = true;
    const finish = (error: Error | null): void => {
      if (!pending) return;
      pending = false;
      callback(error, socket);
    };
    socket.setNoDelay(true);
    socket.once(target.secure ? 'secureConnect' : 'connect', () => finish(null));
    socket.on('error', finish);
    return socket;
  }
}
