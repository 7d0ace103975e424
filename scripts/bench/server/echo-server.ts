/** The yardstick for servers: `node:http`, a JSON body parsed and written again, and nothing else. */
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface EchoServer {
  readonly port: number;
  /** Answered so far. */
  requests(): number;
}

export async function startEchoServer(): Promise<EchoServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests++;
      const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve);
  });
  return { port: (server.address() as AddressInfo).port, requests: () => requests };
}
