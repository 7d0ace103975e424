/** What a dashboard's JSON asks Prometheus, read from the committed file as Grafana reads it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface JsonTarget {
  readonly expr: string;
  readonly refId: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
  readonly format?: string;
}

export interface JsonPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly collapsed?: boolean;
  readonly repeat?: string;
  readonly panels?: readonly JsonPanel[];
  readonly targets?: readonly JsonTarget[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly min?: number;
      readonly custom?: { readonly scaleDistribution?: { readonly type: string } };
    };
    readonly overrides: readonly unknown[];
  };
  readonly options?: {
    readonly reduceOptions?: { readonly calcs: readonly string[] };
    readonly cellValues?: { readonly unit?: string };
  };
  readonly datasource?: { readonly type: string; readonly uid: string };
}

export interface JsonDashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly JsonPanel[];
  readonly links: readonly {
    readonly url: string;
    readonly includeVars: boolean;
    readonly keepTime: boolean;
  }[];
  readonly annotations: {
    readonly list: readonly {
      readonly name: string;
      readonly expr: string;
      readonly useValueForTime: boolean;
    }[];
  };
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string | { readonly query: string };
      readonly regex?: string;
      readonly sort?: number;
    }[];
  };
  readonly __inputs: readonly { readonly name: string }[];
  readonly __requires: readonly { readonly type: string; readonly id: string; readonly version: string }[];
}

export function committedDashboard(file: string): JsonDashboard {
  return JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8'),
  ) as JsonDashboard;
}

/** All panels but rows, those of collapsed rows included. */
export function panelsOf({ panels }: Pick<JsonDashboard, 'panels'>): readonly JsonPanel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}
