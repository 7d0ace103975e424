/** The process in which a swarm's own reference DM Server runs; it ends with its parent. */
import { type ReferenceServer, startServer } from '../server/reference-server.ts';
import { reasonOf } from './config-file.ts';
import { EXIT } from './exit-code.ts';
import { type ServerProcessOptions } from './server-config.ts';

/** Parent → child: one message, the options. Child → parent: one of these. */
export type ServerProcessReply =
  { readonly kind: 'ready'; readonly url: string } | { readonly kind: 'failed'; readonly reason: string };

let server: ReferenceServer | undefined;

// Ctrl-C and service managers reach the whole process group: the swarm drains its sessions first, and they need their
// server. It ends with its parent.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(EXIT.fine));
process.once('message', (options) => {
  startServer(options as ServerProcessOptions).then(
    (started) => {
      server = started;
      reply({ kind: 'ready', url: server.url });
    },
    (error: unknown) => reply({ kind: 'failed', reason: reasonOf(error) }),
  );
});

function reply(message: ServerProcessReply): void {
  process.send?.(message);
}
