// HdrHistogram's percentile plot: value over 1 / (1 - percentile) on a log scale, so that each further nine has as much
// room as the one before. A curve ends where there are too few observations to go on, with a dot.

import { theme } from './colours.js';
import { h, svg } from './dom.js';
import { hide, show } from './tooltip.js';
import { format, formatTicks, niceCeil, niceTicks } from './units.js';

const LEFT = 56;
const RIGHT = 14;
const TOP = 8;
const FOOT = 20;
const NINES = [0, 0.9, 0.99, 0.999, 0.9999, 0.99999];
const DECADES = 5;

/** Where a percentile lies, from 0 for the least to 1 for 99.999 %. */
export function placeOf(percentile) {
  return Math.log10(1 / (1 - percentile)) / DECADES;
}

export function percentileAt(place) {
  return 1 - 10 ** -(Math.min(1, Math.max(0, place)) * DECADES);
}

/** `99.9 %`: as many digits as the percentile has nines, and one more. */
export function nameOf(percentile) {
  const digits = percentile < 0.9 ? 0 : Math.min(3, Math.max(0, Math.ceil(-Math.log10(1 - percentile) - 1e-6) - 1));
  return `${Number((100 * percentile).toFixed(digits))}\u00a0%`;
}

/** A curve's value at a percentile, between its points in a straight line; null beyond its end. */
export function valueAt(points, percentile) {
  const i = points.findIndex(([p]) => p >= percentile - 1e-12);
  if (i < 0) return null;
  if (i === 0 || points[i][0] === percentile) return points[i][1];
  const [[p0, v0], [p1, v1]] = [points[i - 1], points[i]];
  const share = (placeOf(percentile) - placeOf(p0)) / (placeOf(p1) - placeOf(p0));
  return v0 + (v1 - v0) * share;
}

export class SpectrumPlot {
  #svg = svg('svg', { 'aria-hidden': 'true' });
  #line = svg('line', { class: 'spectrum-cursor' });
  #drawn = '';
  #curves = [];
  #top = 1;
  #at = null;
  #resize;

  /** @param options `unit`, `label` for screen readers */
  constructor(host, options) {
    this.options = options;
    this.el = h(
      'div',
      {
        class: 'spectrum',
        role: 'img',
        'aria-label': options.label,
        onpointermove: (e) => this.#point(e),
        onpointerleave: () => this.#point(null),
      },
      this.#svg,
    );
    host.replaceChildren(this.el);
    this.#resize = new ResizeObserver(() => this.#paint());
    this.#resize.observe(this.el);
  }

  /** @param curves `[{name, colour, dash, width, points, error, note}]`, `points` `[percentile, value]` in ascending order */
  draw(curves) {
    this.#curves = curves;
    const most = Math.max(0, ...curves.flatMap((c) => c.points.map(([, v]) => v)));
    const top = most > 0 ? niceCeil(most * 1.04, this.options.unit) : 1;
    // Grows at once, shrinks when well over, as all scales here.
    if (top > this.#top || top < this.#top * 0.7) this.#top = top;
    this.#paint();
  }

  destroy() {
    this.#resize.disconnect();
    hide(this);
    this.el.remove();
  }

  #paint() {
    const { clientWidth: width, clientHeight: height } = this.el;
    if (width < LEFT + RIGHT + 20) return;
    const colours = theme();
    const key = JSON.stringify([width, height, this.#top, colours, this.#curves]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const x = (percentile) => LEFT + placeOf(percentile) * (width - LEFT - RIGHT);
    const y = (value) => height - FOOT - (value / this.#top) * (height - FOOT - TOP);
    const ticks = niceTicks(0, this.#top, this.options.unit, height < 140 ? 2 : 4);
    const names = formatTicks(ticks, this.options.unit);
    const marks = [
      ...ticks.flatMap((value, i) => [
        svg('line', { class: 'spectrum-grid', x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
        text(names[i], LEFT - 6, y(value), 'end'),
      ]),
      ...(width < 400 ? NINES.filter((p) => p !== 0.9999) : NINES).flatMap((p) => [
        svg('line', { class: 'spectrum-grid', x1: x(p), x2: x(p), y1: TOP, y2: height - FOOT }),
        text(nameOf(p), x(p), height - FOOT / 2 + 2, p === NINES.at(-1) ? 'end' : 'middle', p === NINES.at(-1) ? RIGHT - 2 : 0),
      ]),
    ];
    const lines = this.#curves.flatMap((c) => {
      const last = c.points.at(-1);
      if (!last) return [];
      const d = c.points.map(([p, v], i) => `${i ? 'L' : 'M'}${x(p).toFixed(1)} ${y(v).toFixed(1)}`).join('');
      return [
        svg('path', { d, fill: 'none', stroke: c.colour, 'stroke-width': c.width, 'stroke-dasharray': c.dash?.join(' ') }),
        svg('circle', { cx: x(last[0]), cy: y(last[1]), r: c.width + 1, fill: c.colour }),
      ];
    });
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#svg.replaceChildren(...marks, ...lines.reverse(), this.#line);
    this.#follow();
  }

  #point(e) {
    const { clientWidth: width } = this.el;
    const box = this.el.getBoundingClientRect();
    const place = e ? (e.clientX - box.left - LEFT) / (width - LEFT - RIGHT) : -1;
    this.#at = e && place > -0.02 && place < 1.03 ? { percentile: percentileAt(place), pointer: [e.clientX, e.clientY] } : null;
    this.#follow();
  }

  #follow() {
    this.#line.toggleAttribute('hidden', !this.#at);
    this.#line.style.display = this.#at ? '' : 'none';
    if (!this.#at) return hide(this);
    const { percentile, pointer } = this.#at;
    const { clientWidth: width, clientHeight: height } = this.el;
    const at = LEFT + placeOf(percentile) * (width - LEFT - RIGHT);
    for (const [k, v] of Object.entries({ x1: at, x2: at, y1: TOP, y2: height - FOOT })) this.#line.setAttribute(k, v);
    const rows = this.#curves.map(({ name, colour, dash, points }) => {
      const value = valueAt(points, percentile);
      return { name, colour, dash, value: value === null ? 'too few to say' : format(value, this.options.unit) };
    });
    const error = Math.max(0, ...this.#curves.map((c) => c.error ?? 0));
    const note = error ? `${this.options.note?.() ?? ''}, each within ±${format(100 * error, 'percent')}` : '';
    const beyond = 1 / (1 - percentile);
    const share = percentile >= 0.5 ? `, one in ${beyond < 10 ? beyond.toFixed(1) : format(Math.round(beyond))} is above` : '';
    show(this, ...pointer, `${nameOf(percentile)}${share}`, rows, note);
  }
}

function text(content, x, y, anchor, dx = 0) {
  return svg('text', { x: x + dx, y, 'text-anchor': anchor, 'dominant-baseline': 'middle', text: content });
}
