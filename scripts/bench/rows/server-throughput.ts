/** Row l: what the reference server does per core, against a bare `node:http` JSON echo. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Benchmark, type Contender } from '../benchmark.ts';
import { sleep } from '../kit/child.ts';
import { isInstalled } from '../kit/machine.ts';
import { ITERATIONS, LOCAL_COMMANDS, PACKAGE3_HEADERS } from '../server/static-traffic.ts';
import { cpuFigures, measureWindow, warmUp } from '../subjects/load-window.ts';
import { package3Body } from '../subjects/package3-body.ts';
import { startWrk } from '../subjects/peers.ts';
import { startEchoServerProcess, startReferenceServerProcess } from '../subjects/server-processes.ts';
import { startSwarm } from '../subjects/swarm.ts';
import { ratio } from './iteration-cost.ts';

const CONNECTIONS = 1_000;
const RAMP_MS = 500;

const REFERENCE: Contender = {
  id: 'reference server',
  label: 'the reference server, ledger on, under the swarm',
  measure: async (bench) => {
    const campaign = join(bench.scratch, 'campaign.yaml');
    const steps = Array.from({ length: ITERATIONS }, () => ({ cmd: LOCAL_COMMANDS }));
    // JSON is YAML.
    writeFileSync(campaign, JSON.stringify({ name: 'bench', steps: [...steps, { cmd: [['END']] }] }));
    const server = await startReferenceServerProcess(bench, campaign);
    const swarm = startSwarm(bench, { server: server.base, devices: CONNECTIONS, rampMs: RAMP_MS });
    try {
      await sleep(RAMP_MS);
      await warmUp(bench, server.child, () => server.packages());
      return {
        ...cpuFigures(await measureWindow(server.child, () => server.packages(), bench.scale.windowMs)),
      };
    } finally {
      await swarm.end('SIGKILL');
      await server.end();
    }
  },
};

const ECHO: Contender = {
  id: 'echo server',
  label: '`node:http` JSON echo, under wrk',
  measure: async (bench) => {
    const body = await package3Body(bench);
    const server = await startEchoServerProcess(bench);
    const load = { base: server.base, connections: CONNECTIONS, headers: PACKAGE3_HEADERS, body };
    const wrk = startWrk(bench, load);
    try {
      await warmUp(bench, server.child, () => server.requests());
      return {
        ...cpuFigures(await measureWindow(server.child, () => server.requests(), bench.scale.windowMs)),
      };
    } finally {
      await wrk.end('SIGKILL');
      await server.end();
    }
  },
};

export const serverThroughput: Benchmark = {
  id: 'l',
  title: 'reference server: throughput per core against a bare node:http JSON echo',
  heat: 'server',
  contenders: () => [REFERENCE, ECHO],
  unavailable: () => Promise.resolve(isInstalled('wrk') ? undefined : 'wrk is not installed'),
  read: (results) => [
    {
      ...{ key: 'l.ratio', what: 'packages per core against the echo', unit: '×', better: 'more' },
      ...{ floor: 0.6, goal: 0.9, portable: true },
      spread: results.paired([ECHO.id, REFERENCE.id], ratio),
    },
    {
      ...{ key: 'l.cpu', what: 'server CPU per package', unit: 'µs', better: 'less', portable: false },
      spread: results.figure(REFERENCE.id, 'cpuUs'),
    },
    {
      ...{ key: 'l.echo', what: 'echo CPU per request', unit: 'µs', better: 'less', portable: false },
      spread: results.figure(ECHO.id, 'cpuUs'),
    },
  ],
  notes: [
    'CPU of the server process per package, by its own ledger. The two have different clients on the same body: the echo knows no DM, and keeps its connections, while the reference server accepts one a session of 51 packages.',
  ],
};
