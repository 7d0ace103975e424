/**
 * One page at the feed: what it has been told, and what it must be told again because it was too slow.
 *
 * A browser that does not keep up has its messages wait in the socket. Beyond a bound nothing more is put there: frames
 * are dropped and counted, and when the browser has caught up it is told so, gets the whole map, the samples it missed
 * (the whole run when those are many) and how many steps of its followed device it will never see.
 */
import { type TimelineSample } from '../metrics/timeline.ts';
import { type TraceEvent } from '../transport/trace.ts';
import { type DeviceView, type FeedMessage } from './feed-message.ts';

/** What is asked of a WebSocket. */
export interface FeedSocket {
  /** Bytes handed over that the peer has not taken yet. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array): void;
  ping(): void;
  close(code: number, reason: string): void;
  /** Ends it without a word. */
  terminate(): void;
}

/** What all pages are shown, at this moment. */
export interface FeedView {
  hello(): FeedMessage;
  sample(sample: TimelineSample): FeedMessage;
  allCells(): Uint8Array;
}

/** What may wait for a slow browser, in bytes; one message more, for it is looked at before. */
export const MOST_BUFFERED = 1_048_576;
/** Missed samples that are sent one by one. */
const MOST_MISSED = 60;

export class PageConnection {
  private inspectedDevice: number | undefined;
  private device: number | undefined;
  private readonly socket: FeedSocket;
  private readonly view: FeedView;
  private inspectedText = '';
  private mapIsOld = false;
  private helloIsDue = false;
  private missed: TimelineSample[] = [];
  private lostSteps = 0;
  private dropped = 0;
  private droppedTold = 0;
  private pingsOpen = 0;

  constructor(socket: FeedSocket, view: FeedView) {
    this.socket = socket;
    this.view = view;
  }

  get inspected(): number | undefined {
    return this.inspectedDevice;
  }

  /** It is shown at once, even if the page was shown the same before. */
  inspects(device: number | undefined): void {
    this.inspectedDevice = device;
    this.inspectedText = '';
  }

  get followed(): number | undefined {
    return this.device;
  }

  follows(device: number | undefined): void {
    this.device = device;
    this.lostSteps = 0;
  }

  /** The run from its start, and the map. */
  begin(): void {
    this.tell(this.view.hello());
    this.socket.send(this.view.allCells());
  }

  /** A few times a second: `changes` since the tick before, if any. */
  tick(changes: Uint8Array | undefined): void {
    if (this.isSlow) {
      if (changes === undefined) return;
      this.mapIsOld = true;
      this.dropped++;
      return;
    }
    this.catchUp();
    if (this.mapIsOld) this.socket.send(this.view.allCells());
    else if (changes !== undefined) this.socket.send(changes);
    this.mapIsOld = false;
  }

  /** `text`: the message with this sample, made once for all pages. */
  sample(sample: TimelineSample, text: string): void {
    if (this.isSlow) {
      this.dropped++;
      if (this.missed.length < MOST_MISSED) this.missed.push(sample);
      else this.helloIsDue = true;
      return;
    }
    this.catchUp();
    this.socket.send(text);
  }

  /** The inspected device as it is now; sent when it is not as it was told. */
  showDevice(device: DeviceView): void {
    if (this.isSlow) return;
    const text = JSON.stringify({ kind: 'device', device } satisfies FeedMessage);
    if (text === this.inspectedText) return;
    this.inspectedText = text;
    this.socket.send(text);
  }

  /** Steps of the followed device. */
  steps(device: number, steps: readonly TraceEvent[], lost: number): void {
    if (this.isSlow) {
      this.dropped++;
      this.lostSteps += steps.length + lost;
      return;
    }
    this.tell({ kind: 'steps', device, steps, lost: lost + this.lostSteps });
    this.lostSteps = 0;
  }

  refuse(reason: string): void {
    if (!this.isSlow) this.tell({ kind: 'refused', reason });
  }

  /** The result, which holds every sample: it is sent however slow the browser is, and none of those it missed any more. */
  finish(text: string): void {
    this.missed = [];
    this.helloIsDue = false;
    this.socket.send(text);
  }

  /** The browser is there. */
  alive(): void {
    this.pingsOpen = 0;
  }

  /** Asks whether it still is; ends the connection when it did not answer twice. */
  probe(): void {
    if (this.pingsOpen >= 2) this.socket.terminate();
    else {
      this.pingsOpen++;
      this.socket.ping();
    }
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  private get isSlow(): boolean {
    return this.socket.bufferedAmount > MOST_BUFFERED;
  }

  private catchUp(): void {
    if (this.dropped === this.droppedTold) return;
    this.droppedTold = this.dropped;
    if (this.helloIsDue) {
      this.tell(this.view.hello());
      this.mapIsOld = true;
    } else for (const sample of this.missed) this.tell(this.view.sample(sample));
    this.helloIsDue = false;
    this.missed = [];
    // Last, for a page that is greeted begins to count anew.
    this.tell({ kind: 'dropped', frames: this.dropped });
    if (this.lostSteps > 0 && this.device !== undefined) this.steps(this.device, [], 0);
  }

  private tell(message: FeedMessage): void {
    this.socket.send(JSON.stringify(message));
  }
}
