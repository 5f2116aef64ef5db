// A heatmap's picture on canvas: cells of time × value on a log scale, axes, percentile lines, what happened meanwhile; and
// what lies where in it.

import { annotations, firingSpans } from './annotations.js';
import { drawEvents, drawSpans } from './chart-overlays.js';
import { theme } from './colours.js';
import { coarsened, lowerOf, scaleFor, stillServes } from './heat-rows.js';
import { clockTime, format } from './units.js';

const LEFT = 56;
const RIGHT = 8;
const TOP = 6;
const FOOT = 20;
/** Height of the row of zeros, below the log scale. */
const ZERO = 12;
const MOST_ROWS = 72;
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';

/** From few to many: cividis on dark, made for all kinds of colour vision; yellow to blue (ColorBrewer) on light. */
const RAMPS = {
  dark: ['#17305f', '#31446b', '#575d6d', '#7a7a78', '#a39a76', '#cfbb66', '#fee838'],
  light: ['#e3ecbd', '#b5dfba', '#72c5bd', '#3aa5c3', '#2577b4', '#2347a0', '#081d58'],
};
const SHADES = 48;
const TIME_STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

const shades = new Map();

function shadesOf(name) {
  if (!shades.has(name)) {
    const stops = RAMPS[name].map((c) => [1, 3, 5].map((i) => Number.parseInt(c.slice(i, i + 2), 16)));
    shades.set(
      name,
      Array.from({ length: SHADES }, (_, i) => {
        const at = (i / (SHADES - 1)) * (stops.length - 1);
        const k = Math.min(stops.length - 2, Math.floor(at));
        return `rgb(${stops[k].map((c, j) => Math.round(c + (stops[k + 1][j] - c) * (at - k))).join(' ')})`;
      }),
    );
  }
  return shades.get(name);
}

const rampName = () => (document.documentElement.dataset.theme === 'light' ? 'light' : 'dark');

/** The ramp as a gradient from left to right. */
export function rampGradient() {
  return `linear-gradient(90deg, ${RAMPS[rampName()].join(', ')})`;
}

/** Confined to one canvas. Sizes are in px of CSS. */
export class HeatPicture {
  #canvas;
  #unit;
  #scale = null;
  #shown = null;
  #width = 0;
  #height = 0;
  /** Observations in the fullest cell that the colours allow for. */
  most = 1;

  constructor(canvas, unit) {
    this.#canvas = canvas;
    this.#unit = unit;
  }

  get scale() {
    return this.#scale;
  }

  /** Takes what is to be shown, and fits the scale to it; whether there is anything. */
  take(shown) {
    this.#shown = shown;
    const needed = scaleFor([...shown.columns.values()], MOST_ROWS);
    if (needed && !stillServes(this.#scale, needed)) {
      const pad = Math.max(1, Math.round((needed.high - needed.low) * 0.05));
      this.#scale = { ...needed, low: Math.max(1, needed.low - pad), high: needed.high + pad };
    }
    return needed !== null;
  }

  #x(seconds) {
    const [from, to] = this.#shown.view;
    return LEFT + ((seconds - from) / (to - from)) * (this.#width - LEFT - RIGHT);
  }

  #y(value) {
    const { bits, low, high, zero } = this.#scale;
    const foot = this.#height - FOOT;
    if (value <= 0) return zero ? foot - ZERO : foot;
    const [bottom, top] = [Math.log(lowerOf(low, bits)), Math.log(lowerOf(high + 1, bits))];
    const share = (Math.log(value) - bottom) / (top - bottom);
    return foot - (zero ? ZERO : 0) - share * (foot - (zero ? ZERO : 0) - TOP);
  }

  /** Upper and lower edge of a row, in px. */
  #band(row) {
    const { bits } = this.#scale;
    const foot = this.#height - FOOT;
    return row === 0 ? [foot - ZERO, foot] : [this.#y(lowerOf(row + 1, bits)), this.#y(lowerOf(row, bits))];
  }

  /** Where the cells are: left, top, width, height. */
  get inner() {
    return [LEFT, TOP, this.#width - LEFT - RIGHT, this.#height - FOOT - TOP];
  }

  paint(width, height) {
    this.#width = width;
    this.#height = height;
    const ctx = fitted(this.#canvas, width, height);
    if (!this.#scale) return;
    this.#paintGrid(ctx, width, height);
    this.#paintHoles(ctx, height);
    this.#paintCells(ctx);
    this.#paintLine(ctx, 'p50');
    this.#paintLine(ctx, 'p99');
    this.#paintHappened(ctx);
  }

  /** Events, deployments and alerts, as on charts of lines. */
  #paintHappened(ctx) {
    const { view } = this.#shown;
    const px = devicePixelRatio;
    const [left, top, width, height] = this.inner.map((v) => v * px);
    const canvas = { ctx, bbox: { left, top, width, height }, valToPos: (seconds) => this.#x(seconds) * px };
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    drawSpans(canvas, firingSpans(...view), false);
    drawEvents(canvas, annotations(...view));
    ctx.restore();
  }

  #paintCells(ctx) {
    const { columns, step, view } = this.#shown;
    const { bits, low, high } = this.#scale;
    const drawn = [];
    let most = 1;
    for (const [time, column] of columns) {
      if (time <= view[0] || time > view[1]) continue;
      const coarse = coarsened(column, bits);
      drawn.push([time, coarse]);
      for (const n of coarse.counts) most = Math.max(most, n);
    }
    // Grows at once, shrinks only when well over, so that a column keeps its colour while it moves.
    if (most > this.most || most < this.most / 2.5) this.most = 2 ** (Math.ceil(Math.log2(most) * 2) / 2);
    const palette = shadesOf(rampName());
    const full = Math.log1p(this.most);
    const bands = new Map();
    const unit = 1 / devicePixelRatio;
    const snap = (v) => Math.round(v * devicePixelRatio) / devicePixelRatio;
    for (const [time, { rows, counts }] of drawn) {
      const left = snap(this.#x(time - step));
      const right = snap(this.#x(time));
      rows.forEach((row, i) => {
        if (row !== 0 && (row < low || row > high)) return;
        let band = bands.get(row);
        if (!band) bands.set(row, (band = this.#band(row).map(snap)));
        ctx.fillStyle = palette[Math.min(SHADES - 1, Math.floor((Math.log1p(counts[i]) / full) * SHADES))];
        ctx.fillRect(left, band[0], Math.max(unit, right - left), Math.max(unit, band[1] - band[0]));
      });
    }
  }

  #paintLine(ctx, name) {
    const { columns, step, view } = this.#shown;
    const colours = theme();
    ctx.lineJoin = 'round';
    ctx.beginPath();
    let before = null;
    let last = null;
    for (const [time, column] of columns) {
      if (time <= view[0] || time > view[1] || !(column[name] > 0)) continue;
      const at = [this.#x(time - step / 2), this.#y(column[name])];
      // Where columns are missing, the line is broken; where most are, dots would be lost without it.
      if (before === null || time - before > 5 * step) ctx.moveTo(at[0] - 0.5, at[1]);
      ctx.lineTo(...at);
      before = time;
      last = at;
    }
    for (const [stroke, lineWidth] of [
      [colours.panel, 3.5],
      [name === 'p99' ? colours.quantiles.p99 : colours.text, 1.5],
    ]) {
      ctx.strokeStyle = stroke;
      ctx.lineWidth = lineWidth;
      ctx.stroke();
    }
    if (!last) return;
    ctx.font = `600 ${FONT}`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    ctx.lineWidth = 3;
    ctx.strokeStyle = colours.panel;
    ctx.strokeText(name, this.#x(view[1]) - 4, last[1] - 4);
    ctx.fillStyle = colours.text;
    ctx.fillText(name, this.#x(view[1]) - 4, last[1] - 4);
  }

  #paintGrid(ctx, width, height) {
    const { view } = this.#shown;
    const colours = theme();
    ctx.font = FONT;
    ctx.fillStyle = colours.muted;
    ctx.strokeStyle = colours.grid;
    ctx.lineWidth = 1;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'right';
    ctx.beginPath();
    const label = (text, y) => {
      ctx.fillText(text, LEFT - 6, y);
      ctx.moveTo(LEFT, Math.round(y) + 0.5);
      ctx.lineTo(width - RIGHT, Math.round(y) + 0.5);
    };
    if (this.#scale.zero) label(format(0, this.#unit), height - FOOT - ZERO / 2);
    for (const value of this.#ticks()) label(format(value, this.#unit), this.#y(value));
    const perSecond = (width - LEFT - RIGHT) / (view[1] - view[0]);
    const step = TIME_STEPS.find((s) => s * perSecond >= 72) ?? TIME_STEPS.at(-1);
    // On whole local minutes, hours and days.
    const offset = new Date(view[1] * 1000).getTimezoneOffset() * 60;
    ctx.textAlign = 'center';
    for (let t = Math.ceil((view[0] - offset) / step) * step + offset; t <= view[1]; t += step) {
      const x = this.#x(t);
      if (x > width - RIGHT - 20 || x < LEFT + 16) continue;
      ctx.fillText(timeLabel(t, step), x, height - FOOT / 2 + 2);
      ctx.moveTo(Math.round(x) + 0.5, TOP);
      ctx.lineTo(Math.round(x) + 0.5, height - FOOT);
    }
    ctx.stroke();
  }

  /** Values to be named: 1, 2 and 5 of each power of ten, or as many of these as there is room for. */
  #ticks() {
    const { bits, low, high } = this.#scale;
    const [bottom, top] = [lowerOf(low, bits), lowerOf(high + 1, bits)];
    const decade = Math.abs(this.#y(bottom) - this.#y(bottom * 10));
    const digits = decade > 110 ? [1, 2, 5] : decade > 60 ? [1, 3] : [1];
    const every = decade < 20 ? Math.ceil(20 / decade) : 1;
    const ticks = [];
    for (let power = Math.floor(Math.log10(bottom)); power <= Math.log10(top); power++) {
      if (power % every !== 0) continue;
      for (const digit of digits) {
        const value = digit * 10 ** power;
        if (value >= bottom && value <= top) ticks.push(value);
      }
    }
    return ticks;
  }

  #paintHoles(ctx, height) {
    const [from, to] = this.#shown.view;
    for (const [begin, end] of this.#shown.holes) {
      const [left, right] = [this.#x(Math.max(from, begin)), this.#x(Math.min(to, end))];
      if (right <= left) continue;
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, TOP, right - left, height - FOOT - TOP);
      ctx.clip();
      ctx.globalAlpha = 0.35;
      ctx.strokeStyle = theme().muted;
      ctx.beginPath();
      for (let x = left - height; x < right; x += 7) {
        ctx.moveTo(x, height);
        ctx.lineTo(x + height, 0);
      }
      ctx.stroke();
      ctx.restore();
    }
  }

  /** A region's edges in px, inside the plot. */
  box({ from, to, low, high }) {
    const [width, height] = [this.#width, this.#height];
    const within = (v, a, b) => Math.min(b, Math.max(a, v));
    const foot = height - FOOT;
    return [
      within(this.#x(from), LEFT, width - RIGHT),
      high === Infinity ? TOP : within(high <= 0 ? foot - ZERO : this.#y(high), TOP, foot),
      within(this.#x(to), LEFT, width - RIGHT),
      low <= 0 ? foot : within(this.#y(low), TOP, foot),
    ];
  }

  /** The cell at a place in the element, as `{time, row}`; null outside the plot unless `clamped`. */
  cellAt(x, y, clamped = false) {
    const [width, height] = [this.#width, this.#height];
    if (!this.#scale || !this.#shown) return null;
    const { view, step } = this.#shown;
    const inside = x >= LEFT && x < width - RIGHT && y >= TOP && y < height - FOOT;
    if (!inside && !clamped) return null;
    const share = Math.min(0.999999, Math.max(0, (x - LEFT) / (width - LEFT - RIGHT)));
    const time = view[0] + (Math.floor((share * (view[1] - view[0])) / step) + 1) * step;
    const { low, high, zero } = this.#scale;
    if (zero && y >= height - FOOT - ZERO) return { time, row: 0 };
    let row = low;
    while (row < high && this.#band(row)[0] > y) row++;
    return { time, row };
  }

  /** A cell as a region: seconds, and values. Of the row of zeros, next to nothing above zero. */
  regionOf({ time, row }) {
    const { bits } = this.#scale;
    const high = lowerOf(row === 0 ? 1 : row + 1, bits);
    return { from: time - this.#shown.step, to: time, low: lowerOf(row, bits), high: row === 0 ? Number.MIN_VALUE : high };
  }
}

/** The canvas at this size, cleared. */
export function fitted(canvas, width, height) {
  const px = devicePixelRatio;
  const [w, h] = [Math.round(width * px), Math.round(height * px)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const ctx = canvas.getContext('2d');
  ctx.setTransform(px, 0, 0, px, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.globalAlpha = 1;
  return ctx;
}

function timeLabel(seconds, step) {
  if (step >= 86_400) {
    const d = new Date(seconds * 1000);
    return `${d.getMonth() + 1}/${d.getDate()}`;
  }
  const text = clockTime(seconds * 1000);
  return step >= 60 ? text.slice(0, 5) : text;
}
