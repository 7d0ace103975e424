/** `POST /notify/<DevID>`: the HTTP ingress by which other systems send a Package#0 to a device (protocol.md section 3). */
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Population } from '../device/population.ts';
import { type Fleet } from './fleet.ts';

/** A Package#0 has well under a kilobyte. */
const MOST_BYTES = 65_536;
const OPENING_BRACE = 0x7b;
const PATH = /^\/notify\/([^/?]+)$/;

/**
 * The route, for the port of the metrics page. The body is a Package#0, JSON when the Content-Type or the first
 * character says so, else binary.
 * Answers 202 with `{"result": …}` when a session follows, 409 with the reason when it does not, 404 for a DevID that is
 * not in the fleet, 413 and 405 as usual, 503 when the device's worker does not take it any more.
 */
export function notifyIngress(
  fleet: Fleet,
  population: Population,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const name = PATH.exec(request.url ?? '')?.[1];
    if (name === undefined) return false;
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      answer(response, 405, { error: 'expected POST' });
      return true;
    }
    const device = population.indexOf(decoded(name));
    if (device === undefined) answer(response, 404, { error: 'no such device in this fleet' });
    else void receive(request, response, fleet, device);
    return true;
  };
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  fleet: Fleet,
  device: number,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) {
        answer(response, 413, { error: `expected at most ${MOST_BYTES} bytes` });
        return;
      }
      chunks.push(chunk);
    }
  } catch {
    return; // the sender has gone
  }
  const body = Buffer.concat(chunks);
  // No binary form begins like a JSON object: its first half byte is the version.
  const isJson = /\bjson\b/i.test(request.headers['content-type'] ?? '') || body[0] === OPENING_BRACE;
  const result = await fleet.notify(device, isJson ? body.toString('utf8') : new Uint8Array(body));
  if (result === undefined) answer(response, 503, { error: 'the run is ending' });
  else answer(response, result === 'accepted' ? 202 : 409, { result });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function answer(response: ServerResponse, status: number, body: Readonly<Record<string, string>>): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
