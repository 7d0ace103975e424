/** The page's end of the feed: one WebSocket at a time, opened again with patience when it breaks. */
import { FEED_FULL, FEED_LOCKED, type FeedMessage, type PageMessage } from '../feed-message.ts';
import { type RunStore } from './run-store.ts';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5_000;
/** The swarm says something every second; a feed that is silent for so long is as good as broken. */
const SILENCE_MS = 10_000;
/** Longest an attempt may take. */
const ATTEMPT_MS = 10_000;
/** How long it is said that the page shows another run than before. */
const NEWS_MS = 20_000;

/** A WebSocket, as far as it is needed. */
export interface FeedSocket {
  send(text: string): void;
  close(): void;
}

/** What a socket tells; nothing after it was closed from here. */
export interface FeedSocketEvents {
  /** Text, or an `ArrayBuffer`. */
  message(data: unknown): void;
  /** `code`: of the WebSocket, 1006 when there was none. */
  closed(code: number): void;
}

/** What the connection needs of the world, so that tests can be it. */
export interface FeedWorld {
  connect(events: FeedSocketEvents): FeedSocket;
  /** Calls back after `ms`, unless cancelled by the function returned. */
  after(ms: number, callback: () => void): () => void;
  /** Another version of the swarm answers: get its own page. */
  reload(): void;
}

export class FeedConnection {
  private socket: FeedSocket | undefined;
  private retryMs = FIRST_RETRY_MS;
  private cancelTimer: () => void = () => undefined;
  private cancelNews: () => void = () => undefined;
  private inspected: number | null = null;
  private followed: number | null = null;
  private readonly store: RunStore;
  private readonly world: FeedWorld;

  constructor(store: RunStore, world: FeedWorld) {
    this.store = store;
    this.world = world;
  }

  /** Connects now, also when a retry was due later only; nothing while a feed is there or none is wanted. */
  open(): void {
    if (this.socket !== undefined || this.store.result !== undefined || this.store.connection === 'outdated')
      return;
    this.cancelTimer();
    const socket = this.world.connect({
      message: (data) => this.receive(socket, data),
      closed: (code) => this.broken(socket, code),
    });
    this.socket = socket;
    this.cancelTimer = this.world.after(ATTEMPT_MS, () => this.broken(socket));
  }

  /** Which device's facts are wanted; holds over reconnects. */
  inspect(device: number | null): void {
    if (device === this.inspected) return;
    this.inspected = device;
    this.store.inspect(device);
    this.send({ kind: 'inspect', device });
  }

  /** Which device's steps are wanted; holds over reconnects. */
  follow(device: number | null): void {
    if (device === this.followed) return;
    this.followed = device;
    this.store.follow(device);
    this.send({ kind: 'follow', device });
  }

  private receive(socket: FeedSocket, data: unknown): void {
    if (socket !== this.socket) return;
    if (!this.understood(data)) {
      // What cannot be read makes the picture wrong: a new feed begins with a whole one.
      this.broken(socket);
      return;
    }
    this.cancelTimer();
    if (this.store.result === undefined)
      this.cancelTimer = this.world.after(SILENCE_MS, () => this.broken(socket));
  }

  private understood(data: unknown): boolean {
    if (data instanceof ArrayBuffer)
      return this.store.connection === 'open' && this.store.takeFrame(new Uint8Array(data));
    if (typeof data !== 'string') return false;
    const message = parseMessage(data);
    if (message === undefined) return false;
    if (message.kind !== 'hello' && this.store.connection !== 'open') return false;
    if (!this.store.take(message)) {
      this.leave();
      this.world.reload();
      return true;
    }
    if (message.kind === 'hello') this.greeted();
    // Only a feed that goes on is a good one: one that breaks right behind its greeting is tried with patience, too.
    if (message.kind === 'sample') this.retryMs = FIRST_RETRY_MS;
    return true;
  }

  private greeted(): void {
    if (this.store.hasChangedRun) {
      this.cancelNews();
      this.cancelNews = this.world.after(NEWS_MS, () => this.store.forgetChange());
    }
    const devices = this.store.run?.devices ?? 0;
    // Another run may have fewer devices than the one before.
    if (this.store.story === undefined || this.store.story.device >= devices) this.followed = null;
    if (this.inspected !== null && this.inspected >= devices) this.inspected = null;
    if (this.inspected !== null) this.send({ kind: 'inspect', device: this.inspected });
    if (this.followed !== null) this.send({ kind: 'follow', device: this.followed });
  }

  private broken(socket: FeedSocket, code?: number): void {
    if (socket !== this.socket) return;
    this.leave();
    if (this.store.result !== undefined) {
      this.store.setConnection('over');
      return;
    }
    if (code === FEED_LOCKED) {
      // Trying again by itself would be of no use; `open` still does, for the token may have been given in another tab.
      this.store.setConnection('locked');
      return;
    }
    this.store.setConnection(
      code === FEED_FULL ? 'full' : this.store.run === undefined ? 'unreachable' : 'lost',
    );
    this.cancelTimer = this.world.after(this.retryMs, () => this.open());
    this.retryMs = Math.min(LAST_RETRY_MS, this.retryMs * 2);
  }

  private leave(): void {
    const { socket } = this;
    this.socket = undefined;
    this.cancelTimer();
    socket?.close();
  }

  private send(message: PageMessage): void {
    if (this.store.connection === 'open') this.socket?.send(JSON.stringify(message));
  }
}

/** Members that are objects or lists in a message of each kind. */
const MEMBERS: Readonly<Record<FeedMessage['kind'], readonly string[]>> = {
  hello: ['run', 'samples', 'totals', 'checks'],
  sample: ['sample', 'totals', 'checks'],
  device: ['device'],
  steps: ['steps'],
  dropped: [],
  refused: [],
  finished: ['result'],
};

/** The swarm that serves this page also wrote its messages, in the version it says: only their outline is checked. */
function parseMessage(text: string): FeedMessage | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const { kind } = value;
    if (typeof kind !== 'string' || !isKind(kind)) return undefined;
    if (!MEMBERS[kind].every((member) => isObject(value[member]))) return undefined;
    return value as unknown as FeedMessage;
  } catch {
    return undefined;
  }
}

function isKind(kind: string): kind is FeedMessage['kind'] {
  return Object.hasOwn(MEMBERS, kind);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
