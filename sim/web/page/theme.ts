/** The colours in force, read from the style sheet, for what is drawn on canvases. */
import { DEVICE_STATES, type DeviceState } from '../../metrics/recorder.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

export interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly tint: string;
  readonly ground: Rgb;
  readonly states: Readonly<Record<DeviceState, string>>;
  /** For series that are no states, in order. */
  readonly series: readonly string[];
  readonly bad: string;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const state = (name: DeviceState): string => colour(`state-${name}`);
  return {
    text: colour('text-soft'),
    faint: colour('text-faint'),
    line: colour('hairline'),
    tint: colour('tint'),
    ground: rgbOf(colour('map-ground')),
    states: Object.fromEntries(DEVICE_STATES.map((name) => [name, state(name)])) as Record<
      DeviceState,
      string
    >,
    series: [1, 2, 3, 4, 5, 6].map((number) => colour(`series-${number}`)),
    bad: colour('bad'),
  };
}

/** `#rrggbb`; anything else is black. */
export function rgbOf(hex: string): Rgb {
  const [, red = '0', green = '0', blue = '0'] = /^#(..)(..)(..)$/.exec(hex) ?? [];
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)];
}

/** `share` of `colour`, the rest `base`. */
export function mixed(base: Rgb, colour: Rgb, share: number): Rgb {
  const mix = (i: 0 | 1 | 2): number => Math.round(base[i] + (colour[i] - base[i]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** Calls back when the reader's system turns light or dark, or the page is printed. */
export function onThemeChange(callback: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', callback);
  matchMedia('print').addEventListener('change', callback);
}
