import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { request } from 'node:https';
import { connect } from 'node:net';
import { X509CertificateGenerator } from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { startServer } from './reference-server.ts';
import { campaignOf, GET_THEN_END } from './testing/campaign-text.ts';
import { servers } from './testing/running-server.ts';
import { ask, headersOf, package1, PACKAGE1_TYPE, STARTED } from './testing/tiny-client.ts';

const start = servers();

async function selfSigned(): Promise<{ cert: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return { cert: certificate.toString('pem'), key };
}

describe('a reference server', () => {
  it('takes a free port and says where it is', async () => {
    const server = await start();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect(server.publicUrl).toBe(server.url);
  });

  it('tells its health as JSON', async () => {
    const server = await start();
    await package1(`${server.url}/dm`, 'a');
    expect(JSON.parse((await ask(`${server.url}/health`)).body)).toMatchObject({
      status: 'ok',
      processes: 1,
      urls: [server.url],
      devices: 1,
      droppedConnections: 0,
    });
  });

  it('closes connections beyond its limit, says so and counts them', async () => {
    let dropped = 0;
    const server = await start({ maxConnections: 1, onDroppedConnection: () => (dropped += 1) });
    const first = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => first.on('connect', resolve));
    await expect.poll(async () => (await server.own.health()).connections).toBe(1);
    await expect(ask(`${server.url}/health`)).rejects.toThrow();
    expect(dropped).toBe(1);
    expect(await server.own.health()).toMatchObject({ connections: 1, droppedConnections: 1 });
    first.destroy();
  });

  it('shows its ledger as JSON', async () => {
    const server = await start();
    await package1(`${server.url}/dm`, 'a');
    const reply = await ask(`${server.url}/ledger`);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(JSON.parse(reply.body)).toEqual(JSON.parse(JSON.stringify(server.ledger())));
  });

  it('cannot have a port that is taken', async () => {
    const server = await start();
    await expect(start({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('does not stay half started when an option is impossible', async () => {
    const server = await start();
    const { port } = server;
    await server.close();
    await expect(start({ port, serviceTime: { kind: 'constant', ms: 1 }, concurrency: 0 })).rejects.toThrow(
      RangeError,
    );
    expect((await start({ port })).port).toBe(port);
  });

  it('refuses a public URL that is none', async () => {
    await expect(start({ publicUrl: 'example.com' })).rejects.toThrow(TypeError);
  });

  it('speaks TLS, and hands out https URIs then', async () => {
    const tls = await selfSigned();
    const server = await start({
      tls,
      yaml: "name: s\nsteps: [{ cmd: [[SHOW, '{{server}}/ui/notice'], [END]] }]",
    });
    expect(server.url).toMatch(/^https:/);
    const body = await new Promise<string>((resolve, reject) => {
      const headers = headersOf('a', PACKAGE1_TYPE);
      const sent = request(
        `${server.url}/dm`,
        { method: 'POST', headers, ca: tls.cert, checkServerIdentity: () => undefined, agent: false },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => resolve(text));
        },
      );
      sent.on('error', reject);
      sent.end(STARTED);
    });
    expect(body).toBe(`{"CMD":[["SHOW","${server.url}/ui/notice"],["END"]]}`);
  });

  it('is gone after close, and does not wait for connections that idle', async () => {
    const server = await startServer({ campaign: campaignOf(GET_THEN_END), seed: 1 });
    const idle = connect(server.port, '127.0.0.1');
    const ended = new Promise((resolve) => idle.on('close', resolve));
    await new Promise((resolve) => idle.on('connect', resolve));
    await package1(`${server.url}/dm`, 'a');
    await server.close();
    await ended;
    await expect(ask(`${server.url}/health`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('refuses notifications that are none', async () => {
    const server = await start();
    expect(() => server.notify({ to: [] })).toThrow(TypeError);
  });
});
