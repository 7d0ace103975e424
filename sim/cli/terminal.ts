/** The terminal: what goes to stdout, what to stderr, and what is redrawn in place. */

export interface Terminal {
  /** Results: stdout. False when it could not be written; a reader that has gone away is none of our failures. */
  result(text: string): Promise<boolean>;
  /** Everything else: stdout, or stderr where stdout belongs to the JSON summary. */
  say(text: string): void;
  /** Warnings and errors: stderr. */
  warn(text: string): void;
  /** Redraws the block drawn last; without a terminal it is printed as lines. */
  draw(block: string): void;
  /** What was drawn last stays. */
  settle(): void;
  /** The output is a terminal that can redraw. */
  readonly interactive: boolean;
}

export function openTerminal({ json, quiet }: { readonly json: boolean; readonly quiet: boolean }): Terminal {
  const talk = json ? process.stderr : process.stdout;
  const interactive = talk.isTTY;
  let drawn = 0;
  const erase = (): void => {
    if (interactive && drawn > 0) talk.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  // A reader that has gone away (| head) is no reason to lose the run.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return {
    interactive,
    result: (text) => {
      erase();
      return new Promise((resolve) => {
        process.stdout.write(`${text}\n`, (error) =>
          resolve(error === null || error === undefined || (error as NodeJS.ErrnoException).code === 'EPIPE'),
        );
      });
    },
    say: (text) => {
      if (quiet) return;
      erase();
      talk.write(`${text}\n`);
    },
    warn: (text) => {
      erase();
      process.stderr.write(`${text}\n`);
    },
    draw: (block) => {
      if (quiet) return;
      erase();
      talk.write(`${block}\n`);
      if (interactive) drawn = block.split('\n').length;
    },
    settle: () => {
      drawn = 0;
    },
  };
}

/** Asks a yes/no question on a terminal; anything but `y` or `yes` is no. */
export async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim());
  } catch {
    return false; // the input ended
  } finally {
    reader.close();
  }
}
