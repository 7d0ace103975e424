/** The options of `npm run swarm`. */
import { LOAD_OPTIONS } from './load-config.ts';
import { type Option } from './option.ts';
import { PAGE_OPTIONS } from './page-config.ts';
import { SERVER_BEHAVIOUR_OPTIONS } from './server-options.ts';

const TARGET = 'Target';
const FLEET = 'Fleet';
const DEVICE = 'Devices';
const TIME = 'Time';
const RESULT = 'Output';

export const SWARM_OPTIONS: readonly Option[] = [
  {
    name: 'server',
    metavar: 'URL',
    group: TARGET,
    help: 'DM Server that gets Package#1 (http or https); without it a reference server is started',
  },
  { name: 'yes', group: TARGET, help: 'load a server outside loopback without asking' },
  { name: 'ca', metavar: 'FILE', group: TARGET, help: 'PEM file of certificate authorities to trust' },
  { name: 'insecure', group: TARGET, help: 'accept any TLS certificate' },
  {
    name: 'http',
    metavar: 'TRANSPORT',
    group: TARGET,
    fallback: 'net',
    help: 'net: bare sockets, made for load; undici: a general HTTP client, for odd servers and as a cross-check',
  },
  {
    name: 'header',
    metavar: "'K: V'",
    many: true,
    secret: 'after-colon',
    group: TARGET,
    help: 'header sent with every package',
  },
  {
    name: 'server-id',
    metavar: 'ID',
    group: TARGET,
    fallback: 'dms',
    help: "the server's ID in the devices' DMAcc, as notifications name it",
  },
  {
    name: 'notification-key',
    metavar: 'KEY',
    secret: 'value',
    group: TARGET,
    fallback: 'dm-swarm',
    help: 'key the secrets of signed notifications are derived from',
  },

  {
    name: 'devices',
    metavar: 'N',
    group: FLEET,
    fallback: '1000',
    help: 'virtual DM Clients, 1 to 10000000',
  },
  {
    name: 'devices-file',
    metavar: 'CSV',
    group: FLEET,
    help: 'devId[,user,secret] a line: identities and HTTP Basic credentials; --devices then takes the first N',
  },
  {
    name: 'profile',
    metavar: 'NAME|FILE',
    group: FLEET,
    fallback: 'mixed',
    help: 'smartphone, vehicle, gateway, settop, mixed, a YAML file, or weights such as vehicle=3,gateway=1',
  },
  { name: 'id-prefix', metavar: 'TEXT', group: FLEET, help: 'how the identities begin (digits for IMEI)' },
  {
    name: 'seed',
    metavar: 'N',
    group: FLEET,
    fallback: '1',
    help: 'the same seed gives the same fleet, for any number of workers',
  },
  { name: 'workers', metavar: 'N', group: FLEET, help: 'worker threads (default: cores - 1, at least 1)' },
  {
    name: 'push',
    metavar: 'SHARE',
    group: FLEET,
    fallback: '0%',
    help: 'share of devices whose sessions the server starts by Package#0',
  },
  {
    name: 'push-channel',
    metavar: 'KIND',
    group: FLEET,
    fallback: 'own',
    help: 'own: a WebSocket a device; shared: one for all devices of a worker',
  },

  {
    name: 'network',
    metavar: 'NAME',
    group: DEVICE,
    help: 'lan, wifi, lte, 3g, nbiot or satellite (default: lan)',
  },
  {
    name: 'latency',
    metavar: 'WHAT=DIST',
    many: true,
    group: DEVICE,
    help: 'latency of a command (HGET=lognormal(p50=80ms,p95=300ms)), of all commands, of ui_think, exec or network (its round trip)',
  },
  {
    name: 'show-mode',
    metavar: 'MODE',
    group: DEVICE,

    help: 'wait (default) for the end of the UI Session (CR 3.a.3), or launch and go on (TS)',
  },
  { name: 'ui-timeout', metavar: 'TIME', group: DEVICE, fallback: '5s', help: 'longest UI Session' },

  {
    name: 'duration',
    metavar: 'TIME',
    group: TIME,
    fallback: '60s',
    help: 'when no more sessions are started',
  },
  {
    name: 'sessions',
    metavar: 'N',
    group: TIME,
    help: 'sessions a device does; the run ends when all have done theirs',
  },
  ...LOAD_OPTIONS,
  {
    name: 'drain',
    metavar: 'TIME',
    group: TIME,
    fallback: '10s',
    help: 'what running sessions get to finish after the end',
  },
  {
    name: 'timeout',
    metavar: 'TIME',
    group: TIME,
    fallback: '30s',
    help: 'longest exchange, from its start to its last byte',
  },
  { name: 'session-timeout', metavar: 'TIME', group: TIME, fallback: '60s', help: 'longest session' },
  {
    name: 'max-iterations',
    metavar: 'N',
    group: TIME,
    fallback: '1000',
    help: 'iterations a session may have',
  },

  {
    name: 'run',
    metavar: 'NAME',
    group: RESULT,
    help: 'name of the run, label of all its metrics: 1 to 64 of A-Z a-z 0-9 . _ - (default: its start, 20261122T204443Z)',
  },
  { name: 'out', metavar: 'DIR', group: RESULT, help: 'write summary.json there' },
  { name: 'json', group: RESULT, help: 'the summary alone on stdout, everything else on stderr' },
  { name: 'quiet', group: RESULT, help: 'no progress, no table' },
  { name: 'trace', group: RESULT, help: 'show each step of the sessions (with --devices 1 to 10)' },
  {
    name: 'metrics-port',
    metavar: 'N',
    group: RESULT,
    fallback: '9464',
    help: 'port of the Prometheus page; 0 takes a free one',
  },
  {
    name: 'metrics-host',
    metavar: 'ADDRESS',
    group: RESULT,
    fallback: '127.0.0.1',
    help: 'address of the Prometheus page',
  },
  {
    name: 'metrics-linger',
    metavar: 'TIME',
    bare: '60s',
    group: RESULT,
    help: 'after the end keep the page until one more scrape, at most this long (60s when no time is given; off by default)',
  },
  { name: 'config', metavar: 'FILE', group: RESULT, help: 'YAML file with these options by name; flags win' },
  {
    name: 'drill',
    metavar: 'WHAT',
    group: RESULT,
    help: 'crash-worker=TIME: let the first worker crash that long after the start, to see how a run survives it',
  },

  ...PAGE_OPTIONS,
  ...SERVER_BEHAVIOUR_OPTIONS,
  { name: 'help', group: 'Help', help: 'show this text' },
];
