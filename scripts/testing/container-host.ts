/** Runs containers of an image side by side in one network, and asks them how they are, as Docker would. */
import { type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childrenOf } from '../../sim/cli/testing/processes.ts';
import { type Service } from './compose.ts';
import { type Confined, type Ended, ended, kill, startConfined, startNetwork } from './confinement.ts';
import { type Image } from './image.ts';

const LONGEST_MS = 90_000;
const READY_MS = 60_000;

export interface Container {
  readonly child: ChildProcess;
  readonly end: Promise<Ended>;
}

export class ContainerHost {
  private readonly image: Image;
  private readonly network: ChildProcess;
  private readonly children: ChildProcess[] = [];

  private constructor(image: Image, network: ChildProcess) {
    this.image = image;
    this.network = network;
  }

  static async start(image: Image): Promise<ContainerHost> {
    return new ContainerHost(image, await startNetwork());
  }

  /** Ends whatever still runs. */
  stop(): void {
    for (const child of [...this.children, this.network]) kill(child);
  }

  /** Starts the image with words behind its name, as `docker run --read-only` does. */
  run(words: readonly string[], more: Partial<Omit<Confined, 'argv' | 'network'>> = {}): Container {
    const { root, user, workdir, entrypoint, command } = this.image;
    return this.launch({
      ...{ root, user, workdir, volumes: {}, readOnly: true },
      ...more,
      environment: { ...this.image.environment, ...more.environment },
      argv: [...entrypoint, ...(words.length === 0 ? command : words)],
    });
  }

  /** Starts something else in the same network. */
  launch(what: Omit<Confined, 'network'>): Container {
    const child = startConfined({ ...what, network: this.network.pid ?? 0 });
    this.children.push(child);
    const end = ended(child, LONGEST_MS);
    // Whoever waits for it hears of it; nobody has to.
    end.catch(() => undefined);
    return { child, end };
  }

  /** What a URL answers, by a container's own means; `undefined` when it cannot be had. */
  async fetch(url: string): Promise<{ readonly status: number; readonly text: string } | undefined> {
    const script = `fetch(${JSON.stringify(url)}, { redirect: 'manual' })
      .then(async (r) => process.stdout.write(JSON.stringify({ status: r.status, text: await r.text() })))`;
    const output = await this.ask(['node', '--eval', script]);
    return output === undefined ? undefined : (JSON.parse(output) as { status: number; text: string });
  }

  /** Resolves when the service's own check succeeds. */
  async healthy(service: Service | undefined): Promise<void> {
    const [kind, ...argv] = service?.healthcheck?.test ?? [];
    if (kind !== 'CMD') throw new Error('the service has no check that is a command');
    await until(
      () => this.ask(argv),
      (output) => output !== undefined,
    );
  }

  /** Sends SIGTERM to process 1 of a container, once that has started the command and can take signals for it. */
  async terminate({ child }: Container): Promise<void> {
    const init = await until(
      () => new Promise<number | undefined>((resolve) => setImmediate(() => resolve(initOf(child)))),
      (pid) => pid !== undefined,
    );
    process.kill(init ?? 0, 'SIGTERM');
  }

  /** Runs a program as in a container; its output when it succeeds, else `undefined`. */
  private async ask(argv: readonly string[]): Promise<string | undefined> {
    const { root, user, environment } = this.image;
    const where = { root, user, environment, volumes: {}, readOnly: true, workdir: '/' };
    const { code, output } = await this.launch({ ...where, argv }).end;
    return code === 0 ? output : undefined;
  }
}

/** Asks again until the answer will do; @throws Error with the last one after a minute. */
export async function until<T>(question: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + READY_MS;
  for (;;) {
    const answer = await question();
    if (enough(answer)) return answer;
    if (Date.now() > giveUpAt)
      throw new Error(`not within ${READY_MS} ms; the last answer was ${JSON.stringify({ answer })}`);
  }
}

/** The image's init, below the processes that confine it; `undefined` as long as it has no child of its own. */
function initOf({ pid = 0 }: ChildProcess): number | undefined {
  return childrenOf(pid).find(
    (child) => readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'tini' && childrenOf(child).length > 0,
  );
}
