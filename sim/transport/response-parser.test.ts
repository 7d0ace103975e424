/** Responses byte for byte: whole, cut at every place, and one byte at a time. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Llhttp } from './llhttp.ts';
import { ResponseParsers, type ReadVerdict, type ResponseParser } from './response-parser.ts';

const llhttp = new Llhttp();
const parsers = new ResponseParsers(llhttp);
let parser: ResponseParser;
beforeEach(() => {
  parser = parsers.take(100, true);
  return () => parsers.give(parser);
});

/** Feeds a part as a socket's read would; afterwards other connections' bytes are in the shared input. */
function feed(part: Uint8Array): ReadVerdict {
  llhttp.input.set(part);
  return parser.read(part.length);
}

function feedAll(parts: readonly Uint8Array[]): ReadVerdict {
  let verdict: ReadVerdict = 'incomplete';
  for (const part of parts) {
    if (part.length === 0 || verdict !== 'incomplete') continue;
    verdict = feed(part);
    if (verdict === 'incomplete') llhttp.input.fill('!');
  }
  return verdict;
}

function seen() {
  const { status, headers, bytes, reusable } = parser;
  return { status, headers, body: Buffer.concat(parser.parts).toString(), bytes, reusable };
}

interface Case {
  readonly name: string;
  readonly wire: string;
  readonly verdict: ReadVerdict;
  readonly expected?: ReturnType<typeof seen>;
}

const COMPLETE: readonly Case[] = [
  {
    name: 'a body of known length',
    wire: 'HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nX-Empty:\r\nSet-Cookie: a=1\r\nset-cookie: b=2 \r\nContent-Length: 9\r\n\r\n{"é":1}\n',
    verdict: 'complete',
    expected: {
      status: 200,
      headers: { 'content-type': 'a/b', 'x-empty': '', 'set-cookie': ['a=1', 'b=2 '], 'content-length': '9' },
      body: '{"é":1}\n',
      bytes: 9,
      reusable: true,
    },
  },
  {
    name: 'a chunked body with extension and trailers',
    wire: 'HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n',
    verdict: 'complete',
    expected: {
      status: 500,
      headers: { 'transfer-encoding': 'chunked' },
      body: 'abcde',
      bytes: 5,
      reusable: true,
    },
  },
  {
    name: 'interim responses before the final one',
    wire: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx',
    verdict: 'complete',
    expected: {
      status: 201,
      headers: { connection: 'close', 'content-length': '1' },
      body: 'x',
      bytes: 1,
      reusable: false,
    },
  },
  {
    name: 'no body after 304, whatever its length is said to be',
    wire: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n',
    verdict: 'complete',
    expected: { status: 304, headers: { 'content-length': '1000' }, body: '', bytes: 0, reusable: true },
  },
  {
    name: 'names that objects have by themselves',
    wire: 'HTTP/1.0 200 OK\r\n__proto__: a\r\nconstructor: b\r\nconstructor: c\r\nContent-Length: 0\r\n\r\n',
    verdict: 'complete',
    expected: {
      status: 200,
      headers: JSON.parse('{"__proto__":"a","constructor":["b","c"],"content-length":"0"}') as Record<
        string,
        string
      >,
      body: '',
      bytes: 0,
      reusable: false,
    },
  },
];

const REFUSED: readonly Case[] = [
  { name: 'no HTTP', wire: '220 smtp.example\r\n', verdict: 'response_malformed' },
  {
    name: 'a status code below 100',
    wire: 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n',
    verdict: 'response_malformed',
  },
  {
    name: 'protocols switched unasked',
    wire: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    verdict: 'response_malformed',
  },
  {
    name: 'two framings at once',
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    verdict: 'response_malformed',
  },
  {
    name: 'a body that is announced too large',
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n',
    verdict: 'body_too_large',
  },
  {
    name: 'a chunked body that becomes too large',
    wire: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n${'x'.repeat(100)}\r\n1\r\nx`,
    verdict: 'body_too_large',
  },
];

describe.each([...COMPLETE, ...REFUSED])('$name', ({ wire, verdict, expected }) => {
  const bytes = Buffer.from(wire);

  test('is understood in one read', () => {
    expect(feedAll([bytes])).toBe(verdict);
    if (expected !== undefined) expect(seen()).toEqual(expected);
  });

  test('is understood when it is cut in two, at any byte', () => {
    for (let at = 1; at < bytes.length; at++) {
      parser.clear();
      parser.begin(100, true);
      expect(feedAll([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toBe(verdict);
      if (expected !== undefined) expect(seen(), `cut at ${at}`).toEqual(expected);
    }
  });

  test('is understood byte by byte', () => {
    expect(feedAll([...bytes].map((byte) => Uint8Array.of(byte)))).toBe(verdict);
    if (expected !== undefined) expect(seen()).toEqual(expected);
  });
});

describe('the end of the connection', () => {
  const head = 'HTTP/1.1 200 OK\r\n\r\n';
  test('completes a body without length, cut at any byte', () => {
    const bytes = Buffer.from(`${head}to the end`);
    for (let at = 1; at <= bytes.length; at++) {
      parser.clear();
      parser.begin(100, true);
      expect(feedAll([bytes.subarray(0, at), bytes.subarray(at)])).toBe('incomplete');
      expect(parser.end()).toBe('complete');
      expect(seen()).toMatchObject({ status: 200, body: 'to the end', reusable: false });
    }
  });

  test.each([
    ['nothing', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nX-'],
    ['an interim response', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'],
  ])('does not complete %s', (_name, wire) => {
    expect(feedAll([Buffer.from(wire)])).toBe('incomplete');
    expect(parser.end()).not.toBe('complete');
  });
});

test('line ends behind a response are nothing; anything else makes the connection useless', () => {
  const wire = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx';
  for (const [behind, reusable] of [
    ['', true],
    ['\r\n', true],
    ['y', false],
    [wire, false],
  ] as const) {
    parser.clear();
    parser.begin(100, true);
    expect(feed(Buffer.from(wire + behind))).toBe('complete');
    expect(seen()).toMatchObject({ body: 'x', reusable });
  }
});

test('16 KiB of fields are the bound for each section, whether a head, an interim head or trailers', () => {
  const fields = (bytes: number): string => `X: ${'x'.repeat(bytes - 1)}\r\n`;
  const last = 'HTTP/1.1 204 No Content\r\n';
  const interim = 'HTTP/1.1 102 Processing\r\n';
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n';
  for (const [wire, verdict] of [
    [`${last}${fields(16_383)}\r\n`, 'complete'],
    [`${last}${fields(16_384)}\r\n`, 'headers_too_large'],
    [`${interim}${fields(16_000)}\r\n${last}${fields(16_000)}\r\n`, 'complete'],
    [`${interim}${fields(16_384)}`, 'headers_too_large'],
    [`${chunked}${fields(16_383)}\r\n`, 'complete'],
    [`${chunked}${fields(16_384)}`, 'headers_too_large'],
  ] as const) {
    parser.clear();
    parser.begin(100, true);
    expect(feedAll([Buffer.from(wire)])).toBe(verdict);
  }
});

test('a body that is not kept is counted', () => {
  parser.begin(100, false);
  expect(feed(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd'))).toBe('complete');
  expect(parser.bytes).toBe(4);
  expect(parser.parts).toEqual([]);
});

test('parsers that were given back serve again, and their memory does not grow', () => {
  const own = new Llhttp();
  const pool = new ResponseParsers(own);
  const takeAll = (): void => {
    const taken = Array.from({ length: 1_000 }, () => pool.take(100, true));
    expect(new Set(taken).size).toBe(1_000);
    own.input.write('HTTP/1.1 204 No Content\r\n\r\n');
    // The last one was allocated after the memory had grown.
    expect(taken.at(-1)?.read(27)).toBe('complete');
    for (const one of taken) pool.give(one);
  };
  takeAll();
  const before = own.memoryBytes;
  for (let i = 0; i < 50; i++) takeAll();
  expect(own.memoryBytes).toBe(before);
});
