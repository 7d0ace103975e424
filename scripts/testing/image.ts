/** Does in scratch folders what the Dockerfile says, one root folder a stage; packages of apt-get are the machine's own. */
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { ended, prepareRoot, startConfined } from './confinement.ts';
import { dockerContext } from './docker-ignore.ts';
import { type Instruction, lastOf, pairsOf, readDockerfile, type Stage } from './dockerfile.ts';

export interface Image {
  readonly root: string;
  readonly user: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

export interface BuildPlace {
  /** The context: the project's folder. */
  readonly project: string;
  readonly scratch: string;
  /** Names that stand for 127.0.0.1 when the image runs. */
  readonly hosts: readonly string[];
}

const LONGEST_RUN_MS = 120_000;
/** What npm needs to know of the machine to reach its registry. */
const BUILD_VARIABLE =
  /^(?:npm_config_(?:registry|cafile|prefer_offline)|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)$/i;

/** @throws Error for an instruction that is not known, fails, or copies what is not there */
export async function buildImage(place: BuildPlace): Promise<Image> {
  const stages = readDockerfile(readFileSync(join(place.project, 'Dockerfile'), 'utf8'));
  const roots = new Map<string, string>();
  for (const stage of stages) {
    const root = join(place.scratch, stage.name === '' ? 'image' : stage.name);
    prepareRoot(root, place.hosts);
    await buildStage(stage, root, place, roots);
    roots.set(stage.name, root);
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  return {
    root: roots.get(last.name) ?? '',
    user: lastOf(last, 'USER').join(' '),
    workdir: lastOf(last, 'WORKDIR').join(' '),
    environment: pairsOf(last, 'ENV'),
    entrypoint: lastOf(last, 'ENTRYPOINT'),
    command: lastOf(last, 'CMD'),
  };
}

async function buildStage(
  stage: Stage,
  root: string,
  place: BuildPlace,
  roots: ReadonlyMap<string, string>,
): Promise<void> {
  let workdir = '/';
  for (const instruction of stage.instructions) {
    const { keyword, words } = instruction;
    if (keyword === 'WORKDIR') {
      workdir = resolve(workdir, words[0] ?? '/');
      mkdirSync(join(root, workdir), { recursive: true });
    } else if (keyword === 'RUN') await run(instruction, root, workdir, pairsOf(stage, 'ENV'));
    else if (keyword === 'COPY') copy(words, root, workdir, place, roots);
    else if (!['ARG', 'LABEL', 'ENV', 'USER', 'EXPOSE', 'ENTRYPOINT', 'CMD'].includes(keyword))
      throw new Error(`${keyword}: not known here`);
  }
}

async function run(
  { text }: Instruction,
  root: string,
  workdir: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  if (text.startsWith('apt-get ')) return;
  const variables = Object.entries(process.env).filter(([name]) => BUILD_VARIABLE.test(name));
  const { code, output } = await ended(
    startConfined({
      ...{ root, workdir, readOnly: false, volumes: {}, user: '0:0' },
      environment: {
        ...Object.fromEntries(variables.map(([k, v]) => [k, v ?? ''])),
        ...environment,
        HOME: '/tmp',
      },
      argv: ['sh', '-c', text],
    }),
    LONGEST_RUN_MS,
  );
  if (code !== 0) throw new Error(`RUN ${text}: exit code ${code ?? 'none'}\n${output}`);
}

function copy(
  words: readonly string[],
  root: string,
  workdir: string,
  { project }: BuildPlace,
  roots: ReadonlyMap<string, string>,
): void {
  const from = /^--from=(.+)$/.exec(words[0] ?? '')?.[1];
  const sources = words.slice(from === undefined ? 0 : 1, -1);
  const target = words.at(-1) ?? '';
  const origin = from === undefined ? project : (roots.get(from) ?? '');
  const inContext =
    from === undefined ? dockerContext(readFileSync(join(project, '.dockerignore'), 'utf8')) : () => true;
  for (const source of sources) {
    const file = join(origin, source);
    if (source.startsWith('/usr/')) {
      // A package's program: the machine's own stands for it, at the place where the image has it.
      if (!existsSync(target)) throw new Error(`${target} is not installed`);
      continue;
    }
    const inside = join(root, resolve(workdir, target));
    // A folder's content goes into the target, a file into a target that is a folder.
    const to =
      statSync(file).isDirectory() || !/(?:^\.|\/)$/.test(target) ? inside : join(inside, basename(source));
    cpSync(file, to, {
      recursive: true,
      filter: (path) => statSync(path).isDirectory() || inContext(relative(project, path)),
    });
    if (!existsSync(to)) throw new Error(`COPY ${source}: .dockerignore leaves nothing of it`);
  }
}
