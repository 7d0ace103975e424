/** k6's time: milliseconds with fractions since the test began (`Date.now()` has none). */
import exec from 'k6/execution';
import { type MeterClock } from '../../../sim/device/session-meter.ts';

export const testClock: MeterClock = { now: () => exec.instance.currentTestRunDuration };
