// The page's one SSE connection. All queries in view share it, and new ones join it while it is open. When some have left
// the view for good, a new connection is opened beside the old one, which is closed at the new one's first frame, so that
// no second is lost between them.

import { serverNow } from './api.js';
import { current } from './route.js';

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

/** A screen on the wall keeps its connection, whatever its browser takes for hidden. */
const isWall = () => Boolean(current().params.wall);

/** What queries add to the address. */
function lengthOf(queries) {
  return queries.reduce((n, q) => n + 7 + encodeURIComponent(q).length, 0);
}

function address(path, queries, lastEventId) {
  const params = new URLSearchParams();
  for (const q of queries) params.append('query', q);
  if (lastEventId) params.append('lastEventId', lastEventId);
  return `${path}?${params}`;
}

/** What a connection has of the queries that were asked for at once: frames bring what changed, here is all. */
class Subscription {
  constructor(queries) {
    this.queries = queries;
    this.labels = queries.map(() => new Map());
    this.values = queries.map(() => new Map());
    this.problems = queries.map(() => null);
  }

  apply({ whole, v, gone = {} }) {
    if (whole) this.values.forEach((each) => each.clear());
    for (const [query, ids] of Object.entries(gone)) for (const id of ids) this.values[query].delete(id);
    for (const [query, row] of Object.entries(v)) {
      for (let k = 0; k + 1 < row.length; k += 2) this.values[query].set(row[k], row[k + 1]);
    }
  }

  /** Calls `visit(labels, value)` for each series that the query has now. */
  pairs(query, visit) {
    for (const [id, value] of this.values[query]) {
      const labels = this.labels[query].get(id);
      if (labels) visit(labels, value);
    }
  }
}

class Connection {
  #source;
  #asked;
  #name = null;
  #subscriptions = new Map();
  #watchdog = 0;

  constructor(queries, lastEventId, owner) {
    this.#asked = queries;
    this.queries = new Set(queries);
    this.#source = new EventSource(address('/api/v1/stream', queries, lastEventId));
    const on = (type, act) =>
      this.#source.addEventListener(type, (e) => {
        this.#feedWatchdog(owner);
        act(e.data === undefined ? null : JSON.parse(e.data));
      });
    this.#source.onopen = () => {
      this.#feedWatchdog(owner);
      owner.opened(this);
    };
    this.#source.onerror = () => owner.failed(this, this.#source.readyState === EventSource.CLOSED);
    on('connection', ({ name, millis }) => {
      // The browser has connected again by itself: the server knows only what stands in the address.
      const again = this.#name !== null;
      this.#name = name;
      this.#subscriptions.clear();
      this.queries = new Set(this.#asked);
      owner.tickMillis = millis;
      if (again) owner.begunAnew();
    });
    on('queries', ({ s, queries }) => this.#subscriptions.set(s, new Subscription(queries)));
    on('series', ({ s, query, series }) => {
      for (const { id, labels } of series) this.#subscriptions.get(s).labels[query].set(id, labels);
    });
    on('tick', (frame) => {
      const subscription = this.#subscriptions.get(frame.s);
      subscription.apply(frame);
      owner.tick(this, subscription, frame.t);
    });
    on('problem', ({ s, query, error }) => (this.#subscriptions.get(s).problems[query] = error));
    on('skipped', ({ frames }) => owner.skipped(frames));
    this.#feedWatchdog(owner);
  }

  /** Whether queries can join it. */
  get isOpen() {
    return this.#name !== null && this.#source.readyState === EventSource.OPEN;
  }

  /** @returns whether the server has taken them */
  async join(queries) {
    for (const q of queries) this.queries.add(q);
    try {
      const answer = await fetch(address(`/api/v1/stream/${this.#name}`, queries), { method: 'POST' });
      // An answer that is not read to its end holds one of the few connections that browsers allow to a host.
      await answer.text();
      return answer.ok;
    } catch {
      return false;
    }
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
      if (document.hidden && !isWall()) this.#hidden = setTimeout(() => this.#sleep(), HIDDEN_MILLIS);
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
    const connection = this.#next ?? this.#current;
    const carried = connection?.queries ?? new Set();
    const missing = [...this.#wanted.keys()].filter((q) => !carried.has(q));
    const idle = [...carried].some((q) => !this.#wanted.has(q) && !this.#lingering.has(q));
    if (missing.length > 0 && !idle && connection?.isOpen && carried.size + missing.length <= MAX_QUERIES) {
      this.#join(connection, missing);
    } else if (missing.length > 0 || idle) this.#open();
  }

  async #join(connection, queries) {
    const joined = await connection.join(queries);
    if (!joined && (connection === this.#current || connection === this.#next)) this.#open();
  }

  /** The connection came back with what it was opened with: what joined it later has to join it again. */
  begunAnew() {
    this.#settleSoon();
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

  tick(connection, subscription, t) {
    if (connection === this.#next) this.#promote();
    if (connection !== this.#current) return;
    const newest = this.lastTick === null || t > this.lastTick;
    if (newest) this.lastTick = t;
    subscription.queries.forEach((expr, query) => {
      const problem = subscription.problems[query];
      for (const sink of this.#wanted.get(expr) ?? []) {
        sink.tick(t, (visit) => subscription.pairs(query, visit));
        if (problem !== null) sink.problem(problem);
      }
    });
    this.#become(serverNow() - t > 5000 + this.tickMillis ? 'catching up' : 'live');
    if (newest) for (const l of this.#listeners) l(this.#state, t);
  }

  skipped(frames) {
    this.skippedFrames += frames;
  }
}

export const stream = new Stream();
