/**
 * Starts a command of dm-swarm from the bundles that the benchmark itself was started from: sources that change while it
 * runs change nothing that it measures, and cost no measurement a new bundle.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../../sim/cli/main.ts';

const [, bundle = '', command = '', ...argv] = process.argv;
await main(command, argv, {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  directory: dirname(bundle),
});
