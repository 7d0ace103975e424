/** Row f: memory of a device that sleeps. */
import { join } from 'node:path';
import { type Benchmark, type Contender } from '../benchmark.ts';
import { type BenchContext } from '../bench-context.ts';
import { ask, forkChild, sleep, until } from '../kit/child.ts';
import { figureOf } from '../kit/heat.ts';
import { rssOfTree } from '../kit/proc.ts';
import { type ChildOrder } from '../bench-child.ts';
import { type SleepingMemory } from '../probes/sleeping-shard.ts';
import { readProfiles } from '../../../sim/cli/profile-choice.ts';
import { NO_DELAY } from '../../../sim/random/distribution.ts';
import { startStaticServerProcess } from '../subjects/server-processes.ts';
import { startSwarm } from '../subjects/swarm.ts';
import { LOCAL_COMMANDS } from '../server/static-traffic.ts';

/** The shipped mix: four trees, as a user has them without asking. */
const PROFILES = 'mixed';
/** A session each is played in the probe, so there are fewer of these. */
const CHANGED_DEVICES = 100_000;

function shard(id: string, devices: number, changed: boolean): Contender {
  return {
    id,
    label: `a shard of ${devices.toLocaleString('en')} devices, ${changed ? 'three changed nodes each' : 'never run'}`,
    measure: async (bench) => {
      const child = forkChild(join(bench.directory, 'bench-child.mjs'), [], ['--expose-gc']);
      try {
        const population = {
          ...{
            seed: 1,
            devices,
            profiles: readProfiles(PROFILES, '--profile'),
            latencies: { all: NO_DELAY },
          },
          account: { serverId: 'dms', serverUri: 'http://127.0.0.1:1/dm', notificationKey: 'dm-swarm' },
          ...{ uiBoundMs: 5_000, pushShare: 0 },
        };
        const order: ChildOrder = { kind: 'sleeping-shard', probe: { population, changed } };
        const { bytes } = await ask<SleepingMemory>(child, order);
        return { bytesPerDevice: bytes / devices };
      } finally {
        await child.end('SIGKILL');
      }
    },
  };
}

function processOf(id: string, devices: number): Contender {
  return {
    id,
    label: `the swarm with ${devices.toLocaleString('en')} devices, one of them in session`,
    measure: (bench) => rssWhileAsleep(bench, devices),
  };
}

/** So long that of a million devices one starts every two seconds. */
const RAMP_MS = 25 * 24 * 3_600_000;

/** The first device starts at once and is held in its session; the others are due much later. */
async function rssWhileAsleep(bench: BenchContext, devices: number): Promise<{ rssBytes: number }> {
  const server = await startStaticServerProcess(bench, {
    ...{ iterations: 1, commands: LOCAL_COMMANDS, holdFrom: 1 },
  });
  const swarm = startSwarm(bench, {
    ...{ server: server.base, devices, rampMs: RAMP_MS, profile: PROFILES },
  });
  try {
    await until('the first session', async () => (await server.counts()).held > 0, { child: swarm });
    await sleep(1_000);
    return { rssBytes: rssOfTree(swarm.pid) };
  } finally {
    await swarm.end('SIGKILL');
    await server.end();
  }
}

const devicesAt = (quick: boolean): number => (quick ? 200_000 : 1_000_000);

export const sleepingMemory: Benchmark = {
  id: 'f',
  title: 'memory per sleeping device: never run; three changed nodes',
  heat: 'sleeping',
  mostRounds: 2,
  contenders: ({ quick }) => [
    shard('never run', devicesAt(quick), false),
    shard('three changed nodes', quick ? CHANGED_DEVICES / 5 : CHANGED_DEVICES, true),
    processOf('process of few', 1_000),
    processOf('process of all', devicesAt(quick)),
  ],
  read: (results, { quick }) => [
    {
      ...{ key: 'f.never-run', what: 'in the shard, never run', unit: 'B', better: 'less' },
      ...{ floor: 256, goal: 64, portable: true, spread: results.figure('never run', 'bytesPerDevice') },
    },
    {
      ...{ key: 'f.changed', what: 'in the shard, three changed nodes', unit: 'B', better: 'less' },
      ...{ floor: 600, goal: 450, portable: true },
      spread: results.figure('three changed nodes', 'bytesPerDevice'),
    },
    {
      ...{ key: 'f.process', what: 'of the whole process (RSS), never run', unit: 'B', better: 'less' },
      ...{ floor: 256, goal: 64, portable: !quick },
      spread: results.paired(
        ['process of all', 'process of few'],
        (all, few) => (figureOf(all, 'rssBytes') - figureOf(few, 'rssBytes')) / (devicesAt(quick) - 1_000),
      ),
    },
  ],
  notes: [
    'In the shard: heap and array buffers after garbage collection, its arrays, agenda and the devices’ memories, divided by the devices. All devices get the same three values, as a campaign sends them. Of the process: RSS less that with 1,000 devices; arrays that no device has written to yet are not resident, so it can be below what the shard has reserved.',
  ],
};
