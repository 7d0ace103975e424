/** The kinds of panels that the dashboards are made of, each with the look that all of that kind share. */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  ScaleDistribution,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
  GraphThresholdsStyleConfigBuilder,
  ScaleDistributionConfigBuilder,
  StackingConfigBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  CellValuesBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapColorScale,
  HeatmapTooltipBuilder,
  PanelBuilder as HeatmapBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { type DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DATA_SOURCE } from './query.ts';

/** What every panel says of itself. */
export interface PanelText {
  readonly title: string;
  /** Behind the panel's “i”: what is counted or timed, and what a bad value means, for readers who are new to DM. */
  readonly description: string;
  /** Grafana's name of a unit; `suffix:/s` for events per second. */
  readonly unit: string;
}

/** Limits from which on a value gets another colour, lowest first. */
export interface Limits {
  readonly warnFrom?: number;
  readonly badFrom?: number;
}

export const PER_SECOND = 'suffix:/s';

export interface TimeSeriesPanel extends PanelText {
  readonly queries: readonly DataqueryBuilder[];
  readonly stacked?: boolean;
  readonly max?: number;
  /** Drawn as lines across the panel. */
  readonly limits?: Limits;
  /** Values over several powers of ten. */
  readonly logarithmic?: boolean;
}

export function timeSeries(panel: TimeSeriesPanel): Panel {
  const { queries, stacked = false, max, limits, logarithmic = false } = panel;
  const builder = described(new TimeSeriesBuilder(), panel)
    .targets(lettered(queries))
    .lineWidth(stacked ? 1 : 2)
    .fillOpacity(stacked ? 40 : 8)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['mean', 'max', 'lastNotNull'])
        .sortBy('Mean')
        .sortDesc(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (max !== undefined) builder.max(max);
  if (limits !== undefined) {
    builder.thresholds(thresholds(limits));
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  // A logarithmic axis has no zero.
  if (!logarithmic) builder.min(0);
  else builder.scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10));
  return finished(builder);
}

export interface StatPanel extends PanelText {
  readonly query: DataqueryBuilder;
  /** Of a series, which value is shown: the last one, or their mean. A single value, of an instant query, is itself. */
  readonly shows: 'last' | 'mean' | 'single';
  readonly limits?: Limits;
  /** Words instead of values. */
  readonly mappings?: readonly ValueMapping[];
  readonly decimals?: number;
}

export function stat(panel: StatPanel): Panel {
  const { query, shows, limits = {}, mappings, decimals } = panel;
  const builder = described(new StatBuilder(), panel)
    .targets(lettered([query]))
    .graphMode(mappings === undefined && shows !== 'single' ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(BigValueTextMode.Value)
    .reduceOptions(
      new ReduceDataOptionsBuilder()
        .calcs([shows === 'mean' ? 'mean' : 'lastNotNull'])
        .values(false)
        .fields(''),
    )
    .noValue('–')
    .thresholds(thresholds(limits));
  if (mappings !== undefined) builder.mappings([...mappings]);
  if (decimals !== undefined) builder.decimals(decimals);
  return finished(builder);
}

export interface HeatMapPanel extends PanelText {
  readonly query: DataqueryBuilder;
}

/** How values are distributed over time; the unit is that of the buckets' bounds, a cell is how many a second. */
export function heatMap(panel: HeatMapPanel): Panel {
  const builder = described(new HeatmapBuilder(), panel)
    .targets(lettered([panel.query]))
    .calculate(false)
    .yAxis(new YAxisConfigBuilder().unit(panel.unit))
    .cellValues(new CellValuesBuilder().unit(PER_SECOND))
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Turbo')
        .scale(HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64)
        .fill('dark-orange'),
    )
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
    .cellGap(1)
    .showLegend();
  return finished(builder);
}

export interface StateTimelinePanel extends PanelText {
  readonly query: DataqueryBuilder;
  readonly mappings: readonly ValueMapping[];
}

export function stateTimeline(panel: StateTimelinePanel): Panel {
  const builder = described(new StateTimelineBuilder(), panel)
    .targets(lettered([panel.query]))
    .mappings([...panel.mappings])
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(false)
        .calcs([]),
    );
  return finished(builder);
}

export interface TablePanel extends PanelText {
  readonly query: DataqueryBuilder;
  /** Columns from the left: the label, and how its column is headed; `Value` is the sample's value. */
  readonly columns: readonly (readonly [label: string, heading: string])[];
}

/** One row a series, only the columns named. */
export function table(panel: TablePanel): Panel {
  const shown = panel.columns.map(([label]) => label);
  const builder = described(new TableBuilder(), panel)
    .targets(lettered([panel.query]))
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: shown } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(shown.map((label, i) => [label, i])),
        renameByName: Object.fromEntries(panel.columns),
      },
    });
  return finished(builder);
}

/** What the builders of all kinds of panels have in common. */
interface Describable {
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  datasource(source: typeof DATA_SOURCE): this;
}

function described<Builder extends Describable>(builder: Builder, text: PanelText): Builder {
  return builder.title(text.title).description(text.description).unit(text.unit).datasource(DATA_SOURCE);
}

function finished(builder: { build(): Panel }): Panel {
  const panel = builder.build();
  // Grafana takes a panel without overrides for one of an older model.
  if (panel.fieldConfig !== undefined) panel.fieldConfig.overrides = [];
  // Only panels that are repeated have a direction, and the builders give it to all.
  delete panel.repeatDirection;
  return panel;
}

/** Queries of one panel are told apart by a letter. */
function lettered(queries: readonly DataqueryBuilder[]): DataqueryBuilder[] {
  return queries.map((query, i) => query.refId(String.fromCharCode('A'.charCodeAt(0) + i)));
}

function thresholds({ warnFrom, badFrom }: Limits): ThresholdsConfigBuilder {
  const steps: Threshold[] = [{ value: null, color: 'green' }];
  if (warnFrom !== undefined) steps.push({ value: warnFrom, color: 'orange' });
  if (badFrom !== undefined) steps.push({ value: badFrom, color: 'red' });
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}
