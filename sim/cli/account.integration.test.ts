/** Accounts: TLS, HTTP Basic by devices file, and secrets that must not show anywhere. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTestAuthority } from '../transport/testing/certificates.ts';
import { type RunningCommand, startCommand, swarm, temporaryFolder } from './testing/command.ts';

const folder = temporaryFolder();
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const SECRETS = ['geheim-1', 'geheim-2', 'falsch-3'];
const RUN = ['--sessions', '1', '--ramp', '0', '--campaign', 'inventory'];

describe('devices with accounts of their own', () => {
  let server: RunningCommand;
  let url = '';
  let ca = '';
  beforeAll(async () => {
    const authority = await makeTestAuthority();
    ca = file('ca.pem', authority.ca);
    server = startCommand(
      'server',
      ...['--port', '0', '--campaign', 'inventory'],
      ...[
        '--tls-cert',
        file('cert.pem', authority.server.cert),
        '--tls-key',
        file('key.pem', authority.server.key),
      ],
      ...[
        '--devices-file',
        file(
          'accounts.csv',
          'devId,user,secret\nDEV:1,one,geheim-1\nDEV:2,two,geheim-2\nDEV:3,three,richtig\n',
        ),
      ],
    );
    [, url = ''] = await server.printed(/ready: (https:\S+)/);
  });
  afterAll(() => void server.process.kill('SIGTERM'));

  test('log in by HTTP Basic over TLS; a wrong secret is 401; no secret is shown anywhere', async () => {
    const devices = file('devices.csv', 'DEV:1,one,geheim-1\nDEV:2,two,geheim-2\nDEV:3,three,falsch-3\n');
    const out = temporaryFolder();
    const argv = RUN.slice(0, 4);
    const { code, stdout, stderr } = await swarm(
      '--server',
      url,
      '--ca',
      ca,
      '--devices-file',
      devices,
      '--trace',
      '--out',
      out,
      ...argv,
    );
    expect(code).toBe(0);
    const summary = readFileSync(join(out, 'summary.json'), 'utf8');
    expect(JSON.parse(summary)).toMatchObject({ totals: { endings: { completed: 2, http_401: 1 } } });
    for (const secret of SECRETS)
      for (const text of [secret, Buffer.from(secret).toString('base64').slice(0, 8)])
        expect(stdout + stderr + summary).not.toContain(text);
    expect(stdout).toContain('Authorization: …');
  });

  test('are stopped by a certificate that nobody vouches for, unless told otherwise', async () => {
    const argv = ['--server', url, '--devices', '2', ...RUN.slice(0, 4)];
    const strict = await swarm(...argv, '--json');
    expect(strict.code).toBe(3);
    expect(JSON.parse(strict.stdout)).toMatchObject({ totals: { endings: { tls_failed: 2 } } });
    const insecure = await swarm(...argv, '--insecure', '--json');
    expect(insecure.code).toBe(0);
    expect(JSON.parse(insecure.stdout)).toMatchObject({ totals: { endings: { http_401: 2 } } });
  });
});

test('accounts of a devices file are known to the reference server that the swarm starts', async () => {
  const devices = file('own.csv', 'A:1,one,geheim-1\nA:2,two,geheim-2\n');
  const { code, stdout } = await swarm('--devices-file', devices, ...RUN, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ run: { devices: 2 }, totals: { endings: { completed: 2 } } });
  expect(stdout).not.toContain('geheim');
});
