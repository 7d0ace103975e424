/** Processes the benchmark starts: each has an end, and none outlives the benchmark. */
import { type ChildProcess, fork, spawn } from 'node:child_process';

/** What a process may take to come up or to end after it was asked to, in ms. */
const PATIENCE_MS = 90_000;
/** Of a process's output the last part is kept, for messages and for results printed at the end. */
const KEPT_CHARACTERS = 4_000_000;

const living = new Set<ChildProcess>();
// Whatever ends the benchmark, nothing of it goes on loading the machine.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

export class Child {
  readonly pid: number;
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  private readonly ended: Promise<number | null>;

  constructor(child: ChildProcess, name: string) {
    this.process = child;
    living.add(child);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout = (this.stdout + text).slice(-KEPT_CHARACTERS);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-KEPT_CHARACTERS);
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`cannot start ${name}: ${error.message}`)));
      child.once('close', (code) => {
        living.delete(child);
        resolve(code);
      });
    });
    this.ended.catch(() => undefined);
    this.pid = child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Sends the signal and waits for the end, at most {@link PATIENCE_MS}; its exit code, `null` when a signal ended it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.hasEnded) this.process.kill(signal);
    return this.over();
  }

  /** Waits for the end, which comes by itself. */
  async over(patienceMs = PATIENCE_MS): Promise<number | null> {
    const kill = setTimeout(() => this.process.kill('SIGKILL'), patienceMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(kill);
    }
  }
}

export interface StartOptions {
  /** CPU that the process is bound to, by taskset. */
  readonly cpu?: number | undefined;
}

export function startChild(command: string, argv: readonly string[], { cpu }: StartOptions = {}): Child {
  const words = cpu === undefined ? [command, ...argv] : ['taskset', '-c', String(cpu), command, ...argv];
  const [first = '', ...rest] = words;
  return new Child(spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'] }), command);
}

/** A Node process with a channel for messages: `file` is a bundle, `execArgv` are Node's own options. */
export function forkChild(file: string, argv: readonly string[], execArgv: readonly string[] = []): Child {
  const child = fork(file, argv, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [...execArgv] });
  return new Child(child, `${file} ${argv.join(' ')}`);
}

/** Sends a message and waits for the next one. @throws Error when the child ends instead, or says nothing. */
export function ask<T>(child: Child, message: object, patienceMs = PATIENCE_MS): Promise<T> {
  return new Promise((resolve, reject) => {
    const { process: target } = child;
    const settle = (act: () => void): void => {
      clearTimeout(timeout);
      target.off('message', onMessage).off('exit', onExit);
      act();
    };
    const onMessage = (answer: unknown): void => settle(() => resolve(answer as T));
    const onExit = (): void =>
      settle(() => reject(new Error(`a process of the benchmark ended: ${child.stderr.slice(-2_000)}`)));
    const timeout = setTimeout(
      () => settle(() => reject(new Error('a process of the benchmark does not answer'))),
      patienceMs,
    );
    target.once('message', onMessage).once('exit', onExit);
    target.send(message);
  });
}

/** Waits until the condition holds. @throws Error with the child's last words when it ends before, or time runs out. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { child, mostMs = PATIENCE_MS, everyMs = 50 }: { child?: Child; mostMs?: number; everyMs?: number } = {},
): Promise<void> {
  const end = performance.now() + mostMs;
  while (!(await condition())) {
    if (child?.hasEnded === true)
      throw new Error(
        `waiting for ${what}: the process ended: ${(child.stderr + child.stdout).slice(-2_000)}`,
      );
    if (performance.now() > end) throw new Error(`waiting for ${what}: not within ${mostMs / 1_000} s`);
    await sleep(everyMs);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
