/** One chart over the run's time: uPlot in the page's dress, with the run's phases behind it. */
import uPlot from 'uplot';
import { element, setText } from './element.ts';
import { type PhaseSpan } from './phase-span.ts';
import { type Theme } from './theme.ts';
import { clock } from './masthead.ts';

export interface ChartSeries {
  readonly name: string;
  readonly colour: string;
  /** Painted down to the series before it: a stack. Values then are sums, `own` those of the series alone. */
  readonly isArea?: boolean;
  readonly isDashed?: boolean;
  readonly values: readonly (number | null)[];
  /** What the legend says when `values` are something else. */
  readonly own?: readonly (number | null)[];
}

export interface ChartContent {
  /** Seconds since the start of the run. */
  readonly seconds: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly phases: readonly PhaseSpan[];
  /** Nothing comes any more: the legend says that its values are the last ones. */
  readonly isOver: boolean;
}

export interface ChartOptions {
  readonly title: string;
  /** A sentence about what is drawn. */
  readonly description: string;
  readonly scale: 'linear' | 'log';
  readonly format: (value: number) => string;
  /** A line that should not be crossed, and its name. */
  readonly limit?: { readonly value: number; readonly name: string };
  /** The upper end is at least this. */
  readonly atLeast: number;
}

const HEIGHT = 168;
/** Above the plot there is room for the names of phases, where they cover nothing and no line crosses them. */
const ABOVE = 17;
/** uPlot's name for it is a const enum of its declarations alone. */
const LOGARITHMIC = uPlot.assign({}, { distr: 3 }) as uPlot.Scale;
const AXIS_WIDTH = 58;

export class Chart {
  readonly root: HTMLElement;
  private readonly options: ChartOptions;
  private readonly stage = element('div', { class: 'chart-stage' });
  private readonly keys = element('ul', 'chart-keys');
  /** Of which moment the values in the legend are, where that is not now. */
  private readonly moment = element('span', 'chart-moment');
  private plot: uPlot | undefined;
  private drawn = '';
  private content: ChartContent | undefined;
  private theme: Theme | undefined;

  constructor(options: ChartOptions) {
    this.options = options;
    this.root = element(
      'figure',
      {
        class: 'chart',
        attributes: { role: 'group', 'aria-label': `${options.title}: ${options.description}` },
      },
      element('figcaption', { attributes: { title: options.description } }, options.title, this.moment),
      this.keys,
      this.stage,
    );
  }

  show(content: ChartContent, theme: Theme): void {
    this.content = content;
    const width = Math.floor(this.stage.clientWidth);
    if (width < 50) return;
    // Which series there are can change while the run goes on: a new reason of failure.
    const form = JSON.stringify([content.series.map(({ name, colour }) => [name, colour]), theme.text]);
    const data: uPlot.AlignedData = [
      [...content.seconds],
      ...content.series.map(({ values }) => [...values]),
    ];
    this.theme = theme;
    if (this.plot === undefined || form !== this.drawn) {
      this.plot?.destroy();
      this.drawn = form;
      this.keys.replaceChildren(...content.series.map(keyOf), ...this.limitKeys(theme));
      this.plot = new uPlot(this.plotOptions(content, theme, width), data, this.stage);
    } else {
      if (this.plot.width !== width) this.plot.setSize({ width, height: HEIGHT });
      this.plot.setData(data);
    }
    this.tell();
  }

  /** The name of the limit stands among the keys: in the plot it would cover what it is about. */
  private limitKeys({ bad }: Theme): readonly HTMLLIElement[] {
    const { limit } = this.options;
    return limit === undefined ? [] : [keyOf({ name: limit.name, colour: bad, isDashed: true, values: [] })];
  }

  /** Values under the cursor, or the last ones. */
  private tell(): void {
    const { content, plot } = this;
    if (content === undefined) return;
    const pointed = plot?.cursor.idx;
    const at = pointed ?? content.seconds.length - 1;
    const isPointed = pointed !== null && pointed !== undefined;
    setText(
      this.moment,
      isPointed ? `at ${clock((content.seconds[at] ?? 0) * 1_000)}` : content.isOver ? 'last' : '',
    );
    content.series.forEach(({ values, own }, i) => {
      const value = (own ?? values)[at];
      const text = value === null || value === undefined ? '–' : this.options.format(value);
      const node = this.keys.children[i]?.lastElementChild;
      if (node !== null && node !== undefined) setText(node, text);
    });
  }

  private plotOptions({ series }: ChartContent, theme: Theme, width: number): uPlot.Options {
    const { format, scale } = this.options;
    const axis = {
      stroke: theme.text,
      font: '11px system-ui, sans-serif',
      grid: { stroke: theme.line, width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height: HEIGHT,
      padding: [ABOVE, 12, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: 'run', setSeries: false }, drag: { x: false, y: false }, points: { size: 5 } },
      scales: {
        x: { time: false, range: (_, min, max) => [Math.min(0, min), Math.max(max, 10)] },
        y:
          scale === 'log'
            ? { ...LOGARITHMIC, range: (_, min, max) => logRange(min, max, this.options.atLeast) }
            : { range: (_, _min, max) => [0, Math.max(max * 1.08, this.options.atLeast)] },
      },
      axes: [
        { ...axis, size: 26, gap: 6, space: 60, values: (_, splits) => splits.map((s) => clock(s * 1_000)) },
        {
          ...axis,
          ...(scale === 'log' ? { filter: decades, grid: { ...axis.grid, filter: decades } } : {}),
          size: AXIS_WIDTH,
          gap: 4,
          values: (_, splits) =>
            splits.map((value: number | null) => (value === null ? null : format(value))),
        },
      ],
      series: [{}, ...series.map(plotSeries)],
      bands: series.flatMap(({ isArea }, i) =>
        isArea === true && i > 0 ? [{ series: [i + 1, i] as [number, number] }] : [],
      ),
      hooks: {
        drawClear: [(plot) => this.drawPhases(plot)],
        draw: [(plot) => this.drawLimit(plot)],
        setCursor: [() => this.tell()],
      },
    };
  }

  private drawPhases(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { theme } = this;
    if (theme === undefined) return;
    ctx.save();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    for (const { phase, from, to } of this.content?.phases ?? []) {
      if (phase === 'load') continue;
      const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true));
      ctx.fillStyle = theme.tint;
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      if (right - left < 40 * devicePixelRatio) continue;
      ctx.fillStyle = theme.faint;
      ctx.fillText(phase, left + 4 * devicePixelRatio, bbox.top - 3 * devicePixelRatio);
    }
    ctx.restore();
  }

  private drawLimit(plot: uPlot): void {
    const { limit } = this.options;
    const { theme } = this;
    const max = plot.scales['y']?.max ?? 0;
    if (limit === undefined || theme === undefined || limit.value > max) return;
    const { ctx, bbox } = plot;
    const y = Math.round(plot.valToPos(limit.value, 'y', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = theme.bad;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }
}

function plotSeries({ colour, isArea, isDashed }: ChartSeries): uPlot.Series {
  return {
    stroke: colour,
    width: isArea === true ? 1 : 1.75,
    points: { show: false },
    ...(isDashed === true ? { dash: [4, 3] } : {}),
    ...(isArea === true ? { fill: `${colour}b0` } : {}),
  };
}

function keyOf({ name, colour, isDashed }: ChartSeries): HTMLLIElement {
  const mark = element('span', {
    class: isDashed === true ? 'key dashed' : 'key',
    attributes: { 'aria-hidden': 'true' },
  });
  mark.style.setProperty('--key', colour);
  return element('li', {}, mark, element('span', 'key-name', name), element('b'));
}

/** Whole powers of ten around the values. */
function logRange(min: number | null, max: number | null, atLeast: number): uPlot.Range.MinMax {
  const low = Math.max(0.001, min ?? 0.1);
  const high = Math.max(atLeast, max ?? atLeast);
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
}

/** Whole powers of ten have a label and a line, what is between them has none. */
function decades(_: uPlot, splits: readonly number[]): (number | null)[] {
  return splits.map((value) => {
    const exponent = Math.log10(value);
    return Math.abs(exponent - Math.round(exponent)) < 1e-9 ? value : null;
  });
}
