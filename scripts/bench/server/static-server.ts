/**
 * A DM Server that knows just enough to keep a load generator busy: constant Package#2s over bare sockets, END at the
 * end of each session, one document to fetch. It has to be cheaper than whatever is measured against it.
 */
import { createServer, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';
import { type Commands, MO_DOCUMENT, MO_TYPE, PACKAGE1_TYPE, PACKAGE2_TYPE } from './static-traffic.ts';

/** Plain data: it is sent to the server's process. */
export interface StaticServerOptions {
  /** Package#2s with commands in a session; the next one has END. */
  readonly iterations: number;
  readonly commands: Commands;
  /** What the answer to Package#1 has instead. */
  readonly opening?: Commands;
  /** Answers from this one of a session on are not sent: its devices wait in mid-session, until they are released. */
  readonly holdFrom?: number;
  /** The first sessions on so many connections are shorter, each by another length, so that ENDs are spread at once. */
  readonly spread?: number;
}

/** Since the server started. */
export interface StaticServerCounts {
  /** Open now. */
  readonly connections: number;
  readonly accepted: number;
  readonly package1: number;
  /** Every other package: Package#3, and what peers send. */
  readonly package3: number;
  readonly gets: number;
  readonly puts: number;
  /** Answers held back. */
  readonly held: number;
  /** When the first package came, in ms since the epoch; 0: none yet. */
  readonly firstPackageAtMs: number;
  /** Body of the last Package#3. */
  readonly package3Body: string;
}

export interface StaticServer {
  readonly port: number;
  counts(): StaticServerCounts;
  /** From now on every package is answered with END, so that sessions under way complete at once. */
  windDown(): void;
  /** Sends the answers held back, and holds none any more. */
  release(): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const HEAD_END = Buffer.from('\r\n\r\n');
const GOLDEN = 0.618033988749895;

export async function startStaticServer(options: StaticServerOptions): Promise<StaticServer> {
  const { iterations, spread = 0 } = options;
  let { holdFrom = Number.POSITIVE_INFINITY } = options;
  const waiting: Socket[] = [];
  const counts: Mutable<StaticServerCounts> = {
    ...{ connections: 0, accepted: 0, package1: 0, package3: 0, gets: 0, puts: 0, held: 0 },
    firstPackageAtMs: 0,
    package3Body: '',
  };
  const document = response(MO_TYPE, MO_DOCUMENT);
  const taken = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  const end = package2([['END']], '');
  let windingDown = false;
  let opening = end;
  let iteration = end;

  const server = createServer({ noDelay: true }, (socket) => {
    const number = counts.accepted++;
    counts.connections++;
    let length = number < spread ? 1 + Math.floor(((number * GOLDEN) % 1) * iterations) : iterations;
    let answered = 0;
    let rest: Buffer | undefined;
    socket.on('data', (chunk) => {
      rest = take(rest === undefined ? chunk : Buffer.concat([rest, chunk]));
    });
    socket.on('close', () => counts.connections--);
    socket.on('error', () => undefined); // the peer's end is its own business

    /** Answers every complete request; returns what is left over. */
    function take(data: Buffer): Buffer | undefined {
      let from = 0;
      while (from < data.length) {
        const headEnd = data.indexOf(HEAD_END, from);
        if (headEnd < 0) break;
        const head = data.toString('latin1', from, headEnd);
        const bodyStart = headEnd + 4;
        const bodyEnd = bodyStart + contentLength(head);
        if (bodyEnd > data.length) break;
        answer(socket, head, data, bodyStart, bodyEnd);
        from = bodyEnd;
      }
      return from === data.length ? undefined : from === 0 ? data : data.subarray(from);
    }

    function answer(to: Socket, head: string, data: Buffer, bodyStart: number, bodyEnd: number): void {
      if (head.startsWith('GET')) {
        counts.gets++;
        to.write(document);
        return;
      }
      if (head.startsWith('PUT')) {
        counts.puts++;
        to.write(taken);
        return;
      }
      const isFirst = head.includes(PACKAGE1_TYPE);
      if (isFirst) {
        if (counts.package1++ === 0) counts.firstPackageAtMs = performance.timeOrigin + performance.now();
        answered = 0;
      } else if (counts.package3++ % 1_024 === 0)
        counts.package3Body = data.toString('utf8', bodyStart, bodyEnd);
      answered++;
      if (answered >= holdFrom) {
        counts.held++;
        waiting.push(to);
        return;
      }
      if (answered <= length && !windingDown) to.write(answered === 1 ? opening : iteration);
      else {
        to.write(end);
        answered = 0;
        length = iterations;
      }
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  iteration = package2(options.commands, `http://127.0.0.1:${port}`);
  opening = options.opening === undefined ? iteration : package2(options.opening, `http://127.0.0.1:${port}`);
  return {
    port,
    counts: () => ({ ...counts }),
    windDown: () => void (windingDown = true),
    release: () => {
      holdFrom = Number.POSITIVE_INFINITY;
      for (const socket of waiting.splice(0)) socket.write(iteration);
    },
  };
}

function package2(commands: Commands, base: string): Buffer {
  return response(PACKAGE2_TYPE, JSON.stringify({ CMD: commands }).replaceAll('{{server}}', base));
}

function response(type: string, body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** 0 when there is no such header: a request without body. Chunked requests are sent by nobody who is measured here. */
function contentLength(head: string): number {
  const match = /\r\ncontent-length: *(\d+)/i.exec(head);
  return match === null ? 0 : Number(match[1]);
}
