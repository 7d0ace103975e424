/** A feed without a swarm: serves the page and tells it a made-up run, second by second, as a test or a person wants it. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { DEVICE_STATES, type DeviceState } from '../../metrics/recorder.ts';
import { randomStream } from '../../random/random.ts';
import { type TraceEvent } from '../../transport/trace.ts';
import { createCells, encodeAllCells, encodeChangedCells } from '../cell-frame.ts';
import { type FeedMessage, type PageMessage } from '../feed-message.ts';
import {
  madeUpChecks,
  madeUpDevice,
  madeUpHello,
  madeUpResult,
  madeUpSample,
  madeUpTotals,
} from './made-up-feed.ts';

export interface FakeFeedOptions {
  readonly html: string;
  readonly devices: number;
  readonly devicesPerCell?: number;
  /** 0: a free one. */
  readonly port?: number;
  /** Seconds the run is old when the first page comes. */
  readonly seconds?: number;
  /** By which pages tell runs apart. */
  readonly startedAtMs?: number;
  readonly name?: string;
}

export class FakeFeed {
  /** What pages have said, in order. */
  readonly said: PageMessage[] = [];
  /** Pages that come are sent away with this code. */
  turnAway: number | undefined;
  readonly cells;
  private readonly before;
  private seconds: number;
  private readonly options: FakeFeedOptions;
  private readonly http: Server;
  private readonly pages = new Set<WebSocket>();
  private readonly sockets = new Set<Socket>();
  private readonly random = randomStream(11, 'fake-feed');

  private constructor(options: FakeFeedOptions) {
    this.options = options;
    this.seconds = options.seconds ?? 0;
    const count = Math.ceil(options.devices / (options.devicesPerCell ?? 1));
    this.cells = createCells(count);
    this.before = createCells(count);
    this.http = createServer((request, response) => {
      response.statusCode = request.url === '/' ? 200 : 404;
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(request.url === '/' ? options.html : '');
    });
    this.http.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    new WebSocketServer({ server: this.http, path: '/feed' }).on('connection', (page) => this.greet(page));
    for (let i = 0; i < 8; i++) this.stir();
  }

  static async start(options: FakeFeedOptions): Promise<FakeFeed> {
    const feed = new FakeFeed(options);
    await new Promise<void>((resolve, reject) => {
      feed.http.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return feed;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get openPages(): number {
    return this.pages.size;
  }

  /** Some devices do something else; the pages are told. */
  tick(): void {
    this.stir();
    this.sendChanges();
    const inspected = this.said.findLast(({ kind }) => kind === 'inspect')?.device;
    if (typeof inspected === 'number') this.tell({ kind: 'device', device: this.deviceOf(inspected) });
  }

  /** One device changes. */
  set(cell: number, state: DeviceState, share = 255): void {
    this.cells.states[cell] = DEVICE_STATES.indexOf(state);
    this.cells.shares[cell] = share;
    this.sendChanges();
  }

  /** A second has passed. */
  second(): void {
    this.seconds++;
    this.tell({
      kind: 'sample',
      sample: madeUpSample(this.seconds, this.options.devices),
      totals: madeUpTotals(this.seconds),
      checks: madeUpChecks(this.seconds),
    });
  }

  steps(device: number, steps: readonly TraceEvent[], lost = 0): void {
    this.tell({ kind: 'steps', device, steps, lost });
  }

  finish(): void {
    this.tell({ kind: 'finished', result: madeUpResult(this.options.devices, Math.max(5, this.seconds)) });
  }

  tell(message: FeedMessage): void {
    this.send(JSON.stringify(message));
  }

  /** Anything, as it is. */
  send(data: string | Uint8Array): void {
    for (const page of this.pages) page.send(data);
  }

  /** Cuts every connection and stops listening, as a swarm that is killed. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private greet(page: WebSocket): void {
    if (this.turnAway !== undefined) {
      page.close(this.turnAway, 'turned away');
      return;
    }
    this.pages.add(page);
    page.on('message', (data: Buffer) => this.said.push(JSON.parse(data.toString()) as PageMessage));
    page.on('error', () => undefined);
    page.once('close', () => this.pages.delete(page));
    page.send(JSON.stringify(this.hello()));
    page.send(encodeAllCells(this.cells));
  }

  private hello(): FeedMessage {
    const { devices, devicesPerCell = 1, startedAtMs, name } = this.options;
    const hello = madeUpHello(devices, devicesPerCell, this.seconds);
    const given = {
      ...(startedAtMs === undefined ? {} : { startedAtMs }),
      ...(name === undefined ? {} : { name }),
    };
    return { ...hello, run: { ...hello.run, ...given } };
  }

  private sendChanges(): void {
    const frame = encodeChangedCells(this.before, this.cells);
    if (frame !== undefined) this.send(frame);
  }

  private deviceOf(device: number): ReturnType<typeof madeUpDevice> {
    const cell = Math.floor(device / (this.options.devicesPerCell ?? 1));
    return madeUpDevice(device, DEVICE_STATES[this.cells.states[cell] ?? 0] ?? 'pending');
  }

  /** A twelfth of the cells, drawn by chance, go over into likely states. */
  private stir(): void {
    const { states, shares } = this.cells;
    for (let i = 0; i < states.length / 12; i++) {
      const cell = Math.floor(this.random.next() * states.length);
      const chance = this.random.next();
      const state: DeviceState =
        chance < 0.7
          ? 'dormant'
          : chance < 0.78
            ? 'waiting'
            : chance < 0.9
              ? 'executing'
              : chance < 0.95
                ? 'ui'
                : chance < 0.98
                  ? 'updating'
                  : 'failed';
      states[cell] = DEVICE_STATES.indexOf(state);
      shares[cell] =
        (this.options.devicesPerCell ?? 1) === 1 ? 255 : Math.ceil(40 + 215 * this.random.next());
    }
  }
}
