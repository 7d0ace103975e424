/** The options of the reference DM Server, shared by `server` and by a `swarm` that starts one for itself. */
import { type Option } from './option.ts';

const group = 'Reference DM Server';

/** Options that say how the server behaves; with `--server URL` they are an error, for that server is not ours. */
export const SERVER_BEHAVIOUR_OPTIONS: readonly Option[] = [
  {
    name: 'campaign',
    metavar: 'NAME|FILE',
    group,
    fallback: 'mixed',
    help: 'what is sent to whom: inventory, configuration, firmware, consent, everything, mixed, or a YAML file',
  },
  { name: 'service-time', metavar: 'DIST', group, help: 'time a request is served for, e.g. exp(mean=20ms)' },
  {
    name: 'concurrency',
    metavar: 'N',
    group,
    help: 'requests served at once; the others queue (default: no limit)',
  },
  {
    name: 'service-on',
    metavar: 'LIST',
    group,
    help: 'where service time and concurrency apply: package1, package3, repository, ui, separated by commas (default package1,package3)',
  },
  {
    name: 'max-queue',
    metavar: 'N',
    group,
    help: 'requests that may wait; more get 503 with Retry-After (default: no limit)',
  },
];

export const SERVER_OPTIONS: readonly Option[] = [
  ...SERVER_BEHAVIOUR_OPTIONS,
  { name: 'port', metavar: 'N', group, fallback: '8080', help: 'port to listen on; 0 takes a free one' },
  {
    name: 'processes',
    metavar: 'N',
    group,
    fallback: '1',
    help: 'so many processes on ports of their own, counted up from --port, with one ledger; concurrency and queue are shared out',
  },
  { name: 'host', metavar: 'ADDRESS', group, fallback: '127.0.0.1', help: 'address to listen on' },
  {
    name: 'public-url',
    metavar: 'URL',
    group,
    help: 'base of the ServerURIs handed out, one for each process, separated by commas (default: the address listened on)',
  },
  { name: 'seed', metavar: 'N', group, fallback: '1', help: 'seed of service times and notifications' },
  {
    name: 'notify-every',
    metavar: 'DIST',
    group,
    help: 'notify each device with an open push channel, and again that long after each of its sessions',
  },
  {
    name: 'notification-key',
    metavar: 'KEY',
    group,
    fallback: 'dm-swarm',
    help: 'key the secrets of signed notifications are derived from',
  },
  { name: 'server-id', metavar: 'ID', group, fallback: 'dms', help: 'SERVER-ID of notifications' },
  {
    name: 'devices-file',
    metavar: 'CSV',
    group,
    help: 'devId,user,secret a line: only these devices are served, by HTTP Basic',
  },
  { name: 'tls-cert', metavar: 'FILE', group, help: 'PEM certificate chain: serve https (with --tls-key)' },
  { name: 'tls-key', metavar: 'FILE', group, help: 'PEM key of the certificate' },
  { name: 'help', group: 'Help', help: 'show this text' },
];
