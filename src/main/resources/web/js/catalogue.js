// What arrives: every metric's name and kind. Asked for at each tick while the answer is short; once it is long, when
// the number of series has changed: a metric pushed for the first time is on the page a second later either way.

import * as api from './api.js';
import { rangeOf } from './range.js';
import { stream } from './stream.js';
import { acquire } from './track.js';
import { unitOf } from './units.js';

/** So many metrics make a short answer. */
const SHORT = 500;
/** With a long answer, or none to the question below, it is asked for this often all the same. */
const LONG_EVERY_MILLIS = 15_000;
const LEAST_MILLIS = 700;
/** At most this share of the time goes into asking. */
const SHARE = 0.25;
const SERIES_COUNT = 'sum(tocsin_series)';

/** Plain series that stand beside a distribution for people who write `latency_p99`; the distribution itself is shown. */
const DERIVED = /_(p50|p75|p90|p95|p99|p999|min|max|avg|count|sum|bucket)$/;

/** Series that rules and Tocsin itself record have no metadata; their names are asked for this often. */
const NAMES_EVERY_MILLIS = 10_000;

const listeners = new Set();
let unpushed = [];
let namesAt = 0;
let metrics = new Map();
let loaded = false;
let error = null;
let busy = false;
let nextAt = 0;
let askedAt = 0;
let counter = null;
let count = null;

/** `listener({metrics, loaded, error})` at each change; `metrics` maps a name to `{name, kind, unit, help, fresh}`. */
export function onCatalogue(listener) {
  listeners.add(listener);
  listener({ metrics, loaded, error });
  refresh();
  return () => listeners.delete(listener);
}

/** Settles once there is an answer, good or bad. */
export function whenKnown() {
  if (loaded || error) return Promise.resolve();
  return new Promise((settle) => {
    const stop = onCatalogue((c) => {
      if (!c.loaded && !c.error) return;
      queueMicrotask(() => stop());
      settle();
    });
  });
}

export function catalogue() {
  return metrics;
}

/** Kinds are Prometheus' words: counter, gauge, histogram (a distribution), or unknown. */
function kindOf(name, type) {
  if (type === 'counter' || type === 'gauge') return type;
  if (type === 'histogram' || type === 'gaugehistogram' || type === 'summary' || type === 'distribution')
    return 'histogram';
  if (type === 'set') return 'set';
  return name.endsWith('_total') ? 'counter' : 'gauge';
}

function isDue() {
  if (metrics.size < SHORT || Date.now() - askedAt > LONG_EVERY_MILLIS) return true;
  counter ??= acquire(SERIES_COUNT, rangeOf({}));
  const now = counter.one();
  const changed = now !== count;
  count = now;
  return changed;
}

async function refresh() {
  if (busy || document.hidden || listeners.size === 0 || Date.now() < nextAt || !isDue()) return;
  busy = true;
  askedAt = Date.now();
  const began = performance.now();
  try {
    const raw = (await api.metadata()) ?? {};
    if (Date.now() - namesAt > NAMES_EVERY_MILLIS) {
      namesAt = Date.now();
      unpushed = (await api.labelValues('__name__').catch(() => [])).filter(
        (name) => !raw[name] && !/_bucket$/.test(name),
      );
    }
    for (const name of unpushed) raw[name] ??= [{ type: /_(total|count|sum)$/.test(name) ? 'counter' : 'gauge' }];
    const changed = take(raw);
    if (changed || !loaded || error) {
      loaded = true;
      error = null;
      tell();
    }
  } catch (e) {
    if (error !== e.message) {
      error = e.message;
      tell();
    }
  } finally {
    busy = false;
    nextAt = Date.now() + Math.max(LEAST_MILLIS, (performance.now() - began) / SHARE);
  }
}

function take(raw) {
  let changed = false;
  const now = new Map();
  for (const [name, entries] of Object.entries(raw)) {
    const { type, unit = '', help = '' } = entries[0] ?? {};
    if (name.startsWith('ALERTS') || isDerived(name, raw)) continue;
    const before = metrics.get(name);
    const kind = kindOf(name, type);
    if (before?.kind === kind) now.set(name, before);
    else {
      changed = true;
      now.set(name, {
        name,
        kind,
        unit: unitOf(name, kind, unit),
        help,
        fresh: loaded && metrics.size > 0 ? Date.now() : 0,
      });
    }
  }
  if (now.size !== metrics.size) changed = true;
  metrics = now;
  return changed;
}

function isDerived(name, raw) {
  if (!DERIVED.test(name)) return false;
  const type = raw[name.replace(DERIVED, '')]?.[0]?.type;
  return type !== undefined && kindOf('', type) === 'histogram';
}

function tell() {
  for (const l of listeners) l({ metrics, loaded, error });
}

stream.watch((s, tick) => {
  if (tick !== null) refresh();
});
setInterval(() => stream.state.name !== 'live' && refresh(), 3000);
