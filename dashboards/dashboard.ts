/** What all dashboards share: variables, links to each other, marks for start and end of a run, and how they import. */
import {
  type AnnotationQuery,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  type DashboardModel,
  type DashboardRequirement,
  OLDEST_GRAFANA,
  type PlacedPanel,
  type PlacedRow,
  SCHEMA_VERSION,
} from './dashboard-model.ts';
import { placed, type Section } from './layout.ts';
import { DATA_SOURCE, of } from './query.ts';

const TAG = 'dm-swarm';
const INPUT = 'DS_PROMETHEUS';

const TITLES = { fleet: 'Fleet', commands: 'Commands', generator: 'Generator' } as const;
export type DashboardName = keyof typeof TITLES;

const TOOLTIPS: Readonly<Record<DashboardName, string>> = {
  fleet: 'What the fleet does and how fast the server answers',
  commands: 'Each DM Command by itself, UI Sessions, repository, notifications',
  generator: 'Can this run be believed?',
};

/** Stable for ever: links and bookmarks hold it. */
export function uidOf(name: DashboardName): string {
  return `dm-swarm-${name}`;
}

export interface DashboardParts {
  readonly name: DashboardName;
  readonly description: string;
  readonly sections: readonly Section[];
  /** Variables besides data source, job and run. */
  readonly variables?: readonly VariableModel[];
}

export function dashboard({ name, description, sections, variables = [] }: DashboardParts): DashboardModel {
  const panels = placed(sections);
  return {
    __inputs: [
      {
        name: INPUT,
        label: 'Prometheus',
        description: 'The Prometheus that scrapes the swarm.',
        type: 'datasource',
        pluginId: 'prometheus',
        pluginName: 'Prometheus',
      },
    ],
    __requires: requirements(panels),
    uid: uidOf(name),
    title: `dm-swarm / ${TITLES[name]}`,
    description,
    tags: [TAG],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    graphTooltip: DashboardCursorSync.Crosshair,
    timezone: 'browser',
    refresh: '5s',
    time: { from: 'now-15m', to: 'now' },
    links: (['fleet', 'commands', 'generator'] as const).filter((other) => other !== name).map(linkTo),
    annotations: { list: RUN_MARKS },
    templating: { list: [...commonVariables(), ...variables] },
    panels,
  };
}

/** A variable that offers the values which a label has in some series. */
export function labelVariable(
  name: string,
  label: string,
  description: string,
  values: { readonly label: string; readonly series: string },
): QueryVariableBuilder {
  const query = `label_values(${values.series}, ${values.label})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATA_SOURCE)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

function commonVariables(): readonly VariableModel[] {
  // An import by hand puts the chosen data source here. Where nobody was asked – a file that is provisioned – this is the
  // name of no data source, and Grafana takes the first Prometheus there is.
  const chosen = '${' + INPUT + '}';
  return [
    new DatasourceVariableBuilder('datasource')
      .label('Data source')
      .description('The Prometheus that scrapes the swarm')
      .type('prometheus')
      .current({ selected: false, text: chosen, value: chosen })
      .build(),
    labelVariable('job', 'Job', 'Scrape job of the swarm', {
      label: 'job',
      series: 'omadm_run_info',
    }).build(),
    runVariable(),
  ];
}

/** The latest run first, whatever it is called: the runs of the shown time by their start, as Prometheus sorts them. */
function runVariable(): VariableModel {
  const query =
    'query_result(sort_desc(max by (run) (last_over_time(omadm_run_start_timestamp_seconds{job="$job"}[$__range]))))';
  return (
    new QueryVariableBuilder('run')
      .label('Run')
      .description('One run of the swarm: --run, or when it began')
      .datasource(DATA_SOURCE)
      .query({ query, refId: 'variable-run' })
      .definition(query)
      // What a result is written as: {run="20261122T204443Z"} 1795380283 1795380300000
      .regex('/run="([^"]+)"/')
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.Disabled)
      .build()
  );
}

/**
 * The end is scraped once, maybe, and a step of a wide range may be an hour: so each step looks back over all of the shown
 * time. Grafana makes one mark of a moment that is told many times.
 */
const RUN_MARKS: AnnotationQuery[] = [
  runMark('Run begins', 'green', 'omadm_run_start_timestamp_seconds', 'Run {{run}} begins'),
  runMark('Run ends', 'red', 'omadm_run_end_timestamp_seconds', 'Run {{run}} has ended'),
];

function runMark(name: string, iconColor: string, moment: string, titleFormat: string): AnnotationQuery {
  return {
    name,
    datasource: DATA_SOURCE,
    enable: true,
    hide: false,
    iconColor,
    // Grafana wants milliseconds.
    expr: `last_over_time(${of(moment)}[$__range]) * 1000`,
    step: '60s',
    titleFormat,
    useValueForTime: true,
  };
}

function linkTo(name: DashboardName): DashboardLink {
  return {
    title: TITLES[name],
    type: DashboardLinkType.Link,
    icon: 'dashboard',
    tooltip: TOOLTIPS[name],
    url: `/d/${uidOf(name)}`,
    tags: [],
    asDropdown: false,
    targetBlank: false,
    includeVars: true,
    keepTime: true,
  };
}

const PANEL_NAMES: Readonly<Record<string, string>> = {
  heatmap: 'Heatmap',
  stat: 'Stat',
  'state-timeline': 'State timeline',
  table: 'Table',
  timeseries: 'Time series',
};

function requirements(panels: readonly (PlacedPanel | PlacedRow)[]): readonly DashboardRequirement[] {
  const types = panels.flatMap((panel) =>
    'panels' in panel ? panel.panels.map(({ type }) => type) : [panel.type],
  );
  return [
    { type: 'grafana', id: 'grafana', name: 'Grafana', version: OLDEST_GRAFANA },
    { type: 'datasource', id: 'prometheus', name: 'Prometheus', version: '1.0.0' },
    ...[...new Set(types)]
      .sort()
      .map((id) => ({ type: 'panel' as const, id, name: PANEL_NAMES[id] ?? id, version: '' })),
  ];
}
