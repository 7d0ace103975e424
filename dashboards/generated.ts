/** The dashboards' JSON, as committed under grafana/. */
import { commandsDashboard } from './commands.ts';
import { type DashboardModel } from './dashboard-model.ts';
import { fleetDashboard } from './fleet.ts';
import { generatorDashboard } from './generator.ts';

export const DASHBOARDS: readonly { readonly file: string; readonly model: () => DashboardModel }[] = [
  { file: 'dashboards/grafana/fleet.json', model: fleetDashboard },
  { file: 'dashboards/grafana/commands.json', model: commandsDashboard },
  { file: 'dashboards/grafana/generator.json', model: generatorDashboard },
];
