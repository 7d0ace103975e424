/**
 * A container as far as Linux alone gives one: a root folder of its own with the machine's programs in it, process 1,
 * another user without capabilities, and a network in which nothing but its neighbours can be reached.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { childrenOf } from '../../sim/cli/testing/processes.ts';

export interface Confined {
  readonly root: string;
  readonly readOnly: boolean;
  /** Folders of this machine by the path where they are seen inside. */
  readonly volumes: Readonly<Record<string, string>>;
  /** `uid:gid` */
  readonly user: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  /** Process whose network is joined; absent: the machine's own. */
  readonly network?: number;
}

/** Where Node lies on this machine is no concern of the image's: there it is on the PATH. */
const NODE = { inside: '/node', outside: dirname(dirname(process.execPath)) };
const PATH = `${NODE.inside}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** Why none can be made here; `undefined` when it can. */
export function whyNotConfined(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  const tried = spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true']);
  return tried.status === 0 ? undefined : 'may not make namespaces';
}

/** Makes the folders that every root needs. `hosts`: names that stand for 127.0.0.1. */
export function prepareRoot(root: string, hosts: readonly string[]): void {
  for (const folder of ['usr', 'etc/ssl', 'etc/alternatives', 'proc', 'dev', 'tmp'])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(root, 0o755);
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${folder}`, join(root, folder));
  const etc = {
    hosts: `127.0.0.1 localhost ${hosts.join(' ')}\n`,
    'nsswitch.conf': 'hosts: files dns\n',
    passwd: 'root:x:0:0::/tmp:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\n',
    group: 'root:x:0:\nnode:x:1000:\n',
  };
  for (const [name, text] of Object.entries(etc)) writeFileSync(join(root, 'etc', name), text);
  copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
}

const ENTER = `
root=$1 mode=$2; shift 2
mount --rbind "$root" "$root"
mount --rbind /usr "$root/usr"
mount --rbind /etc/ssl "$root/etc/ssl"
mount --rbind /etc/alternatives "$root/etc/alternatives"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do
  mount --bind "$2" "$root$1"
  shift 2
done
shift
mount -o "remount,bind,$mode" "$root"
exec chroot "$root" "$@"
`;

/** Starts it; the child's own child is process 1 inside, and ends with it. */
export function startConfined(what: Confined): ChildProcess {
  const { root, network } = what;
  const volumes = { ...what.volumes, [NODE.inside]: NODE.outside };
  const [uid = '', gid = uid] = what.user.split(':');
  for (const inside of Object.keys(volumes)) mkdirSync(join(root, inside), { recursive: true });
  const unshare = ['unshare', '--mount', '--pid', '--fork', 'sh', '-euc', ENTER, 'sh'];
  const [program = '', ...argv] = [
    ...(network === undefined ? [] : ['nsenter', `--net=/proc/${network}/ns/net`]),
    ...unshare,
    ...[root, what.readOnly ? 'ro' : 'rw', ...Object.entries(volumes).flat(), '--'],
    ...['env', '--ignore-environment', `--chdir=${what.workdir}`, `PATH=${PATH}`],
    ...Object.entries(what.environment).map(([name, value]) => `${name}=${value}`),
    ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'],
    ...(uid === '0' ? [] : ['--bounding-set=-all', '--inh-caps=-all']),
    ...what.argv,
  ];
  return spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A network with nothing but loopback, kept up by a process that ends by itself after ten minutes. */
export async function startNetwork(): Promise<ChildProcess> {
  const keeper = spawn('unshare', ['--net', 'sh', '-euc', 'ip link set lo up; echo up; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    keeper.stdout.once('data', () => resolve());
    keeper.once('error', reject);
    keeper.once('exit', () => reject(new Error('no network namespace with a loopback device')));
  });
  return keeper;
}

/**
 * Ends it with all that runs inside. Process 1 is killed by its own number: what unshare asks of the kernel for its
 * child (--kill-child) is forgotten when the child becomes another user.
 */
export function kill({ pid = 0, exitCode, signalCode }: ChildProcess): void {
  if (pid === 0 || exitCode !== null || signalCode !== null) return;
  try {
    for (const one of [...childrenOf(pid), pid]) process.kill(one, 'SIGKILL');
  } catch {
    // It ended in this very moment.
  }
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** What became of it, with all it printed; it is killed and the promise rejects when it takes longer than `mostMs`. */
export function ended(child: ChildProcess, mostMs: number): Promise<Ended> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      kill(child);
      reject(new Error(`did not end within ${mostMs} ms:\n${output}`));
    }, mostMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
