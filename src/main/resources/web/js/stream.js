// The page's one SSE connection. All queries in view share it; when they change, a new connection is opened beside the
// old one, which is closed at the new one's first frame, so that no second is lost between them.

import { serverNow } from './api.js';

/** More queries than this are asked for by polling instead; see `Track`. */
const MAX_QUERIES = 64;
/** Addresses longer than this are refused by servers and proxies. */
const MAX_URL = 15_000;
/** A query that nobody watches any more stays on the connection this long, so that scrolling does not reconnect. */
const LINGER_MILLIS = 15_000;
const SETTLE_MILLIS = 120;
/** So long after a frame was due, the connection is taken for dead. */
const SILENCE_MILLIS = 11_000;
/** A hidden page gives its connection back: browsers allow six per host, over all tabs. */
const HIDDEN_MILLIS = 30_000;

/** What queries add to the address. */
function lengthOf(queries) {
  return queries.reduce((n, q) => n + 7 + encodeURIComponent(q).length, 0);
}

class Connection {
  #source;
  #series;
  #watchdog = 0;

  constructor(queries, lastEventId, owner) {
    this.queries = queries;
    this.opened = false;
    this.frames = 0;
    this.#series = queries.map(() => new Map());
    const params = new URLSearchParams();
    for (const q of queries) params.append('query', q);
    if (lastEventId) params.append('lastEventId', lastEventId);
    this.url = `/api/v1/stream?${params}`;
    this.#source = new EventSource(this.url);
    const on = (type, act) =>
      this.#source.addEventListener(type, (e) => {
        this.#feedWatchdog(owner);
        act(e.data === undefined ? null : JSON.parse(e.data));
      });
    this.#source.onopen = () => {
      this.opened = true;
      this.#feedWatchdog(owner);
      owner.opened(this);
    };
    this.#source.onerror = () => owner.failed(this, this.#source.readyState === EventSource.CLOSED);
    on('series', ({ query, series }) => {
      for (const { id, labels } of series) this.#series[query]?.set(id, labels);
    });
    on('pace', ({ millis }) => (owner.tickMillis = millis));
    on('tick', (frame) => {
      this.frames++;
      owner.tick(this, frame);
    });
    on('problem', ({ query, error }) => owner.problem(this, query, error));
    on('skipped', ({ frames }) => owner.skipped(frames));
    this.#feedWatchdog(owner);
  }

  labels(query, id) {
    return this.#series[query]?.get(id);
  }

  #feedWatchdog(owner) {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => owner.silent(this), SILENCE_MILLIS + owner.tickMillis);
  }

  close() {
    clearTimeout(this.#watchdog);
    this.#source.close();
  }
}

/**
 * Delivers the frames of queries to their listeners: `tick(tMillis, pairs)`, where `pairs(visit)` calls
 * `visit(labels, value)`; `problem(text)`. That a frame was missed shows in the ticks themselves.
 *
 * States: connecting, live, catching up (frames older than now are coming in), lost (with `since`), idle (hidden).
 */
class Stream {
  #wanted = new Map();
  #lingering = new Map();
  #current = null;
  #next = null;
  #settle = 0;
  #retry = 0;
  #attempts = 0;
  #listeners = new Set();
  #hidden = 0;
  #state = { name: 'connecting', since: null, detail: '' };
  lastTick = null;
  /** From one frame to the next: a second, or a tick where ticks are longer. */
  tickMillis = 1000;
  /** Frames that the server left out because this page read too slowly. */
  skippedFrames = 0;

  constructor() {
    document.addEventListener('visibilitychange', () => {
      clearTimeout(this.#hidden);
      if (document.hidden) this.#hidden = setTimeout(() => this.#sleep(), HIDDEN_MILLIS);
      else if (this.#state.name === 'idle') {
        this.#become('connecting');
        this.#open();
      }
    });
  }

  get state() {
    return this.#state;
  }

  get size() {
    return this.#wanted.size;
  }

  /** `listener(state)` at each change, `listener(state, tickMillis)` at each frame. */
  watch(listener) {
    this.#listeners.add(listener);
    listener(this.#state, null);
    return () => this.#listeners.delete(listener);
  }

  /** @returns a function that ends it, or null where the connection carries all it can */
  subscribe(expr, sink) {
    let sinks = this.#wanted.get(expr);
    if (!sinks) {
      if (this.#wanted.size >= MAX_QUERIES) return null;
      if (lengthOf([...this.#wanted.keys(), expr]) > MAX_URL) return null;
      this.#wanted.set(expr, (sinks = new Set()));
      this.#lingering.delete(expr);
      this.#settleSoon();
    }
    sinks.add(sink);
    return () => {
      sinks.delete(sink);
      if (sinks.size === 0 && this.#wanted.get(expr) === sinks) {
        this.#wanted.delete(expr);
        this.#lingering.set(expr, Date.now() + LINGER_MILLIS);
        setTimeout(() => this.#settleSoon(), LINGER_MILLIS + 50);
      }
    };
  }

  #settleSoon() {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#reconcile(), SETTLE_MILLIS);
  }

  #reconcile() {
    const now = Date.now();
    for (const [expr, until] of this.#lingering) if (until <= now) this.#lingering.delete(expr);
    const carried = new Set((this.#next ?? this.#current)?.queries ?? []);
    const missing = [...this.#wanted.keys()].some((q) => !carried.has(q));
    const idle = [...carried].filter((q) => !this.#wanted.has(q) && !this.#lingering.has(q)).length;
    if (missing || idle > 0) this.#open();
  }

  #queries() {
    const out = [];
    let length = 0;
    // In one order, so that browsers which look at the same share one subscription on the server.
    for (const q of [...[...this.#wanted.keys()].sort(), ...[...this.#lingering.keys()].sort()]) {
      length += lengthOf([q]);
      if (out.length >= MAX_QUERIES || length > MAX_URL) break;
      out.push(q);
    }
    return out;
  }

  #open(lastEventId = null) {
    clearTimeout(this.#retry);
    this.#next?.close();
    this.#next = null;
    const queries = this.#queries();
    if (queries.length === 0) {
      this.#current?.close();
      this.#current = null;
      return;
    }
    this.#next = new Connection(queries, lastEventId, this);
  }

  #sleep() {
    this.#current?.close();
    this.#next?.close();
    this.#current = this.#next = null;
    clearTimeout(this.#retry);
    this.#become('idle');
  }

  opened(connection) {
    if (connection === this.#next && !this.#current) this.#promote();
  }

  #promote() {
    this.#current?.close();
    this.#current = this.#next;
    this.#next = null;
    this.#attempts = 0;
  }

  failed(connection, closed) {
    if (connection !== this.#current && connection !== this.#next) return;
    if (connection === this.#current || !this.#current) this.#lose();
    if (!closed) return;
    connection.close();
    if (connection === this.#next) this.#next = null;
    else this.#current = null;
    const wait = Math.min(15_000, 1000 * 2 ** this.#attempts++);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(this.lastTick), wait);
  }

  silent(connection) {
    if (connection !== this.#current && connection !== this.#next) return;
    this.#lose();
    connection.close();
    if (connection === this.#current) this.#current = null;
    this.#open(this.lastTick);
  }

  #lose() {
    if (this.#state.name !== 'lost') this.#become('lost', this.lastTick ?? serverNow());
  }

  #become(name, since = null) {
    if (this.#state.name === name) return;
    this.#state = { name, since };
    for (const l of this.#listeners) l(this.#state, null);
  }

  tick(connection, { t, v }) {
    if (connection === this.#next) this.#promote();
    if (connection !== this.#current) return;
    const before = this.lastTick;
    if (before !== null && t > before) {
      const gap = t - before;
      if (connection.frames > 1 && gap < 60_000) this.tickMillis = Math.min(gap, this.tickMillis * 2);
    }
    if (before === null || t > before) this.lastTick = t;
    connection.queries.forEach((expr, i) => {
      const sinks = this.#wanted.get(expr);
      if (!sinks) return;
      const row = v[i] ?? [];
      const pairs = (visit) => {
        for (let k = 0; k + 1 < row.length; k += 2) {
          const labels = connection.labels(i, row[k]);
          if (labels) visit(labels, row[k + 1]);
        }
      };
      for (const sink of sinks) sink.tick(t, pairs);
    });
    this.#become(serverNow() - t > 5000 + this.tickMillis ? 'catching up' : 'live');
    for (const l of this.#listeners) l(this.#state, t);
  }

  skipped(frames) {
    this.skippedFrames += frames;
  }

  problem(connection, index, text) {
    const sinks = this.#wanted.get(connection.queries[index]);
    if (sinks) for (const sink of sinks) sink.problem(text);
  }
}

export const stream = new Stream();
