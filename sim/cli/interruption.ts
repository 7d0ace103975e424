/** Ctrl-C and SIGTERM: the first one ends the run in order, a second one leaves at once. */
import { EXIT } from './exit-code.ts';

export interface Interruption {
  readonly interrupted: boolean;
  /** Stops listening. */
  release(): void;
}

/** Calls `onFirst` at the first signal; ends the process with 130 at the second. */
export function onInterruption(onFirst: () => void): Interruption {
  let signals = 0;
  const handle = (): void => {
    signals++;
    if (signals === 1) onFirst();
    else {
      process.stderr.write('leaving at once\n');
      process.exit(EXIT.interrupted);
    }
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, handle);
  return {
    get interrupted() {
      return signals > 0;
    },
    release: () => {
      for (const name of names) process.off(name, handle);
    },
  };
}
