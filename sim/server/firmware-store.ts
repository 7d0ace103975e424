/** Firmware packages: `GET /firmware/<name>` serves bytes that follow from the name, of the size the campaign says. */
import { createHash } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { answerText, isOpen, RETRY_AFTER } from './http-answer.ts';
import { type LedgerBook } from './ledger-book.ts';
import { type FirmwareImage } from './plan.ts';
import { type ServiceStation } from './service-station.ts';

/** Images are a repetition of one block, so that a large one costs no memory. */
const BLOCK_BYTES = 65_536;

interface Image {
  readonly bytes: number;
  readonly block: Buffer;
}

export interface FirmwareStoreParts {
  readonly images: readonly FirmwareImage[];
  readonly book: LedgerBook;
  readonly station: ServiceStation;
}

export class FirmwareStore {
  private readonly parts: FirmwareStoreParts;
  private readonly images: ReadonlyMap<string, Image>;

  constructor(parts: FirmwareStoreParts) {
    this.parts = parts;
    this.images = new Map(parts.images.map(({ name, bytes }) => [name, { bytes, block: blockOf(name) }]));
  }

  /** Answers a request below `/firmware/`. Downloads count as the Data Repository's GETs. */
  exchange(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { book, station } = this.parts;
    if (request.method !== 'GET') {
      answerText(response, 405, 'expected GET', ['Allow', 'GET']);
      return;
    }
    const image = this.images.get(path.slice('/firmware/'.length).replace(/\?.*$/s, ''));
    if (image === undefined) book.transfer('GET', answerText(response, 404, 'no such firmware'));
    else if (!station.admits('repository'))
      book.transfer('GET', answerText(response, 503, 'the queue is full', RETRY_AFTER));
    else station.serve('repository', () => this.send(response, image));
  }

  /** Writes as fast as the peer takes it; what the peer has not taken when it goes away is not counted. */
  private send(response: ServerResponse, { bytes, block }: Image): void {
    const headers = ['Content-Type', 'application/octet-stream', 'Content-Length', String(bytes)];
    response.writeHead(200, headers);
    let written = 0;
    let counted = false;
    const count = (): void => {
      if (counted) return;
      counted = true;
      this.parts.book.transfer('GET', written);
    };
    const write = (): void => {
      while (isOpen(response)) {
        const chunk = block.subarray(0, Math.min(block.length, bytes - written));
        written += chunk.length;
        if (written === bytes) {
          response.end(chunk);
          count();
          return;
        }
        if (!response.write(chunk)) {
          response.once('drain', write);
          return;
        }
      }
    };
    response.once('close', count);
    write();
  }
}

/** Looks random, so that nothing on the way compresses it to nothing. */
function blockOf(name: string): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let at = 0, i = 0; at < BLOCK_BYTES; at += 32, i++)
    createHash('sha256').update(`${name}:${i}`).digest().copy(block, at);
  return block;
}
