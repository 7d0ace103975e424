/** The device side of the push channels over which Package#0 arrives (protocol.md section 3). */
import { decodeBase64 } from '../protocol/base64.ts';
import { isJsonObject, parseJson } from '../protocol/json.ts';
import { HEADER } from '../protocol/media-type.ts';
import { PushConnection, type PushOptions, type PushState } from './push-connection.ts';

export { type PushOptions, type PushState } from './push-connection.ts';

/** A Package#0 as it came: bytes in binary form, text in JSON. Not yet looked at. */
export type PushFrame = Uint8Array | string;

export interface PushChannel {
  readonly state: PushState;
  /** Ends it for good. Safe to call twice. */
  close(): void;
}

const SUBSCRIPTIONS_PER_FRAME = 1_000;

/** One device's own channel. Connects at once, and again whenever the connection is lost. */
export function openOwnPushChannel(
  options: PushOptions & { readonly devId: string; readonly onFrame: (frame: PushFrame) => void },
): PushChannel {
  return new PushConnection(options, {
    subprotocol: 'omadm-push',
    headers: { [HEADER.devId]: options.devId },
    opened: () => undefined,
    received: (frame, isBinary) => options.onFrame(isBinary ? frame : frame.toString('utf8')),
  });
}

export interface SharedPushOptions extends PushOptions {
  readonly onFrame: (devId: string, frame: Uint8Array) => void;
  /** A frame that names no device or holds no Package#0. */
  readonly onMalformed?: () => void;
}

/** One channel for many devices; subscriptions outlive the connection. */
export class SharedPushChannel implements PushChannel {
  private readonly options: SharedPushOptions;
  private readonly devIds = new Set<string>();
  private readonly connection: PushConnection;

  constructor(options: SharedPushOptions) {
    this.options = options;
    this.connection = new PushConnection(options, {
      subprotocol: 'omadm-push-shared',
      headers: {},
      opened: () => this.tell('subscribe', [...this.devIds]),
      received: (frame, isBinary) => this.receive(frame, isBinary),
    });
  }

  get state(): PushState {
    return this.connection.state;
  }

  subscribe(devIds: readonly string[]): void {
    const added = devIds.filter((devId) => !this.devIds.has(devId));
    for (const devId of added) this.devIds.add(devId);
    this.tell('subscribe', added);
  }

  unsubscribe(devIds: readonly string[]): void {
    this.tell(
      'unsubscribe',
      devIds.filter((devId) => this.devIds.delete(devId)),
    );
  }

  close(): void {
    this.connection.close();
  }

  /** Says nothing while there is no connection: the next one begins with all subscriptions. */
  private tell(what: 'subscribe' | 'unsubscribe', devIds: readonly string[]): void {
    for (let i = 0; i < devIds.length; i += SUBSCRIPTIONS_PER_FRAME)
      this.connection.send(JSON.stringify({ [what]: devIds.slice(i, i + SUBSCRIPTIONS_PER_FRAME) }));
  }

  private receive(frame: Buffer, isBinary: boolean): void {
    const parsed = isBinary ? undefined : parseJson(frame.toString('utf8'), 'push', 4);
    const message = parsed?.ok === true && isJsonObject(parsed.value) ? parsed.value : {};
    const { to, package0 } = message;
    const bytes = typeof package0 === 'string' ? decodeBase64(package0) : undefined;
    if (typeof to !== 'string' || bytes === undefined) this.options.onMalformed?.();
    // Frames on their way when the device unsubscribed are no longer for anyone.
    else if (this.devIds.has(to)) this.options.onFrame(to, bytes);
  }
}
