import { describe, expect, it } from 'vitest';
import { servers } from './testing/running-server.ts';
import { ask } from './testing/tiny-client.ts';

const start = servers();
const MO = 'application/vnd.oma.dm.mo+json';
const YAML = `
name: data
steps: [{ cmd: [[END]] }]
repository:
  /repository/array:
    body: [{ ClientURI: 'urn:oma:mo:m:1.0//', MOData: { Url: '{{server}}/x' } }]
  /repository/bare:
    type: application/json
    body: { MOData: { a: 1 } }
firmware: { small.bin: 10, large.bin: 200001 }
`;
const ARRAY = '[{"ClientURI":"urn:oma:mo:m:1.0//","MOData":{"a":1}}]';

describe('the Data Repository', () => {
  it('serves what the campaign says, with the base URL filled in, whatever the query', async () => {
    const server = await start({ yaml: YAML, publicUrl: 'http://dm.example' });
    const array = await ask(`${server.url}/repository/array?device=1`);
    expect(array.headers['content-type']).toBe(MO);
    expect(array.body).toBe('[{"ClientURI":"urn:oma:mo:m:1.0//","MOData":{"Url":"http://dm.example/x"}}]');
    const bare = await ask(`${server.url}/repository/bare`);
    expect(bare.headers['content-type']).toBe('application/json');
    expect(bare.body).toBe('{"MOData":{"a":1}}');
    expect(server.ledger().repository.GET).toEqual({ count: 2, bytes: array.bytes + bare.bytes });
  });

  it('takes PUT and POST, and gives back what came last under the same path and query', async () => {
    const server = await start({ yaml: YAML });
    const url = `${server.url}/repository/devices/a?x=1`;
    const headers = { 'Content-Type': MO };
    expect((await ask(url, { method: 'PUT', headers, body: '[]' })).status).toBe(204);
    expect((await ask(url, { method: 'POST', headers, body: ARRAY })).status).toBe(204);
    expect((await ask(url)).body).toBe(ARRAY);
    expect((await ask(`${server.url}/repository/devices/a`)).status).toBe(404);
    expect(server.ledger().repository).toMatchObject({
      PUT: { count: 1, bytes: 2 },
      POST: { count: 1, bytes: ARRAY.length },
      GET: { count: 2 },
    });
  });

  it.each([
    ['no JSON type', 415, 'repository.media_type', { 'Content-Type': 'text/plain' }, ARRAY],
    [
      'a compressed body',
      415,
      'repository.media_type',
      { 'Content-Type': MO, 'Content-Encoding': 'gzip' },
      ARRAY,
    ],
    ['no MO', 400, 'repository.malformed_mo', { 'Content-Type': MO }, '{"Data":1}'],
    ['no JSON', 400, 'repository.malformed_mo', { 'Content-Type': MO }, '{'],
    ['no UTF-8', 400, 'repository.malformed_mo', { 'Content-Type': MO }, Buffer.from([0x22, 0xff, 0x22])],
    ['too much', 413, 'repository.too_large', { 'Content-Type': MO }, ' '.repeat(8_388_609)],
  ])('refuses %s with %d', async (_, status, rule, headers, body) => {
    const server = await start({ yaml: YAML });
    const reply = await ask(`${server.url}/repository/x`, { method: 'PUT', headers, body });
    expect(reply.status).toBe(status);
    expect(server.ledger()).toMatchObject({
      violations: { [rule]: { count: 1 } },
      repository: { PUT: { count: 1 } },
    });
    if (status === 415) expect(reply.headers['omadm-accept']).toBe(`${MO}, application/json`);
  });

  it('counts refused transfers too, with the bytes of their bodies', async () => {
    const server = await start({ yaml: YAML });
    const missing = await ask(`${server.url}/repository/missing`);
    const unwanted = await ask(`${server.url}/repository/array`, { headers: { Accept: 'text/html' } });
    await ask(`${server.url}/repository/x`, { method: 'POST', body: 'four' });
    expect([missing.status, unwanted.status]).toEqual([404, 406]);
    expect(server.ledger().repository).toEqual({
      GET: { count: 2, bytes: missing.bytes + unwanted.bytes },
      PUT: { count: 0, bytes: 0 },
      POST: { count: 1, bytes: 4 },
    });
  });

  it('forgets the oldest uploads when they become too many', async () => {
    const server = await start({ yaml: YAML });
    const body = JSON.stringify({ MOData: 'x'.repeat(7_000_000) });
    const headers = { 'Content-Type': MO };
    for (let i = 0; i < 6; i++)
      await ask(`${server.url}/repository/large/${i}`, { method: 'PUT', headers, body });
    const found = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (i) => (await ask(`${server.url}/repository/large/${i}`)).status),
    );
    expect(found).toEqual([404, 404, 200, 200, 200, 200]);
  });
});

describe('firmware', () => {
  it('has the size the campaign says and the same bytes each time', async () => {
    const server = await start({ yaml: YAML });
    const small = await ask(`${server.url}/firmware/small.bin`);
    const large = await ask(`${server.url}/firmware/large.bin?device=1`);
    const again = await ask(`${server.url}/firmware/large.bin`);
    expect([small.bytes, large.bytes]).toEqual([10, 200_001]);
    expect(again.body).toBe(large.body);
    expect(large.body.slice(0, 10)).not.toBe(small.body);
    expect(server.ledger().repository.GET).toEqual({ count: 3, bytes: 10 + 2 * 200_001 });
  });

  it('that the campaign does not have is 404, and counted', async () => {
    const server = await start({ yaml: YAML });
    const reply = await ask(`${server.url}/firmware/none.bin`);
    expect(reply.status).toBe(404);
    expect(server.ledger().repository.GET).toEqual({ count: 1, bytes: reply.bytes });
  });
});
