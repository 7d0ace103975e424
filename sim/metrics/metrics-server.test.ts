import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './metrics-server.ts';
import { type PrometheusPage } from './prometheus.ts';

const PAGE: PrometheusPage = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  render: () => Promise.resolve('omadm_iterations_total 1\n'),
};
const open: MetricsServer[] = [];

async function start(options: Partial<MetricsServerOptions> = {}): Promise<MetricsServer> {
  const started = await startMetricsServer({ host: '127.0.0.1', port: 0, page: PAGE, ...options });
  if (!started.ok) throw new Error(started.fault.expected);
  open.push(started.value);
  return started.value;
}

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

describe('the metrics server', () => {
  it('serves the page on a free port', async () => {
    const { url, port } = await start();
    expect(url).toBe(`http://127.0.0.1:${port}/metrics`);
    const response = await fetch(`${url}?name[]=omadm_iterations_total`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(PAGE.contentType);
    expect(await response.text()).toBe('omadm_iterations_total 1\n');
  });

  it('answers HEAD without a body, other paths with 404 and other methods with 405', async () => {
    const { url } = await start();
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '25', '']);
    expect((await fetch(new URL('/', url))).status).toBe(404);
    const post = await fetch(url, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('lets further routes answer, and answers 404 where they do not', async () => {
    const { url } = await start({
      routes: (request, response) => {
        if (request.url !== '/notify/IMEI:1') return false;
        response.writeHead(202).end();
        return true;
      },
    });
    expect((await fetch(new URL('/notify/IMEI:1', url), { method: 'POST' })).status).toBe(202);
    expect((await fetch(new URL('/elsewhere', url))).status).toBe(404);
  });

  it('answers 500 when the page cannot be made, and goes on', async () => {
    let broken = true;
    const page = { ...PAGE, render: () => (broken ? Promise.reject(new Error('no slab')) : PAGE.render()) };
    const { url } = await start({ page });
    expect((await fetch(url)).status).toBe(500);
    broken = false;
    expect((await fetch(url)).status).toBe(200);
  });

  it('gives a fault for a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const started = await startMetricsServer({ host: '127.0.0.1', port, page: PAGE });
    other.close();
    expect(started).toEqual({
      ok: false,
      fault: {
        code: 'port_taken',
        path: 'metrics-port',
        found: `"127.0.0.1:${port}"`,
        expected: 'a free port',
      },
    });
  });

  it('gives a fault for an address that is not of this machine', async () => {
    const started = await startMetricsServer({ host: '192.0.2.1', port: 0, page: PAGE });
    expect(started).toMatchObject({ ok: false, fault: { code: 'listen_failed' } });
  });
});

describe('lingering for a scrape', () => {
  it('ends with the next whole page, not with HEAD, other paths or an earlier scrape', async () => {
    const server = await start();
    await (await fetch(server.url)).text();
    let ended = false;
    const linger = server.lingerForScrape(60_000).then((scraped) => {
      ended = true;
      return scraped;
    });
    await fetch(server.url, { method: 'HEAD' });
    await fetch(new URL('/', server.url));
    expect(ended).toBe(false);
    await (await fetch(server.url)).text();
    expect(await linger).toBe(true);
  });

  it('does not take a page for its scrape that was asked for before', async () => {
    let render: (page: string) => void = () => undefined;
    let asked: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (asked = resolve));
    const slow: PrometheusPage = {
      ...PAGE,
      render: () => {
        asked();
        return new Promise((resolve) => (render = resolve));
      },
    };
    const server = await start({ page: slow });
    const early = fetch(server.url).then((response) => response.text());
    await begun;
    const linger = server.lingerForScrape(50);
    render('old\n');
    expect(await early).toBe('old\n');
    expect(await linger).toBe(false);
  });

  it('ends at its bound when nobody comes', async () => {
    const server = await start();
    expect(await server.lingerForScrape(1)).toBe(false);
  });
});
