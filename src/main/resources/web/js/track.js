// One query's points over the range in view: history first, then a point per tick, each once. Time is a regular grid
// of `step` seconds, so a point's place tells its time, and charts of several queries line up by slicing.

import * as api from './api.js';
import { keyOf } from './labels.js';
import { beatSoon } from './live.js';
import { stream } from './stream.js';

/** Series kept of one query; what is beyond is counted, and the panel says so. */
const MAX_SERIES = 60;

const POLL_MILLIS = 5000;

const DISTRIBUTIONS =
  'The query gives distributions: take histogram_quantile(0.99, …), histogram_avg or another number of them.';

class Track {
  #stop = null;
  #abort = null;
  #poll = 0;
  #gaps = [];
  #gapTimer = 0;
  #checked = false;
  #ended = false;

  constructor(expr, range) {
    this.expr = expr;
    this.range = range;
    this.step = range.step;
    /** Second of the first slot; null until there is any. */
    this.start = null;
    this.length = 0;
    /** key → {labels, key, values, lastSeen} */
    this.series = new Map();
    this.error = null;
    /** What of a range beyond memory could not be read, in words; null for nothing. */
    this.missing = null;
    this.loading = true;
    this.dropped = 0;
    /** Whether a result held distributions, which have no single value to draw. */
    this.distributions = false;
    /** Spans, in seconds, whose frames were missed and could not be had afterwards. */
    this.holes = [];
    this.users = 0;
  }

  get end() {
    return this.start === null ? null : this.start + (this.length - 1) * this.step;
  }

  begin() {
    if (this.range.kind === 'live') {
      this.#load();
      this.#join();
    } else {
      this.#load().finally(() => this.range.kind === 'rolling' && this.#pollLater(this.step * 1000));
    }
  }

  /** Takes a place on the stream; while that is full, asks for what is new every few seconds. */
  #join() {
    this.#stop = stream.subscribe(this.expr, this);
    if (this.#stop) return;
    this.#poll = setTimeout(() => {
      if (!document.hidden) this.#load();
      this.#join();
    }, POLL_MILLIS);
  }

  finish() {
    this.#ended = true;
    this.#stop?.();
    this.#abort?.abort();
    clearTimeout(this.#poll);
    clearTimeout(this.#gapTimer);
  }

  #pollLater(millis) {
    if (this.#ended) return;
    this.#poll = setTimeout(() => {
      if (document.hidden) return this.#pollLater(millis);
      this.#load().finally(() => this.#pollLater(millis));
    }, millis);
  }

  async #load() {
    const { kind, seconds, step } = this.range;
    const ticking = kind === 'live' && stream.lastTick !== null;
    const now = ticking ? stream.lastTick / 1000 : api.serverNow() / 1000 - 1;
    const to = kind === 'fixed' ? this.range.to : Math.floor(now / step) * step;
    const from = kind === 'fixed' ? this.range.from : to - Math.floor(seconds / step) * step;
    this.#abort = new AbortController();
    try {
      const result = await api.queryRange(this.expr, from, to, step, this.#abort.signal);
      this.error = null;
      if (kind !== 'live') this.missing = result.missing;
      if (kind === 'rolling') this.#forget();
      this.#merge(result.result ?? [], from, to, result.resultType);
      if (kind === 'live' && this.start !== null) this.#trim(this.end);
    } catch (e) {
      if (e.name === 'AbortError') return;
      this.error = e.message;
    }
    this.loading = false;
    beatSoon();
  }

  #forget() {
    this.start = null;
    this.length = 0;
    this.series.clear();
    this.dropped = 0;
  }

  /** Lays a range's points into the grid; what a frame brought already stays. */
  #merge(result, from, to, type) {
    if (type !== undefined && type !== 'matrix') return;
    this.#cover(from, to);
    const atTick = (seconds) => Math.round((seconds - this.start) / this.step);
    this.distributions = result.some((r) => r.histograms?.length);
    for (const { metric, values } of result) {
      if (!values) continue;
      const s = this.#seriesOf(metric);
      if (!s) continue;
      for (const [t, text] of values) {
        const i = atTick(Number(t));
        if (i >= 0 && i < this.length && s.values[i] === null) {
          s.values[i] = finite(api.number(text));
          s.lastSeen = Math.max(s.lastSeen, Number(t));
        }
      }
    }
  }

  /** Makes the grid reach over [from, to], in seconds. */
  #cover(from, to) {
    if (this.start === null) {
      this.start = from;
      this.length = Math.round((to - from) / this.step) + 1;
      return;
    }
    const before = Math.round((this.start - from) / this.step);
    if (before > 0) {
      for (const s of this.series.values()) s.values = new Array(before).fill(null).concat(s.values);
      this.start -= before * this.step;
      this.length += before;
    }
    const after = Math.round((to - this.end) / this.step);
    if (after > 0) {
      for (const s of this.series.values()) for (let i = 0; i < after; i++) s.values.push(null);
      this.length += after;
    }
  }

  #seriesOf(labels) {
    const key = keyOf(labels);
    let s = this.series.get(key);
    if (!s) {
      if (this.series.size >= MAX_SERIES) {
        this.dropped++;
        return null;
      }
      s = { key, labels, values: new Array(this.length).fill(null), lastSeen: -Infinity };
      this.series.set(key, s);
    }
    return s;
  }

  tick(tMillis, pairs) {
    const t = Math.floor(tMillis / 1000 / this.step + 1e-6) * this.step;
    if (this.start !== null && t < this.start) return;
    const late = this.start !== null && t < this.end;
    if (!late) {
      if (this.start !== null && t - this.end > this.range.seconds) {
        this.#forget();
        this.#checked = false;
      }
      if (this.start !== null && t - this.end > Math.max(this.step, stream.tickMillis / 1000) * 1.5) {
        this.#missed(this.end + this.step, t - this.step);
      }
      this.#cover(t, t);
    }
    const i = Math.round((t - this.start) / this.step);
    this.dropped = 0;
    this.distributions = false;
    pairs((labels, value) => {
      this.distributions ||= Array.isArray(value);
      const s = this.#seriesOf(labels);
      if (!s) return;
      if (!late || s.values[i] === null) s.values[i] = value === null ? null : finite(api.number(value));
      s.lastSeen = Math.max(s.lastSeen, t);
    });
    if (!late) this.#trim(t);
    this.#check(t);
    this.error = this.distributions ? DISTRIBUTIONS : null;
  }

  /** History is asked for again where the first frame shows that it lies elsewhere: after a sleep, or a wrong clock. */
  #check(t) {
    if (this.#checked || this.loading) return;
    this.#checked = true;
    if (this.start > t - this.range.seconds + 10 * this.step) this.#load();
  }

  #trim(t) {
    const from = t - this.range.seconds - this.step;
    const old = Math.floor((from - this.start) / this.step);
    if (old < 16) return;
    this.start += old * this.step;
    this.length -= old;
    for (const s of this.series.values()) s.values.splice(0, old);
    for (const [key, s] of this.series) if (s.lastSeen < this.start) this.series.delete(key);
    this.holes = this.holes.filter((hole) => hole[1] > this.start);
  }

  problem(text) {
    this.error = text;
    beatSoon();
  }

  /** The frames of these seconds were missed, by a lost connection or a slow reader: they are asked for. */
  #missed(from, to) {
    this.#gaps.push([from, to]);
    clearTimeout(this.#gapTimer);
    this.#gapTimer = setTimeout(() => this.#fillGaps(), 300);
  }

  async #fillGaps() {
    const gaps = this.#gaps.splice(0);
    const from = Math.max(this.start, Math.floor(Math.min(...gaps.map((g) => g[0])) / this.step) * this.step);
    const to = Math.ceil(Math.max(...gaps.map((g) => g[1])) / this.step) * this.step;
    if (!(to >= from)) return;
    try {
      const result = await api.queryRange(this.expr, from, to, this.step, this.#abort?.signal);
      this.#merge(result.result ?? [], from, Math.min(to, this.end), result.resultType);
    } catch (e) {
      if (e.name !== 'AbortError') this.holes.push([from - this.step, to + this.step]);
    }
    beatSoon();
  }

  /** The values of one series on a grid from `from`, `count` slots long; null where there is none. */
  slice(series, from, count) {
    const offset = Math.round((from - this.start) / this.step);
    if (offset >= 0 && offset + count <= this.length) return series.values.slice(offset, offset + count);
    const out = new Array(count).fill(null);
    for (let i = Math.max(0, -offset); i < count; i++) {
      const at = offset + i;
      if (at >= this.length) break;
      out[i] = series.values[at];
    }
    return out;
  }

  /** Each series' newest value, not older than `staleSeconds` before the grid's end. */
  *latest(staleSeconds = 3 * this.step) {
    for (const s of this.series.values()) {
      for (let i = this.length - 1; i >= 0 && (this.length - 1 - i) * this.step <= staleSeconds; i--) {
        if (s.values[i] !== null) {
          yield { labels: s.labels, value: s.values[i], time: this.start + i * this.step };
          break;
        }
      }
    }
  }

  /** The newest value of a result that should be one number, or null. */
  one(staleSeconds) {
    for (const { value } of this.latest(staleSeconds)) return value;
    return null;
  }

  /** Second of the newest point of any series, or null. */
  lastSeen() {
    let last = -Infinity;
    for (const s of this.series.values()) last = Math.max(last, s.lastSeen);
    return last === -Infinity ? null : last;
  }
}

const finite = (v) => (Number.isFinite(v) ? v : null);

const tracks = new Map();

/** The track of a query over a range, shared by all who draw it; give it back with `release`. */
export function acquire(expr, range) {
  const key = `${range.name}\u0001${range.from ?? ''}\u0001${range.to ?? ''}\u0001${expr}`;
  let track = tracks.get(key);
  if (!track) {
    track = new Track(expr, range);
    track.key = key;
    tracks.set(key, track);
    track.begin();
  }
  track.users++;
  return track;
}

export function release(track) {
  if (--track.users > 0) return;
  track.finish();
  tracks.delete(track.key);
}
