// A distribution's observations over the range in view, column by column: history first, then a column per frame, each
// once, for columns are kept by the time at which they end. And its percentile spectrum, now and before.

import * as api from './api.js';
import { columnOf } from './heat-rows.js';
import { beatSoon } from './live.js';
import { stream } from './stream.js';

const MOST_COLUMNS = 300;
/** Rows asked for: more than are drawn, so that the scale can follow what comes. */
const ROWS = 256;
const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
/** History is kept more coarsely the older it is: columns must not be narrower than its intervals. */
const COARSER_AFTER = [
  [900, 10],
  [7200, 60],
];
const SPECTRUM_EVERY_MILLIS = 2000;
/** What lies hours or days back changes little. */
const EARLIER_EVERY_MILLIS = 60_000;

/** The width of a column, in seconds: whole ticks, so that each column ends with a frame. */
export function stepFor(range, now = api.serverNow() / 1000, tick = stream.tickMillis / 1000) {
  const age = range.kind === 'live' ? 0 : now - (range.from ?? now - range.seconds);
  const least = COARSER_AFTER.reduce((n, [after, step]) => (age > after ? step : n), tick);
  return STEPS.find((s) => s >= least && Number.isInteger(s / tick) && range.seconds / s <= MOST_COLUMNS) ?? 86_400;
}

const lastSecond = () => (stream.lastTick ?? api.serverNow() - 1000) / 1000;

export class HeatTrack {
  #ended = false;
  #abort = new AbortController();
  #timer = 0;
  #stop = null;
  #live = null;
  #asked = Promise.resolve();

  constructor(expr, range) {
    this.expr = expr;
    this.range = range;
    this.step = stepFor(range);
    /** Second at which a column ends → column, see `columnOf`; in ascending order. */
    this.columns = new Map();
    /** The last column that is known, empty or not. */
    this.end = null;
    this.error = null;
    this.missing = null;
    this.loading = true;
    this.dropped = 0;
    this.relativeError = 0;
    /** What a column looks back over, in seconds; null where the query says it. */
    this.window = this.step;
    /** Spans, in seconds, that could not be had. */
    this.holes = [];
    /** Counts up with each change. */
    this.version = 0;
    this.users = 1;
    this.#begin();
  }

  /** Seconds at which the view begins and ends, before which `now` all is known. */
  view(now) {
    const { kind, seconds, from, to } = this.range;
    const end = kind === 'fixed' ? Math.ceil(to / this.step) * this.step : Math.floor(now / this.step) * this.step;
    const begin = kind === 'fixed' ? Math.floor(from / this.step) * this.step : end - Math.floor(seconds / this.step) * this.step;
    return [begin, end];
  }

  /** Up to when there is data, as far as whole columns tell. */
  lastSeen() {
    const last = this.#lastColumn();
    return last === null ? null : last + this.step - 1;
  }

  #lastColumn() {
    let last = null;
    for (const time of this.columns.keys()) last = time;
    return last;
  }

  async #begin() {
    const [from, to] = this.view(lastSecond());
    await this.#load(from, to);
    if (this.#ended) return;
    if (this.range.kind === 'live') this.#join();
    else if (this.range.kind === 'rolling') this.#pollLater();
  }

  #join() {
    if (this.#live !== null) this.#stop = stream.subscribe(this.#live, this);
    if (!this.#stop) this.#pollLater();
  }

  /** What is new since the last column, every step; also while the stream takes no more. */
  #pollLater() {
    this.#timer = setTimeout(
      async () => {
        if (!document.hidden) {
          const [from, to] = this.view(lastSecond());
          await this.#load(Math.max(from, this.end ?? from), to);
        }
        if (!this.#ended) this.range.kind === 'live' ? this.#join() : this.#pollLater();
      },
      Math.max(2, this.step) * 1000,
    );
  }

  /** Columns that end in (from, to], after what is being asked for already. */
  #load(from, to) {
    this.#asked = this.#asked.then(() => this.#ask(from, to));
    return this.#asked;
  }

  /** Resolves when nothing is being asked for. */
  settled() {
    return this.#asked;
  }

  async #ask(from, to) {
    if (this.#ended || to - from < this.step) return;
    try {
      const answer = await api.heatmap(this.expr, from, to, this.step, ROWS, this.#abort.signal);
      this.#live = answer.live;
      this.missing = answer.missing;
      this.relativeError = Math.max(this.relativeError, answer.error);
      this.window = answer.window;
      for (const values of answer.columns) this.#put(values[0], columnOf(values, 1));
      this.end = Math.max(this.end ?? to, to);
      this.error = null;
    } catch (e) {
      if (e.name === 'AbortError') return;
      if (this.end === null) this.error = e.message;
      else this.holes.push([from, to]);
    }
    this.loading = false;
    this.#changed();
  }

  #put(time, column) {
    const last = this.#lastColumn();
    if (column.count > 0) this.columns.set(time, column);
    else this.columns.delete(time);
    if (last !== null && time < last) this.columns = new Map([...this.columns].sort(([a], [b]) => a - b));
  }

  #changed() {
    const [begin] = this.view(this.end ?? lastSecond());
    for (const time of this.columns.keys()) {
      if (time > begin - this.step) break;
      this.columns.delete(time);
    }
    this.holes = this.holes.filter(([, to]) => to > begin);
    this.version++;
    beatSoon();
  }

  /** A frame: where a column ends with it, what it holds is that column. */
  tick(tMillis, pairs) {
    const time = tMillis / 1000;
    if (this.end === null || time <= this.end || Math.abs(time / this.step - Math.round(time / this.step)) > 1e-9) return;
    const before = this.end;
    this.end = time;
    pairs((labels, value) => Array.isArray(value) && this.#put(time, columnOf(value)));
    this.error = null;
    // Frames that were missed, by a lost connection or a slow reader, are asked for; after a long sleep, all there is.
    if (time - before > 1.5 * this.step) this.#load(Math.max(before, this.view(time)[0]), time - this.step);
    this.#changed();
  }

  problem(text) {
    this.error = text;
    beatSoon();
  }

  finish() {
    this.#ended = true;
    this.#stop?.();
    this.#abort.abort();
    clearTimeout(this.#timer);
  }
}

export class SpectrumTrack {
  #abort = new AbortController();
  #timer = 0;
  #earlier = [];
  #earlierAt = -Infinity;

  /** @param offsets of curves to compare with, as durations: `1h`, `1w` */
  constructor(expr, range, offsets) {
    this.expr = expr;
    this.range = range;
    this.offsets = offsets;
    /** `{offset, labels, count, average, max, error, points: [[percentile, value], …]}`, offset in seconds */
    this.curves = [];
    /** What each looks back over, in seconds; null where the query says it. */
    this.window = range.seconds;
    this.error = null;
    this.missing = null;
    this.loading = true;
    this.dropped = 0;
    this.holes = [];
    this.version = 0;
    this.users = 1;
    this.#ask();
  }

  get end() {
    return this.range.kind === 'fixed' ? this.range.to : Math.floor(lastSecond());
  }

  lastSeen() {
    return this.curves.length ? this.end : null;
  }

  async #ask() {
    try {
      const fresh = performance.now() - this.#earlierAt < EARLIER_EVERY_MILLIS;
      const offsets = fresh ? ['0'] : ['0', ...this.offsets];
      const answer = await api.spectrum(this.expr, this.end, this.range.seconds, offsets, this.#abort.signal);
      if (!fresh) {
        this.#earlier = answer.curves.filter((c) => c.offset > 0);
        this.#earlierAt = performance.now();
      }
      this.curves = [...answer.curves.filter((c) => c.offset === 0), ...this.#earlier];
      this.window = answer.window;
      this.missing = answer.missing;
      this.error = null;
    } catch (e) {
      if (e.name === 'AbortError') return;
      this.error = e.message;
    }
    this.loading = false;
    this.version++;
    beatSoon();
    if (this.range.kind !== 'fixed') this.#later();
  }

  #later() {
    const every = Math.max(SPECTRUM_EVERY_MILLIS, this.range.seconds * 5);
    this.#timer = setTimeout(() => (document.hidden ? this.#later() : this.#ask()), every);
  }

  finish() {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }
}
