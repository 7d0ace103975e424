import { describe, expect, it } from 'vitest';
import { createCells, encodeAllCells } from '../cell-frame.ts';
import { FEED_FULL, FEED_LOCKED, type FeedMessage } from '../feed-message.ts';
import { madeUpHello, madeUpResult, madeUpSample, madeUpTotals } from '../testing/made-up-feed.ts';
import { FeedConnection, type FeedSocketEvents } from './feed-connection.ts';
import { RunStore } from './run-store.ts';

/** The world of one page: sockets and timers that the test moves. */
class World {
  readonly store = new RunStore(() => 0);
  readonly feed = new FeedConnection(this.store, {
    connect: (events) => {
      this.sockets.push(events);
      return { send: (text) => this.sent.push(text), close: () => this.closed++ };
    },
    after: (ms, callback) => {
      const timer = { at: this.nowMs + ms, callback };
      this.timers.add(timer);
      return () => this.timers.delete(timer);
    },
    reload: () => this.reloads++,
  });
  readonly sockets: FeedSocketEvents[] = [];
  readonly sent: string[] = [];
  closed = 0;
  reloads = 0;
  private nowMs = 0;
  private readonly timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  pass(ms: number): void {
    this.nowMs += ms;
    for (const timer of this.timers)
      if (timer.at <= this.nowMs) {
        this.timers.delete(timer);
        timer.callback();
      }
  }

  get socket(): FeedSocketEvents {
    return this.sockets.at(-1)!;
  }

  tell(message: FeedMessage): void {
    this.socket.message(JSON.stringify(message));
  }

  greet(devices = 40): void {
    this.tell(madeUpHello(devices, 1, 1));
    this.socket.message(encodeAllCells(createCells(devices)).buffer);
  }

  sample(i = 2): void {
    this.tell({ kind: 'sample', sample: madeUpSample(i), totals: madeUpTotals(i), checks: [] });
  }
}

function connected(): World {
  const world = new World();
  world.feed.open();
  world.greet();
  return world;
}

describe('the connection to the feed', () => {
  it('is live once it was greeted', () => {
    const world = new World();
    world.feed.open();
    expect(world.store.connection).toBe('connecting');
    world.greet();
    expect([world.store.connection, world.store.hasCells]).toEqual(['open', true]);
  });

  it('tries again after 0.5, 1, 2, 4, 5 and 5 seconds', () => {
    const world = connected();
    const waits = [500, 1_000, 2_000, 4_000, 5_000, 5_000];
    for (const [i, wait] of waits.entries()) {
      world.socket.closed(1_006);
      expect(world.store.connection).toBe('lost');
      world.pass(wait - 1);
      expect(world.sockets).toHaveLength(i + 1);
      world.pass(1);
      expect(world.sockets).toHaveLength(i + 2);
    }
  });

  it('is patient with a feed that breaks right behind its greeting, and quick with one that went on', () => {
    const world = connected();
    world.socket.closed(1_006);
    world.pass(500);
    world.greet();
    world.socket.closed(1_006);
    world.pass(999);
    expect(world.sockets).toHaveLength(2);
    world.pass(1);
    world.greet();
    world.sample();
    world.socket.closed(1_006);
    world.pass(500);
    expect(world.sockets).toHaveLength(4);
  });

  it('asks again for what was inspected and followed', () => {
    const world = connected();
    world.feed.inspect(7);
    world.feed.follow(9);
    world.socket.closed(1_006);
    world.pass(500);
    world.sent.length = 0;
    world.greet();
    expect(world.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
      { kind: 'inspect', device: 7 },
      { kind: 'follow', device: 9 },
    ]);
  });

  it('asks for no device that another run does not have', () => {
    const world = connected();
    world.feed.inspect(7);
    world.feed.follow(30);
    world.socket.closed(1_006);
    world.pass(500);
    world.sent.length = 0;
    world.greet(20);
    expect(world.sent.map((text) => JSON.parse(text) as unknown)).toEqual([{ kind: 'inspect', device: 7 }]);
  });

  it('says for twenty seconds that another run has answered, and not that the same one has', () => {
    const world = connected();
    world.socket.closed(1_006);
    world.pass(500);
    world.greet();
    expect(world.store.hasChangedRun).toBe(false);
    world.socket.closed(1_006);
    world.pass(1_000);
    const hello = madeUpHello(20, 1, 1);
    world.tell({ ...hello, run: { ...hello.run, startedAtMs: hello.run.startedAtMs + 1 } });
    world.sample();
    expect(world.store.hasChangedRun).toBe(true);
    for (let i = 3; i < 6; i++) {
      world.pass(6_000);
      world.sample(i);
    }
    expect(world.store.hasChangedRun).toBe(true);
    world.pass(2_000);
    expect(world.store.hasChangedRun).toBe(false);
  });

  it('does not say the same wish twice', () => {
    const world = connected();
    world.feed.inspect(7);
    world.feed.inspect(7);
    expect(world.sent).toHaveLength(1);
  });

  it.each([
    ['a text that is no JSON', 'nonsense'],
    ['a JSON text that is no message', '[]'],
    ['a message of no known kind', '{"kind":"surprise"}'],
    ['a message without its members', '{"kind":"sample"}'],
    ['a frame of another size', encodeAllCells(createCells(3)).buffer],
    ['an empty frame', new ArrayBuffer(0)],
    ['data of another type', 12],
  ])('begins anew when it gets %s', (_, data) => {
    const world = connected();
    world.socket.message(data);
    expect([world.store.connection, world.closed]).toEqual(['lost', 1]);
    world.pass(500);
    world.greet();
    expect(world.store.connection).toBe('open');
  });

  it('takes nothing before the greeting', () => {
    const world = new World();
    world.feed.open();
    world.sample();
    expect([world.store.samples.length, world.store.connection]).toEqual([0, 'unreachable']);
  });

  it('holds a feed that says nothing for ten seconds for broken', () => {
    const world = connected();
    world.pass(9_999);
    world.sample();
    world.pass(9_999);
    expect(world.store.connection).toBe('open');
    world.pass(1);
    expect(world.store.connection).toBe('lost');
  });

  it('gives up an attempt that nobody answers', () => {
    const world = new World();
    world.feed.open();
    world.pass(10_000);
    expect([world.store.connection, world.closed]).toEqual(['unreachable', 1]);
    world.pass(500);
    world.greet();
    expect(world.store.connection).toBe('open');
  });

  it('speaks of no connection that was lost before there was one', () => {
    const world = new World();
    world.feed.open();
    world.socket.closed(1_006);
    expect(world.store.connection).toBe('unreachable');
  });

  it.each([true, false])(
    'says that there is no room for the page, and tries again; greeted before: %s',
    (was) => {
      const world = was ? connected() : new World();
      if (!was) world.feed.open();
      if (was) {
        world.socket.closed(1_006);
        world.pass(500);
      }
      world.socket.closed(FEED_FULL);
      expect(world.store.connection).toBe('full');
      world.pass(1_000);
      world.greet();
      expect(world.store.connection).toBe('open');
    },
  );

  it('asks for the token where one is wanted, and tries again only when it is asked to', () => {
    const world = connected();
    world.socket.closed(1_006);
    world.pass(500);
    world.socket.closed(FEED_LOCKED);
    expect(world.store.connection).toBe('locked');
    world.pass(60_000);
    expect(world.sockets).toHaveLength(2);
    world.feed.open();
    world.greet();
    expect([world.sockets.length, world.store.connection]).toEqual([3, 'open']);
  });

  it('tries nothing again after the run has ended, and does not mind silence then', () => {
    const world = connected();
    world.tell({ kind: 'finished', result: madeUpResult(40) });
    world.pass(60_000);
    expect(world.store.connection).toBe('open');
    world.socket.closed(1_006);
    world.pass(60_000);
    world.feed.open();
    expect([world.store.connection, world.sockets.length]).toEqual(['over', 1]);
  });

  it('has the page reloaded when the swarm speaks another version, and asks no more', () => {
    const world = connected();
    world.tell({ ...madeUpHello(4, 1, 1), version: 99 });
    world.pass(60_000);
    expect([world.reloads, world.sockets.length, world.store.connection]).toEqual([1, 1, 'outdated']);
  });

  it('ignores what an old socket still says', () => {
    const world = connected();
    const [old] = world.sockets;
    world.socket.closed(1_006);
    world.pass(500);
    world.greet();
    old?.closed(1_006);
    old?.message('nonsense');
    expect(world.store.connection).toBe('open');
  });

  it('retries at once when it is asked to, and only then', () => {
    const world = connected();
    world.feed.open();
    expect(world.sockets).toHaveLength(1);
    world.socket.closed(1_006);
    world.feed.open();
    expect(world.sockets).toHaveLength(2);
    world.pass(500);
    expect(world.sockets).toHaveLength(2);
  });
});
