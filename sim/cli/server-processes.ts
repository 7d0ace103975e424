/** The processes of a reference DM Server as their parent has them: started together, connected, ended together. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { GroupHub } from '../server/group-hub.ts';
import { type HubMessage } from '../server/group-message.ts';
import { type ServerProcessOptions } from './server-config.ts';
import { type ServerProcessCommand, type ServerProcessReply } from './server-process-message.ts';

const START_TIMEOUT_MS = 15_000;
const END_TIMEOUT_MS = 2_000;

export interface ServerProcesses {
  readonly pids: readonly number[];
  /** Base URLs listened on, in order; Package#1 goes to `<url>/dm`. */
  readonly urls: readonly string[];
  end(): Promise<void>;
}

/**
 * Starts a process for each of the options and waits until all listen.
 * @param directory where the bundle `server-process.mjs` lies
 * @param onDeath told of each process that ends by itself once all were up: its name where there are several, and how
 * @throws Error when one does not come up; none is left then
 */
export async function startServerProcesses(
  directory: string,
  options: readonly ServerProcessOptions[],
  onDeath: (name: string, how: string) => void,
): Promise<ServerProcesses> {
  const file = join(directory, 'server-process.mjs');
  const children = options.map(() =>
    fork(file, {
      // 'advanced' carries Maps and bytes; what the server prints in distress goes to stderr.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  );
  // A process that is up may already have something to say while others are still coming.
  const early: (() => void)[] = [];
  let hub: GroupHub | undefined;
  for (const [i, child] of children.entries())
    child.on('message', (message) => {
      const reply = message as ServerProcessReply;
      if (reply.kind === 'ready' || reply.kind === 'failed') return;
      if (hub === undefined) early.push(() => hub?.receive(i, reply));
      else hub.receive(i, reply);
    });
  const urls = await Promise.all(children.map((child, i) => ready(child, options[i]))).catch(
    (error: unknown) => {
      for (const child of children) child.kill('SIGKILL');
      throw error;
    },
  );
  const links = children.map((child, i) => ({
    name: urls.length === 1 ? '' : `process ${i + 1} (${urls[i] ?? ''})`,
    send: (message: HubMessage) => tell(child, message),
  }));
  const group = (hub = new GroupHub(links));
  let ending = false;
  for (const [i, child] of children.entries()) {
    const died = (): void => {
      const how = child.signalCode ?? `exit code ${child.exitCode ?? 'unknown'}`;
      group.ended(i, `it has ended (${how})`);
      if (!ending) onDeath(links[i]?.name ?? '', how);
    };
    if (hasEnded(child)) died();
    else child.once('exit', died);
  }
  for (const take of early) take();
  return {
    pids: children.map(({ pid = 0 }) => pid),
    urls,
    end: async () => {
      ending = true;
      await Promise.all(children.map(ended));
    },
  };
}

function ready(child: ChildProcess, options: ServerProcessOptions | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => refuse('it did not answer in time'), START_TIMEOUT_MS);
    const refuse = (reason: string): void => {
      clearTimeout(timeout);
      reject(new Error(reason));
    };
    const exited = (code: number | null): void => refuse(`it ended with exit code ${code ?? 'unknown'}`);
    child.on('error', (error) => refuse(error.message));
    child.once('exit', exited);
    child.once('message', (message) => {
      child.off('exit', exited);
      const reply = message as ServerProcessReply;
      if (reply.kind === 'ready') {
        clearTimeout(timeout);
        resolve(reply.url);
      } else refuse(reply.kind === 'failed' ? reply.reason : `it said ${reply.kind} before it was ready`);
    });
    if (options !== undefined) tell(child, { kind: 'start', options });
  });
}

/** What cannot be sent any more is for a process whose end is noticed by itself. */
function tell(child: ChildProcess, message: ServerProcessCommand): void {
  child.send(message, () => undefined);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Closing the channel ends the child; one that does not listen is killed. */
function ended(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    const timeout = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(timeout);
      resolve();
    });
    if (child.connected) child.disconnect();
    else child.kill('SIGKILL');
  });
}
