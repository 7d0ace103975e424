/** A page of a live run without a browser: speaks to the feed over a real WebSocket and keeps what it was told. */
import { WebSocket } from 'ws';
import { type TimelineSample } from '../../metrics/timeline.ts';
import { type TraceEvent } from '../../transport/trace.ts';
import { applyCellFrame, type Cells, createCells } from '../cell-frame.ts';
import { type FeedMessage, type FinishedRun, type PageMessage } from '../feed-message.ts';

const LONGEST_MS = 60_000;

type Message<K extends FeedMessage['kind']> = Extract<FeedMessage, { kind: K }>;

export class FeedClient {
  readonly messages: FeedMessage[] = [];
  /** As told by `hello` and `sample`. */
  readonly samples: TimelineSample[] = [];
  /** Of the device that is followed. */
  readonly steps: TraceEvent[] = [];
  lost = 0;
  cells: Cells = createCells(0);
  readonly closed: Promise<number>;
  private readonly socket: WebSocket;
  private readonly watchers = new Set<() => void>();
  private isClosed = false;

  /** `url`: of the page. Resolves when the page has its first map. */
  static async open(url: string): Promise<FeedClient> {
    const client = new FeedClient(url);
    await client.until(() => client.cells.states.length > 0);
    return client;
  }

  private constructor(url: string) {
    const { host } = new URL(url);
    this.socket = new WebSocket(`ws://${host}/feed`);
    this.socket.on('message', (data: Buffer, isBinary: boolean) => this.receive(data, isBinary));
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code) => {
        this.isClosed = true;
        resolve(code);
        this.wake();
      }),
    );
    this.socket.on('error', () => undefined);
  }

  say(message: PageMessage): void {
    this.sayText(JSON.stringify(message));
  }

  sayText(text: string | Buffer): void {
    this.socket.send(text);
  }

  of<K extends FeedMessage['kind']>(kind: K): Message<K>[] {
    return this.messages.filter((message): message is Message<K> => message.kind === kind);
  }

  /** Resolves once it holds; rejects when the feed has closed without, or after a minute. */
  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error('the feed did not say it in time')), LONGEST_MS);
      const watch = (): void => {
        if (!condition() && !this.isClosed) return;
        clearTimeout(timeout);
        this.watchers.delete(watch);
        if (condition()) resolve();
        else reject(new Error('the feed has closed without saying it'));
      };
      this.watchers.add(watch);
      watch();
    });
  }

  async finished(): Promise<FinishedRun> {
    await this.until(() => this.of('finished').length > 0);
    return this.of('finished')[0]!.result;
  }

  /** As a browser whose machine lost its power. */
  kill(): void {
    this.socket.terminate();
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (isBinary) {
      const applied = applyCellFrame(this.cells, data);
      if (!applied.ok) throw new Error(`a frame that does not fit: ${applied.fault.found}`);
    } else this.keep(JSON.parse(data.toString()) as FeedMessage);
    this.wake();
  }

  private keep(message: FeedMessage): void {
    this.messages.push(message);
    if (message.kind === 'hello') {
      const cells = Math.ceil(message.run.devices / message.devicesPerCell);
      this.cells = createCells(cells);
      this.samples.splice(0, this.samples.length, ...message.samples);
    } else if (message.kind === 'sample') this.samples.push(message.sample);
    else if (message.kind === 'steps') {
      this.steps.push(...message.steps);
      this.lost += message.lost;
    }
  }

  private wake(): void {
    for (const watch of [...this.watchers]) watch();
  }
}
