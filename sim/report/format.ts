/** Numbers as people read them: three significant digits, a unit, thousands apart. */

/** `12,345` */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `1 session`, `12,345 sessions` */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `123 µs`, `1.23 ms`, `12.3 s`; from two minutes on `2m 05s`, from two hours on `2h 05m`. */
export function formatMs(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms < 0.9995) return `${threeDigits(ms * 1_000)} µs`;
  if (ms < 999.5) return `${threeDigits(ms)} ms`;
  if (ms < 119_500) return `${threeDigits(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m ${twoPlaces(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h ${twoPlaces(Math.floor((seconds % 3_600) / 60))}m`;
}

/** `1,234/s`, `12.3/s` */
export function formatRate(perSecond: number): string {
  return `${threeDigits(perSecond)}/s`;
}

/** `4.50 MiB` */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_024;
    unit++;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${threeDigits(value)} ${units[unit] ?? ''}`;
}

/** A share from 0 to 1 as `12.3 %`. */
export function formatShare(share: number): string {
  return `${threeDigits(share * 100)} %`;
}

/** Three significant digits, and never fewer than there are before the point: `0.0123`, `1.23`, `12,345`. */
export function threeDigits(value: number): string {
  if (value === 0) return '0';
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  // Rounding can carry into a digit more: 9.999 is 10.0 and not 10.00.
  const rounded = Number(value.toPrecision(3));
  const carried = Math.max(0, Math.min(digits, 2 - Math.floor(Math.log10(Math.abs(rounded)))));
  return carried > 0 ? value.toFixed(carried) : formatCount(value);
}

function twoPlaces(value: number): string {
  return String(value).padStart(2, '0');
}
