/** A hand-written client for tests: plain node:http and node:net, sharing nothing with the devices. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: number;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request over a connection of its own. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole.toString('utf8'),
          bytes: whole.length,
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export const PACKAGE1_TYPE = 'application/vnd.oma.dm.initiation+json';
export const PACKAGE2_TYPE = 'application/vnd.oma.dm.request+json';
export const PACKAGE3_TYPE = 'application/vnd.oma.dm.response+json';
export const STARTED = '{"Alert":[{"AlertType":"urn:oma:at:dm:2.0:ClientInitiatedMgmt"}]}';

export function headersOf(
  devId: string,
  type: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { 'Content-Type': type, Accept: PACKAGE2_TYPE, 'OMADM-DevID': devId, ...more };
}

export function package1(
  url: string,
  devId: string,
  body = STARTED,
  more: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return ask(url, { method: 'POST', headers: headersOf(devId, PACKAGE1_TYPE, more), body });
}

/** @param statuses codes, or whole status objects */
export function package3(
  url: string,
  devId: string,
  statuses: readonly unknown[],
  alerts?: readonly unknown[],
): Promise<Reply> {
  const status = statuses.map((entry) => (typeof entry === 'number' ? { sc: entry } : entry));
  const body = JSON.stringify({ Status: status, ...(alerts === undefined ? {} : { Alert: alerts }) });
  return ask(url, { method: 'POST', headers: headersOf(devId, PACKAGE3_TYPE), body });
}

/** The commands of a Package#2. */
export function commandsIn(reply: Reply): readonly (readonly string[])[] {
  return (JSON.parse(reply.body) as { CMD: string[][] }).CMD;
}

/** Writes bytes to a fresh connection and gives what came back until the server closed it or `enough` holds. */
export function raw(
  port: number,
  bytes: string | Buffer,
  enough: (received: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (enough(received)) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(received));
  });
}
