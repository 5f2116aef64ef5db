// A heatmap that can be pointed at: the cell under the pointer is told, a region can be selected by pointer or keys. Two
// canvases: the picture below, what follows the pointer above, so that hovering repaints little.

import { happenedAt } from './annotations.js';
import { theme } from './colours.js';
import { h, setText } from './dom.js';
import { fitted, HeatPicture } from './heat-picture.js';
import { coarsened, lowerOf } from './heat-rows.js';
import { hide, show } from './tooltip.js';
import { clockTime, dateTime, duration, format } from './units.js';

export class HeatPlot {
  #cells = h('canvas');
  #above = h('canvas');
  #said = h('div', { class: 'sr', 'aria-live': 'polite' });
  #picture;
  #shown = null;
  #hover = null;
  #cursor = null;
  #anchor = null;
  #dragging = false;
  #resize;

  /**
   * @param options `unit`; `label` for screen readers; `onRegion(region)` with `{from, to, low, high}` in seconds and
   *     values, or null; without it nothing can be selected; `region()`: what is selected
   */
  constructor(host, options) {
    this.options = options;
    this.el = h(
      'div',
      {
        class: 'heat',
        tabindex: options.onRegion ? '0' : null,
        role: options.onRegion ? 'application' : 'img',
        'aria-roledescription': options.onRegion ? 'heatmap' : null,
        'aria-label': options.label,
        onpointermove: (e) => this.#point(e),
        onpointerleave: () => this.#leave(),
        onpointerdown: (e) => this.#press(e),
        onpointerup: (e) => this.#release(e),
        onpointercancel: () => (this.#dragging = false),
        onkeydown: (e) => this.#key(e),
        onblur: () => this.#setCursor(null),
      },
      this.#cells,
      this.#above,
      this.#said,
    );
    host.replaceChildren(this.el);
    this.#picture = new HeatPicture(this.#cells, options.unit);
    this.#resize = new ResizeObserver(() => this.#shown && this.#paint());
    this.#resize.observe(this.el);
  }

  /**
   * @param shown `{columns, step, window, view: [from, to], holes, relativeError}`; columns a map from the second at
   *     which each ends
   * @returns how many fall into the fullest cell, or 0
   */
  draw(shown) {
    this.#shown = shown;
    const any = this.#picture.take(shown);
    this.#paint();
    return any ? this.#picture.most : 0;
  }

  destroy() {
    this.#resize.disconnect();
    hide(this);
    this.el.remove();
  }

  /** Another region is selected. */
  selected() {
    if (this.#ready) this.#paintAbove();
  }

  get #region() {
    return this.options.region?.() ?? null;
  }

  get #ready() {
    return this.#shown !== null && this.#picture.scale !== null;
  }

  #paint() {
    const { clientWidth: width, clientHeight: height } = this.el;
    if (width < 80) return;
    this.#picture.paint(width, height);
    this.#paintAbove();
    if (this.#hover) this.#tip();
  }

  #paintAbove() {
    const { clientWidth: width, clientHeight: height } = this.el;
    const ctx = fitted(this.#above, width, height);
    if (!this.#ready) return;
    const colours = theme();
    const chosen = this.#dragging || this.#cursor ? this.#spanned() : this.#region;
    if (chosen) {
      const [left, top, right, bottom] = this.#picture.box(chosen);
      if (right > left) {
        ctx.fillStyle = colours.ground;
        ctx.globalAlpha = 0.45;
        ctx.fillRect(...this.#picture.inner);
        ctx.globalAlpha = 1;
        ctx.clearRect(left, top, right - left, bottom - top);
        ctx.strokeStyle = colours.text;
        ctx.lineWidth = 1.5;
        ctx.strokeRect(left, top, right - left, bottom - top);
      }
    }
    if (this.#hover && !this.#dragging) {
      const [left, top, right, bottom] = this.#picture.box(this.#picture.regionOf(this.#hover));
      ctx.strokeStyle = colours.text;
      ctx.lineWidth = 1;
      ctx.strokeRect(left - 0.5, top - 0.5, Math.max(2, right - left) + 1, bottom - top + 1);
    }
  }

  /** What lies between the anchor and the cursor. */
  #spanned() {
    const a = this.#picture.regionOf(this.#anchor ?? this.#cursor);
    const b = this.#picture.regionOf(this.#cursor);
    return {
      from: Math.min(a.from, b.from),
      to: Math.max(a.to, b.to),
      low: Math.min(a.low, b.low),
      high: Math.max(a.high, b.high),
    };
  }

  #place(e) {
    const box = this.el.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top];
  }

  #point(e) {
    if (!this.#shown) return;
    this.pointer = [e.clientX, e.clientY];
    const cell = this.#picture.cellAt(...this.#place(e), this.#dragging);
    this.#hover = cell;
    if (this.#dragging) this.#cursor = cell;
    this.#paintAbove();
    if (cell) this.#tip();
    else hide(this);
  }

  #leave() {
    this.#hover = null;
    hide(this);
    if (this.#ready) this.#paintAbove();
  }

  #press(e) {
    if (!this.options.onRegion || e.button !== 0 || !this.#shown) return;
    const cell = this.#picture.cellAt(...this.#place(e));
    if (!cell) return;
    this.#dragging = true;
    this.#anchor = this.#cursor = cell;
    this.el.setPointerCapture(e.pointerId);
  }

  #release(e) {
    if (!this.#dragging) return;
    this.#dragging = false;
    const region = this.#spanned();
    const clicked = this.#anchor.time === this.#cursor.time && this.#anchor.row === this.#cursor.row;
    this.#anchor = this.#cursor = null;
    this.el.releasePointerCapture(e.pointerId);
    // A click besides a selection takes it back.
    this.options.onRegion(clicked && this.#region ? null : region);
  }

  /** Arrows move the cell cursor, with Shift they extend a region, Enter takes it, Escape takes it back. */
  #key(e) {
    if (!this.options.onRegion || !this.#ready || e.ctrlKey || e.metaKey || e.altKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    if (move) {
      const [columns, rows] = e.key.startsWith('ArrowL') || e.key.startsWith('ArrowR') ? [e.repeat ? 5 : 1, 0] : [0, 1];
      this.#move(move[0] * columns, move[1] * rows, e.shiftKey);
    } else if (e.key === 'Enter' && this.#cursor) {
      const region = this.#spanned();
      this.#setCursor(null);
      this.options.onRegion(region);
    } else if (e.key === 'Escape' && (this.#cursor || this.#region)) {
      this.#setCursor(null);
      this.options.onRegion(null);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  }

  #move(byColumns, byRows, extending) {
    const { view, step, columns } = this.#shown;
    const { low, high, zero } = this.#picture.scale;
    const begin = this.#cursor ?? { time: [...columns.keys()].at(-1) ?? view[1], row: Math.round((low + high) / 2) };
    if (!extending) this.#anchor = null;
    else this.#anchor ??= begin;
    const above = begin.row === 0 && byRows > 0 ? low : begin.row + byRows;
    const row = Math.min(high, above < low && byRows < 0 ? (zero ? 0 : low) : above);
    const time = Math.min(view[1], Math.max(view[0] + step, begin.time + byColumns * step));
    this.#setCursor({ time, row });
    const { count, range, when, percentile } = this.#describe(this.#cursor);
    const spans = this.#anchor ? ', region extended; Enter to see where it came from' : '';
    setText(this.#said, `${when}, ${range}: ${count}${percentile ? `, ${percentile}` : ''}${spans}`);
  }

  #setCursor(cell) {
    this.#cursor = cell;
    if (!cell) this.#anchor = null;
    if (this.#ready) this.#paintAbove();
  }

  #describe({ time, row }) {
    const { columns, step } = this.#shown;
    const { unit } = this.options;
    const { bits } = this.#picture.scale;
    const column = columns.get(time) && coarsened(columns.get(time), bits);
    const at = column ? column.rows.indexOf(row) : -1;
    const upTo = column ? column.rows.reduce((n, r, i) => (r <= row ? n + column.counts[i] : n), 0) : 0;
    const number = (n) => (Number.isInteger(n) ? String(n) : format(n));
    return {
      column,
      count: number(at < 0 ? 0 : column.counts[at]),
      share: column && at >= 0 ? format(column.counts[at] / column.count, 'ratio') : '0 %',
      of: number(column?.count ?? 0),
      when: step > 1 ? `${dateTime((time - step) * 1000)} – ${clockTime(time * 1000)}` : dateTime(time * 1000),
      range: row === 0 ? format(0, unit) : `${format(lowerOf(row, bits), unit)} – ${format(lowerOf(row + 1, bits), unit)}`,
      percentile: column ? `${format((100 * upTo) / column.count, 'percent')} at or below` : '',
    };
  }

  #tip() {
    const told = this.#describe(this.#hover);
    const { unit } = this.options;
    const { window: over, relativeError, view } = this.#shown;
    const rows = [
      { name: told.range, value: told.count },
      { name: `of ${told.of} in this column`, value: told.share },
    ];
    if (told.column) {
      rows.push({ name: 'of all, at or below', value: told.percentile.split(' at')[0] });
      rows.push({ name: 'p50', value: format(told.column.p50, unit), colour: theme().text });
      rows.push({ name: 'p99', value: format(told.column.p99, unit), colour: theme().quantiles.p99 });
    }
    const within = relativeError ? `, each within ±${format(100 * relativeError, 'percent')}` : '';
    const percentiles = `percentiles over ${over ? duration(over) : 'the window of the query'}${within}`;
    const note = [...happenedAt(this.#hover.time, ...view), percentiles].join(' · ');
    show(this, ...this.pointer, told.when, rows, note);
  }
}

