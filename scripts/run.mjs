/**
 * Starts a command of dm-swarm: `node scripts/run.mjs swarm|server|generate|bench …`; options alone are the swarm's.
 *
 * Node 20 cannot run TypeScript. The sources are bundled once per state of the tree by esbuild (some 100 ms) and the
 * bundle is kept in build/, so that a start costs little and needs no build step of its own. A container image carries
 * a bundle instead of the sources: `bundle DIR` writes it, the environment variable DM_SWARM_BUNDLE names it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What swarm and server run. */
const commandEntries = {
  main: 'sim/cli/main.ts',
  'shard-worker': 'sim/fleet/shard-worker.ts',
  'server-process': 'sim/cli/server-process.ts',
};
const entries = {
  ...commandEntries,
  generate: 'scripts/generate.ts',
  bench: 'scripts/bench/bench-command.ts',
  'bench-k6': 'scripts/bench/k6-bench.ts',
  screenshots: 'scripts/screenshots.ts',
  'bench-child': 'scripts/bench/bench-child.ts',
  'bench-subject': 'scripts/bench/bench-subject.ts',
};
const KEPT_BUILDS_MS = 24 * 3_600_000;

/** Bundles the sources unless that was done for this very state of them; returns the folder of the bundles. */
async function build() {
  const ready = process.env.DM_SWARM_BUNDLE ?? '';
  if (ready !== '') return ready;
  const state = fingerprint();
  const home = writable(join(root, 'build')) ?? join(tmpdir(), `dm-swarm-${process.getuid?.() ?? 0}`);
  const target = join(home, state);
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  await bundleInto(draft, entries, 'linked');
  // A run needs no page, and says that it has none.
  await bundlePageInto(draft).catch((error) =>
    process.stderr.write(`dm-swarm: the live page cannot be bundled: ${error.message}\n`),
  );
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // else: another start was faster
  }
  forgetOldBuilds(home, target);
  return target;
}

async function bundleInto(folder, modules, sourcemap) {
  const { build: bundle } = await import('esbuild');
  await bundle({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(modules).map(([name, file]) => [name, join(root, file)])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap,
    logLevel: 'warning',
    plugins: [sourceUrls],
  });
}

async function bundlePageInto(folder) {
  const { bundlePage } = await import('./page-bundle.mjs');
  await bundlePage(root, join(folder, 'page.html'));
}

/** Modules find the files beside them (profiles, campaigns) by import.meta.url, which must stay that of the source. */
const sourceUrls = {
  name: 'source-urls',
  setup(builder) {
    builder.onLoad({ filter: /[\\/](sim|scripts)[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: 'ts',
    }));
  },
};

/** Hash over names, sizes and times of all sources and the lock file. */
function fingerprint() {
  const hash = createHash('sha256').update(root);
  const add = (file) => {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  };
  for (const folder of ['sim', 'scripts', 'dashboards'])
    for (const file of readdirSync(join(root, folder), { recursive: true }).sort())
      if (/\.(ts|mjs|css|html)$/.test(file) && !file.endsWith('.test.ts')) add(join(folder, file));
  add('package.json');
  return hash.digest('hex').slice(0, 16);
}

function writable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch {
    return undefined; // a read-only checkout
  }
}

/** Runs may still use older builds for replacement workers: they go only after a day. */
function forgetOldBuilds(home, current) {
  for (const name of readdirSync(home)) {
    const folder = join(home, name);
    if (
      folder !== current &&
      Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > KEPT_BUILDS_MS
    )
      rmSync(folder, { recursive: true, force: true });
  }
}

function requireNode(major, minor) {
  const [haveMajor = 0, haveMinor = 0] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  process.stderr.write(`dm-swarm needs Node ${major}.${minor} or newer, this is ${process.versions.node}\n`);
  process.exit(2);
}

requireNode(20, 19);
const words = process.argv.slice(2);
const [command = 'help', ...argv] = words[0]?.startsWith('-') === true ? ['swarm', ...words] : words;
if (command === 'bundle') {
  const [target] = argv;
  if (target === undefined) {
    process.stderr.write('dm-swarm bundle: expected the folder to write to\n');
    process.exit(2);
  }
  await bundleInto(resolve(target), commandEntries, false);
  await bundlePageInto(resolve(target));
  process.exit(0);
}
const directory = await build();
const entry = ['generate', 'bench', 'bench-k6', 'screenshots'].includes(command) ? command : 'main';
const { main } = await import(pathToFileURL(join(directory, `${entry}.mjs`)).href);
await main(command, argv, { root, directory });
