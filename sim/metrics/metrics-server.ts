/** The HTTP server of the metrics page, and of further routes that want to stand on its port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type PrometheusPage } from './prometheus.ts';

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly page: PrometheusPage;
  /** Asked for every request that is not for `/metrics`; answers it and returns true, or leaves it alone and returns false. */
  readonly routes?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface MetricsServer {
  readonly port: number;
  /** `http://host:port/metrics` */
  readonly url: string;
  /** Resolves with true when a GET that came after this call has got the whole page, with false after `maxMs`. */
  lingerForScrape(maxMs: number): Promise<boolean>;
  /** Ends connections too; resolves when the port is free again. */
  close(): Promise<void>;
}

/**
 * Starts the server. A port that is taken or may not be opened is a fault – `port_taken` or `listen_failed` – and never
 * thrown: a load test goes on without its page.
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<Result<MetricsServer>> {
  const { host, port, page, routes } = options;
  const scraped = new Set<(request: number) => void>();
  let requests = 0;

  const servePage = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const number = ++requests;
    const body = Buffer.from(await page.render());
    response.writeHead(200, { 'Content-Type': page.contentType, 'Content-Length': body.length });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.once('finish', () => scraped.forEach((tell) => tell(number)));
    response.end(body);
  };

  const server = createServer((request, response) => {
    if (pathOf(request) !== '/metrics') {
      if (routes?.(request, response) !== true)
        answer(response, 404, 'Not found; the metrics are at /metrics.\n');
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      servePage(request, response).catch((error: unknown) =>
        answer(response, 500, `The page could not be made: ${String(error)}\n`),
      );
    } else {
      response.setHeader('Allow', 'GET, HEAD');
      answer(response, 405, 'Only GET and HEAD.\n');
    }
  });

  const problem = await listen(server, host, port);
  if (problem !== undefined) {
    const taken = problem.code === 'EADDRINUSE';
    return fail(
      taken ? 'port_taken' : 'listen_failed',
      taken ? 'metrics-port' : 'metrics-host, metrics-port',
      `${host}:${port}`,
      taken ? 'a free port' : `an address that can be listened on (${problem.message})`,
    );
  }
  const bound = (server.address() as AddressInfo).port;
  return ok({
    port: bound,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/metrics`,
    lingerForScrape: (maxMs) => {
      const after = requests;
      return new Promise<boolean>((resolve) => {
        const done = (whole: boolean): void => {
          clearTimeout(timer);
          scraped.delete(tell);
          resolve(whole);
        };
        const tell = (number: number): void => {
          if (number > after) done(true);
        };
        const timer = setTimeout(() => done(false), maxMs);
        scraped.add(tell);
      });
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

/** Resolves with what kept the server from listening. */
function listen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    // Stays after listening: a late error such as EMFILE must not end the process.
    server.on('error', resolve);
    server.listen(port, host, () => resolve(undefined));
  });
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}
