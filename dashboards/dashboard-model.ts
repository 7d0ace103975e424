/**
 * A dashboard as Grafana 10 and newer import it: the classic model. The SDK's own builder of it is deprecated in favour
 * of version 2 of the model, which no Grafana 10 can read; its panels, queries and links are used all the same.
 */
import {
  type AnnotationQuery,
  type DashboardLink,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** Where a panel stands: the grid is 24 columns wide, a row of it 30 pixels high. */
export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PlacedPanel extends Panel {
  readonly id: number;
  readonly gridPos: GridPosition;
}

export interface PlacedRow {
  readonly type: 'row';
  readonly id: number;
  readonly title: string;
  readonly collapsed: boolean;
  readonly gridPos: GridPosition;
  /** Name of the variable for each of whose values the row is shown once. */
  readonly repeat?: string;
  /** Those of a collapsed row; Grafana finds the others by their place below it. */
  readonly panels: readonly PlacedPanel[];
}

export interface DashboardModel {
  readonly __inputs: readonly DashboardInput[];
  readonly __requires: readonly DashboardRequirement[];
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly editable: boolean;
  readonly graphTooltip: number;
  readonly timezone: string;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly links: readonly DashboardLink[];
  readonly annotations: { readonly list: readonly AnnotationQuery[] };
  readonly templating: { readonly list: readonly VariableModel[] };
  readonly panels: readonly (PlacedPanel | PlacedRow)[];
}

/** What Grafana asks for when the dashboard is imported by hand. */
export interface DashboardInput {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'datasource';
  readonly pluginId: string;
  readonly pluginName: string;
}

export interface DashboardRequirement {
  readonly type: 'grafana' | 'datasource' | 'panel';
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

/** The version of the classic model that Grafana 10.0 writes; newer ones migrate it when they load it. */
export const SCHEMA_VERSION = 38;
export const OLDEST_GRAFANA = '10.0.0';
