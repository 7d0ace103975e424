/** Both transports against the same bytes: whatever a server sends, they come to the same verdict. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpOutcome } from './http-client.ts';
import { HTTP_TRANSPORTS } from './http-transport-name.ts';
import { createHttpClient } from './http-transport.ts';
import { get } from './testing/http-requests.ts';
import { onRequest, startRawServer, until, type RawServer } from './testing/raw-server.ts';

/** What the server answers every request with, a write each, before it closes. */
let answer: readonly Buffer[] = [];
let server: RawServer;
beforeAll(async () => {
  server = await startRawServer((socket) => {
    socket.setNoDelay(true);
    onRequest(socket, () => {
      const [first = Buffer.alloc(0), ...rest] = answer;
      socket.write(first);
      // Long enough for the client to have read the first part alone, mostly; either way the verdict is the same.
      const more = (): void => {
        const part = rest.shift();
        if (part === undefined) socket.end();
        else {
          socket.write(part);
          setImmediate(more);
        }
      };
      setImmediate(more);
    });
  });
});
afterAll(() => server.close());

function verdict(outcome: HttpOutcome): unknown {
  if (!outcome.ok) return { failure: outcome.failure, sent: outcome.sent };
  const { status, contentType, omadmAccept, headers, body, bytes } = outcome;
  return { status, contentType, omadmAccept, headers: { ...headers }, body, bytes };
}

async function verdicts(parts: readonly Buffer[]): Promise<unknown[]> {
  answer = parts;
  const found = [];
  for (const transport of HTTP_TRANSPORTS) {
    const connections = createHttpClient(transport, {}, 5_000).open();
    found.push(verdict(await connections.exchange(get(server.origin, { maxBodyBytes: 200 }))));
    connections.close();
  }
  return found;
}

const RESPONSES = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 13\r\n\r\n{"CMD":["é"]}',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3;a=b\r\nabc\r\n0a\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n',
  'HTTP/1.0 404 Not Found\r\nServer: odd\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\n\r\nto the end',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 3\r\n\r\n<p>',
  'HTTP/1.1 415 No\r\nOMADM-Accept: application/json\r\nContent-Length: 0\r\n\r\n',
] as const;
const PIECES = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  ':',
  '\t',
  '\u0000',
  '\u00ff',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip\r\n',
  'Connection: close\r\n',
  'Connection: upgrade\r\nUpgrade: x\r\n',
  'Content-Encoding: gzip\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/2.0 ',
  '099',
  '101',
  '999',
  '-1',
  '0',
  '9999999999999999999999',
  'x'.repeat(300),
];

interface Change {
  readonly at: number;
  readonly cut: number;
  readonly piece: string;
}

function changed(response: string, changes: readonly Change[]): Buffer {
  let wire = Buffer.from(response);
  for (const { at, cut, piece } of changes) {
    const from = Math.floor(at * wire.length);
    wire = Buffer.concat([wire.subarray(0, from), Buffer.from(piece, 'latin1'), wire.subarray(from + cut)]);
  }
  return wire;
}

function parted(wire: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.map((cut) => Math.floor(cut * wire.length)).sort((a, b) => a - b), wire.length];
  return places.slice(1).map((place, i) => wire.subarray(places[i], place));
}

/**
 * Where undici is known to differ, and wrong: it takes `100 Continue` for a broken response (UndiciConnection helps
 * where a read begins with one), and 204 or 304 with a Content-Length too (RFC 9110, 8.6 and 15.2).
 */
const UNLIKE = /^HTTP\/.{0,9}(?:100|204|304)/m;

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const change = fc.record({
  at: share,
  cut: fc.nat(4),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.string()),
});

describe('the same bytes come to the same verdict', () => {
  test('as they are, cut anywhere', async () => {
    for (const response of RESPONSES) {
      const whole = await verdicts([Buffer.from(response)]);
      expect(whole[0]).toEqual(whole[1]);
      expect(whole[0]).toHaveProperty('status');
      await fc.assert(
        fc.asyncProperty(fc.array(share, { maxLength: 3 }), async (cuts) => {
          expect(await verdicts(parted(Buffer.from(response), cuts))).toEqual(whole);
        }),
        { numRuns: 20 },
      );
    }
  });

  test('and with any change', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...RESPONSES),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.array(share, { maxLength: 2 }),
        async (response, changes, cuts) => {
          const wire = changed(response, changes);
          fc.pre(!UNLIKE.test(wire.toString('latin1')));
          const [net, undici] = await verdicts(parted(wire, cuts));
          expect(net).toEqual(undici);
        },
      ),
      { numRuns: 600 },
    );
    await until(() => server.open === 0, 'all connections closed');
  });
});
