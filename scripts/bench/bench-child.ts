/** The processes that the benchmark starts for itself, by role: servers, the undici peer, the probe of sleeping devices. */
import { probeSleepingShard, type SleepingProbe } from './probes/sleeping-shard.ts';
import { startEchoServer } from './server/echo-server.ts';
import { type StaticServerOptions, startStaticServer } from './server/static-server.ts';
import { startUndiciPeer, type UndiciLoad } from './probes/undici-load.ts';

/** First message to a child; the answer to it is its role's, every further message asks for counts, which are the answer. */
export type ChildOrder =
  | { readonly kind: 'static-server'; readonly options: StaticServerOptions }
  | { readonly kind: 'echo-server' }
  | { readonly kind: 'undici-load'; readonly load: UndiciLoad }
  | { readonly kind: 'sleeping-shard'; readonly probe: SleepingProbe };

export interface StaticServerQuestion {
  /** No session is to get any further. */
  readonly windDown?: true;
  /** Answers held back are to be sent. */
  readonly release?: true;
}

process.on('disconnect', () => process.exit(0));
process.once('message', (order) => void obey(order as ChildOrder));

async function obey(order: ChildOrder): Promise<void> {
  switch (order.kind) {
    case 'static-server': {
      const server = await startStaticServer(order.options);
      process.on('message', ({ windDown, release }: StaticServerQuestion) => {
        if (release === true) server.release();
        if (windDown === true) server.windDown();
        process.send?.(server.counts());
      });
      process.send?.({ port: server.port });
      return;
    }
    case 'echo-server': {
      const server = await startEchoServer();
      process.on('message', () => process.send?.({ requests: server.requests() }));
      process.send?.({ port: server.port });
      return;
    }
    case 'undici-load':
      startUndiciPeer(order.load);
      process.send?.({});
      return;
    case 'sleeping-shard':
      process.send?.(await probeSleepingShard(order.probe));
      return;
    default:
      order satisfies never;
  }
}
