/** A page's socket whose speed a test decides, and what came out of it as the page would see it. */
import { applyCellFrame, type Cells, createCells } from '../cell-frame.ts';
import { type FeedMessage } from '../feed-message.ts';
import { type FeedSocket } from '../page-connection.ts';

export class FakeSocket implements FeedSocket {
  /** Bytes that wait for the browser. */
  bufferedAmount = 0;
  readonly messages: FeedMessage[] = [];
  frames = 0;
  pings = 0;
  closed: number | undefined;
  terminated = false;
  private readonly cells: Cells;

  /** `cells`: how many the map has. */
  constructor(cells: number) {
    this.cells = createCells(cells);
  }

  /** The map as the page has it. */
  get states(): readonly number[] {
    return [...this.cells.states];
  }

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      this.messages.push(JSON.parse(data) as FeedMessage);
      return;
    }
    this.frames++;
    const applied = applyCellFrame(this.cells, data);
    if (!applied.ok) throw new Error(`a frame that does not fit: ${applied.fault.found}`);
  }

  ping(): void {
    this.pings++;
  }

  close(code: number): void {
    this.closed = code;
  }

  terminate(): void {
    this.terminated = true;
  }

  /** Messages of one kind so far. */
  of<K extends FeedMessage['kind']>(kind: K): Extract<FeedMessage, { kind: K }>[] {
    return this.messages.filter(
      (message): message is Extract<FeedMessage, { kind: K }> => message.kind === kind,
    );
  }
}
