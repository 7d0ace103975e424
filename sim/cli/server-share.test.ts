import { describe, expect, it } from 'vitest';
import { loadShippedCampaign } from '../server/campaign.ts';
import { capacityWarning, connectionsPerProcess, dropWarning, processesFor } from './server-capacity.ts';
import { UsageError } from './exit-code.ts';
import { type ServerOptions, shareServer } from './server-share.ts';

const campaign = loadShippedCampaign('mixed');
if (!campaign.ok) throw new Error('no such campaign');
const whole: ServerOptions = {
  campaign: campaign.value,
  seed: 1,
  notificationKey: 'dm-swarm',
  serverId: 'dms',
};

describe('a server shared out to processes', () => {
  it('has ports that count up from the first, or free ones', () => {
    expect(shareServer({ ...whole, port: 8080 }, 3).map(({ port }) => port)).toEqual([8080, 8081, 8082]);
    expect(shareServer({ ...whole, port: 0 }, 2).map(({ port }) => port)).toEqual([0, 0]);
    expect(() => shareServer({ ...whole, port: 65_534 }, 3)).toThrow(
      '--port: expected 3 ports from 65534 on, there are none above 65535',
    );
  });

  it('has the concurrency and the queue of the whole, remainders included', () => {
    const shares = shareServer({ ...whole, concurrency: 10, maxQueue: 2 }, 4);
    expect(shares.map(({ concurrency }) => concurrency)).toEqual([2, 3, 2, 3]);
    expect(shares.map(({ maxQueue }) => maxQueue)).toEqual([0, 1, 0, 1]);
    expect(() => shareServer({ ...whole, concurrency: 3 }, 4)).toThrow(UsageError);
  });

  it('has a public URL for each process', () => {
    const publicUrls = ['https://a.example', 'https://b.example'];
    expect(shareServer({ ...whole, publicUrls }, 2).map(({ publicUrl }) => publicUrl)).toEqual(publicUrls);
    expect(() => shareServer({ ...whole, publicUrls }, 3)).toThrow(
      '--public-url: expected 3, one for each process, separated by commas; found 2',
    );
  });

  it('is no group when it is one process', () => {
    expect(shareServer(whole, 1)).toEqual([{ ...whole, port: 0 }]);
    expect(shareServer(whole, 2).map(({ member }) => member)).toEqual([
      { index: 0, count: 2 },
      { index: 1, count: 2 },
    ]);
  });
});

describe('the connections of a server', () => {
  it('are bounded by the descriptors of its processes', () => {
    expect(connectionsPerProcess(20_000)).toBe(19_900);
    expect(processesFor(19_900, 20_000)).toBe(1);
    expect(processesFor(50_000, 20_000)).toBe(3);
    expect(connectionsPerProcess(64)).toBe(1);
  });

  it('that do not fit are named with what they need', () => {
    expect(capacityWarning(50_000, 3, 20_000)).toBeUndefined();
    expect(capacityWarning(50_000, 2, 20_000)).toBe(
      '50000 connections at once do not fit: a process of the reference server may open 20000 descriptors; ' +
        'take 3 server processes, or raise the limit (ulimit -n 25100)',
    );
  });

  it('that were closed for want of descriptors are told of once', () => {
    const said: string[] = [];
    const warn = dropWarning((text) => said.push(text));
    warn();
    warn();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('as many as its descriptor limit leaves');
  });
});
