// A time-series chart on uPlot: thin lines, faint grid, a vertical scale that keeps still, thresholds, hatched holes.

import uPlot from './uplot.js';
import { annotations, firingSpans, happenedAt } from './annotations.js';
import { drawEvents, drawHoles, drawMark, drawSpans, drawThresholds } from './chart-overlays.js';
import { theme } from './colours.js';
import { current, setParams } from './route.js';
import { hide, show } from './tooltip.js';
import { clockTime, dateTime, format, formatTicks, niceCeil, niceTicks } from './units.js';

const AXIS_WIDTH = 52;
const AXIS_GAP = 6;
const AXIS_HEIGHT = 20;
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';

/** Which chart the pointer is over; charts that only follow its crosshair show no tooltip. */
let hovered = null;

export class Chart {
  #plot = null;
  #shape = '';
  #lines = [];
  #data = [[]];
  #x = [0, 1];
  #y = [0, 1];
  #ticks = [0, 1];
  #resize;
  #holes = [];
  #pointer = [0, 0];

  /**
   * @param options `unit`; `height` in px; `thresholds` `[{value, severity}]`; `band`: fill between the first and the
   *     last line; `stacked`: each line stands on the sum of those before it; `max`: an upper end that the scale has at least, e.g. 100 for percent; `mark`: a second
   *     at which something began; `spans` `[{from, to, severity}]`: when something fired; `note` for the tooltip
   */
  constructor(host, options) {
    this.host = host;
    this.options = options;
    this.#resize = new ResizeObserver(() => this.#fit());
    this.#resize.observe(host);
  }

  /**
   * @param lines `[{name, colour, dash, values}]`, each with `count` values from second `from` on, `step` apart
   * @param view the span shown, `[fromSecond, toSecond]`
   */
  draw(lines, from, step, count, view, holes = []) {
    const xs = new Array(count);
    for (let i = 0; i < count; i++) xs[i] = from + i * step;
    this.#lines = lines;
    const values = lines.map((l) => l.values);
    this.#data = [xs, ...(this.options.stacked ? stack(values) : values)];
    this.#x = view;
    this.#holes = holes;
    this.step = step;
    this.#scale();
    const shape = lines.map((l) => `${l.name}\u0001${l.colour}\u0001${l.dash}`).join('\u0002');
    if (!this.#plot || shape !== this.#shape) {
      this.#shape = shape;
      this.#build();
      return;
    }
    this.#plot.batch(() => {
      this.#plot.setData(this.#data, false);
      this.#plot.setScale('x', { min: view[0], max: view[1] });
    });
    if (hovered === this) this.#tip();
  }

  /** The values under the crosshair, one a line, or null while there is none. */
  cursorValues() {
    const idx = this.#plot?.cursor.idx;
    if (idx === null || idx === undefined || (this.#plot.cursor.left ?? -1) < 0) return null;
    return this.#lines.map((l) => l.values[idx] ?? null);
  }

  /** Theme or size rules have changed: everything is drawn anew. */
  restyle() {
    this.#shape = '';
  }

  destroy() {
    this.#resize.disconnect();
    if (hovered === this) hovered = null;
    hide(this);
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** The vertical scale: grows at once, shrinks only when well over, so that lines move and the scale does not. */
  #scale() {
    const { unit, max: atLeast, thresholds = [] } = this.options;
    let lo = Infinity;
    let hi = -Infinity;
    for (const values of this.#data.slice(1)) {
      for (const v of values) {
        if (v === null) continue;
        if (v < lo) lo = v;
        if (v > hi) hi = v;
      }
    }
    if (lo > hi) [lo, hi] = [0, 0];
    for (const { value } of thresholds) if (hi < value && hi > value * 0.55) hi = value;
    const [wasLo, wasHi] = this.#y;
    let bottom = 0;
    if (lo < 0) bottom = -niceCeil(-lo * 1.05, unit);
    else if (unit === 'short' && !this.options.zero && !this.options.stacked && hi > lo && lo > hi * 0.8) bottom = floorOf(lo, hi);
    let top = hi > bottom ? bottom + niceCeil((hi - bottom) * 1.06, unit) : bottom + 1;
    if (atLeast !== undefined) top = Math.max(top, atLeast);
    if (unit === 'percent' && hi <= 100) top = Math.min(top, 100);
    const keepTop = wasHi >= hi && wasHi <= top * 1.7 && wasHi > bottom && this.#plot;
    const keepLo = bottom !== 0 && wasLo <= lo && wasLo >= bottom - (top - bottom) * 0.7 && this.#plot;
    this.#y = [keepLo ? wasLo : bottom, keepTop ? wasHi : top];
    this.#ticks =
      this.#lines.length === 0 ? [] : niceTicks(this.#y[0], this.#y[1], unit, this.options.height < 96 ? 2 : 4);
  }

  #build() {
    const width = this.host.clientWidth;
    if (width < 40) return;
    this.#plot?.destroy();
    const colours = theme();
    const { height, unit, band, stacked } = this.options;
    const single = this.#lines.length === 1;
    const axis = { stroke: colours.muted, font: FONT, ticks: { show: false } };
    this.#plot = new uPlot(
      {
        width,
        height,
        padding: [6, 8, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          points: { size: 5, width: 0, fill: (u, i) => this.#lines[i - 1]?.colour },
          drag: { x: true, y: false, setScale: false },
          sync: { key: 'page', scales: ['x', null], filters: { pub: (type) => /mouse(move|leave|enter)/.test(type) } },
        },
        scales: {
          x: { time: true, range: () => this.#x },
          y: { range: () => this.#y },
        },
        axes: [
          {
            ...axis,
            size: AXIS_HEIGHT,
            gap: 4,
            space: timeSpace,
            grid: { stroke: colours.grid, width: 1 },
            values: (u, splits, i, space, step) => splits.map((t) => (fitsBefore(u, t) ? timeLabel(t, step) : '')),
          },
          {
            ...axis,
            size: axisWidth,
            gap: AXIS_GAP,
            grid: { stroke: colours.grid, width: 1 },
            splits: () => this.#ticks,
            values: (u, splits) => formatTicks(splits, unit),
          },
        ],
        series: [
          {},
          ...this.#lines.map((l, i) => ({
            label: l.name,
            stroke: l.colour,
            width: 1.5,
            dash: l.dash ?? undefined,
            fill: single ? `${l.colour}1f` : stacked && i === 0 ? `${l.colour}59` : undefined,
            spanGaps: false,
            points: { show: false, size: 4, width: 0, fill: l.colour, filter: isolated },
          })),
        ],
        bands: this.#bands(band, stacked),
        hooks: {
          drawClear: [(u) => drawHoles(u, this.#holes)],
          draw: [(u) => this.#drawOver(u)],
          setSelect: [(u) => this.#zoom(u)],
          setCursor: [() => hovered === this && this.#tip()],
        },
      },
      this.#data,
      this.host,
    );
    const { over } = this.#plot;
    if (hovered === this) {
      // What the pointer stood over is another plot now, which has not seen it come.
      const { left, top } = over.getBoundingClientRect();
      this.#plot.setCursor({ left: this.#pointer[0] - left, top: this.#pointer[1] - top });
    }
    over.addEventListener('pointerenter', () => {
      hovered = this;
    });
    over.addEventListener('pointermove', (e) => {
      hovered = this;
      this.#pointer = [e.clientX, e.clientY];
    });
    over.addEventListener('dblclick', () => current().params.from && setParams({ from: '', to: '' }, true));
    over.addEventListener('pointerleave', () => {
      if (hovered === this) hovered = null;
      hide(this);
    });
  }

  /** What is filled between two lines: from the first to the last, or each layer of a stack but the lowest. */
  #bands(band, stacked) {
    const lines = this.#lines;
    if (stacked) return lines.slice(1).map((l, i) => ({ series: [i + 2, i + 1], fill: `${l.colour}59` }));
    return band && lines.length > 1 ? [{ series: [lines.length, 1], fill: `${lines.at(-1).colour}16` }] : [];
  }

  #fit() {
    const width = this.host.clientWidth;
    if (!this.#plot) {
      if (this.#shape && width >= 40) this.#build();
    } else if (width >= 40 && Math.abs(width - this.#plot.width) >= 1) {
      this.#plot.setSize({ width, height: this.options.height });
    }
  }

  /** A span dragged over becomes the range of the whole page. */
  #zoom(u) {
    if (hovered !== this || u.select.width < 8) return;
    const from = Math.round(u.posToVal(u.select.left, 'x') * 1000);
    const to = Math.round(u.posToVal(u.select.left + u.select.width, 'x') * 1000);
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    hide(this);
    setParams({ from, to }, true);
  }

  #tip() {
    const idx = this.#plot.cursor.idx;
    const time = this.#data[0][idx];
    if (time === undefined || this.#plot.cursor.left < 0) return hide(this);
    const rows = this.#lines
      .map((l) => ({ ...l, at: l.values[idx] ?? null }))
      .filter((l) => l.at !== null)
      .sort((a, b) => b.at - a.at)
      .map((l) => ({ name: l.name, value: format(l.at, this.options.unit), colour: l.colour, dash: l.dash }));
    const note = [...happenedAt(time, ...this.#x), rows.length ? this.options.note : 'no value here']
      .filter(Boolean)
      .join(' · ');
    show(this, this.#pointer[0], this.#pointer[1], dateTime(time * 1000), rows, note);
  }

  #drawOver(u) {
    const { thresholds = [], mark, spans } = this.options;
    const [from, to] = this.#x;
    drawSpans(u, firingSpans(from, to), false);
    if (spans) drawSpans(u, spans, true);
    drawThresholds(u, thresholds, this.#y);
    if (mark >= from && mark <= to) drawMark(u, mark);
    drawEvents(u, annotations(from, to));
  }
}

/** Running sums over the lines; a line without a value adds nothing, a moment without any has none. */
function stack(lines) {
  const sums = [];
  for (const values of lines) {
    const below = sums.at(-1);
    sums.push(below ? values.map((v, i) => (v === null ? below[i] : v + (below[i] ?? 0))) : values);
  }
  return sums;
}

/** A lower end for values that vary little far from zero. */
function floorOf(lo, hi) {
  const step = niceCeil(Math.max(hi - lo, hi * 0.02));
  return Math.floor((lo - step * 0.2) / step) * step;
}

/** Points with no neighbour have no line: they are drawn as dots. */
function isolated(u, seriesIdx) {
  const values = u.data[seriesIdx];
  const out = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null) out.push(i);
  }
  return out.length ? out : null;
}

/** Room for each label of the time axis, in px: whole minutes are shorter than seconds. */
function timeSpace(u, axis, min, max, width) {
  const perSecond = width / (max - min);
  if (30 * perSecond >= 64) return 64;
  return 60 * perSecond >= 40 ? Math.max(40, 30 * perSecond + 1) : 40;
}

/** The same for all charts, so that they stand in line, but where a label needs more. */
function axisWidth(u, labels) {
  if (!labels?.length) return AXIS_WIDTH;
  u.ctx.save();
  u.ctx.font = FONT;
  const widest = Math.max(...labels.map((label) => u.ctx.measureText(label).width));
  u.ctx.restore();
  return Math.max(AXIS_WIDTH, Math.ceil(widest) + AXIS_GAP + 4);
}

/** Whether a label centred at `t` stays inside the canvas. */
function fitsBefore(u, t) {
  return u.width - AXIS_WIDTH - u.valToPos(t, 'x') > 20;
}

function timeLabel(seconds, step) {
  const text = clockTime(seconds * 1000);
  if (step >= 86_400) {
    const d = new Date(seconds * 1000);
    return `${d.getMonth() + 1}/${d.getDate()}`;
  }
  return step >= 60 ? text.slice(0, 5) : text;
}
