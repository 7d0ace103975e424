/** The running totals of a run as the page shows them. */
import { COUNTED_COMMANDS } from '../metrics/slab-layout.ts';
import { type Totals } from '../metrics/totals.ts';
import { type TotalsView } from './feed-message.ts';

/** Commands that were delivered, in the specification's order; reasons and statuses that happened. */
export function totalsView({
  sessions,
  iterations,
  packages,
  violations,
  endings,
  commands,
}: Totals): TotalsView {
  const failures: Record<string, number> = {};
  for (const { outcome, reason, count } of endings)
    if (outcome !== 'completed' && count > 0) failures[reason] = (failures[reason] ?? 0) + count;
  return {
    sessions,
    iterations,
    packages,
    violations: Object.values(violations).reduce((sum, count) => sum + count, 0),
    failures,
    commands: Object.fromEntries(
      COUNTED_COMMANDS.filter((command) => Object.keys(commands[command]).length > 0).map((command) => [
        command,
        commands[command],
      ]),
    ),
  };
}
