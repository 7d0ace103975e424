/** A process in which a reference DM Server runs, alone or as one of several; it ends with its parent. */
import { GroupMember } from '../server/group-member.ts';
import { type ReferenceServer, startServer } from '../server/reference-server.ts';
import { reasonOf } from './config-file.ts';
import { EXIT } from './exit-code.ts';
import { connectionsPerProcess, dropWarning } from './server-capacity.ts';
import { type ServerProcessOptions } from './server-config.ts';
import { type ServerProcessCommand, type ServerProcessReply } from './server-process-message.ts';

let server: ReferenceServer | undefined;
const group = new GroupMember(say);

// Ctrl-C and service managers reach the whole process group: the swarm drains its sessions first, and they need their
// server. It ends with its parent.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => void leave());
process.on('message', (message) => {
  const command = message as ServerProcessCommand;
  if (command.kind === 'start') start(command.options);
  else group.receive(command);
});

function start({ member, ...options }: ServerProcessOptions): void {
  const warn = dropWarning((text) => process.stderr.write(`warning: ${text}\n`));
  startServer({
    ...options,
    maxConnections: connectionsPerProcess(),
    onDroppedConnection: warn,
    ...(member === undefined ? {} : { member: { ...member, group } }),
  }).then(
    (started) => {
      server = started;
      group.serve(started.own);
      say({ kind: 'ready', url: started.url });
    },
    (error: unknown) => say({ kind: 'failed', reason: reasonOf(error) }),
  );
}

/** Push channels are ended the orderly way; that takes half a second at most. */
async function leave(): Promise<void> {
  await server?.close();
  process.exit(EXIT.fine);
}

function say(message: ServerProcessReply): void {
  // A parent that has gone is told nothing: its end is noticed by itself.
  process.send?.(message, undefined, undefined, () => undefined);
}
