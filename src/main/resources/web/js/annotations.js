// What happened while a chart's lines ran: events that clients sent (`_e`, service checks), deployments among them, and
// alerts that fired. Drawn on every chart whose x is time, since what changed just before is often why.

import * as api from './api.js';
import { beatSoon } from './live.js';
import { rank, severityOf } from './severity.js';

const EVERY_MILLIS = 4000;
const MOST = 200;
/** Nobody has drawn a chart for this long: nothing is asked. */
const IDLE_MILLIS = 10_000;
/** Moments of a range at which it is asked which alerts fired. */
const MOMENTS = 240;
const MOST_NAMED = 3;
const DEPLOY = /\b(deploy|deployed|deployment|release|released|rollout|rollback)\b/i;

let known = [];
let spans = [];
let wanted = null;
let wantedAt = 0;
let busy = false;

/** Events from one second to another, `[{seconds, title, text, level, labels, deploy}]`; those that come later redraw. */
export function annotations(from, to) {
  want(from, to);
  return known.filter((a) => a.seconds >= from && a.seconds <= to);
}

/** When alerts fired between two seconds, `[{from, to, severity, name}]`, the least severe first. */
export function firingSpans(from, to) {
  want(from, to);
  return spans.filter((s) => s.to >= from && s.from <= to);
}

/** What happened about a second of a chart that shows `[from, to]`, in words: events, and alerts that fired. */
export function happenedAt(seconds, from, to) {
  const near = (to - from) / 80;
  const events = annotations(from, to).filter((e) => Math.abs(e.seconds - seconds) <= near);
  const fired = spans.filter((s) => s.from <= seconds && s.to >= seconds).reverse();
  return [...someOf(events.map((e) => e.title)), ...someOf(fired.map((s) => `${s.name} fires`))];
}

/** Each once, and of many only how many more there are. */
function someOf(texts) {
  const all = [...new Set(texts)];
  return all.length > MOST_NAMED ? [...all.slice(0, MOST_NAMED), `${all.length - MOST_NAMED} more`] : all;
}

function want(from, to) {
  const wasIdle = Date.now() - wantedAt > IDLE_MILLIS;
  wanted = wanted && !wasIdle ? [Math.min(wanted[0], from), Math.max(wanted[1], to)] : [from, to];
  wantedAt = Date.now();
  if (wasIdle) refresh();
}

async function refresh() {
  if (busy || !wanted || document.hidden || Date.now() - wantedAt > IDLE_MILLIS) return;
  busy = true;
  try {
    const [from, to] = wanted;
    wanted = null;
    const [events, fired] = await Promise.all([api.annotations(from, to), firedBetween(from, to)]);
    const before = JSON.stringify([known, spans]);
    known = (events ?? []).slice(-MOST).map((a) => ({ ...a, seconds: Date.parse(a.time) / 1000, deploy: isDeploy(a) }));
    spans = fired;
    if (JSON.stringify([known, spans]) !== before) beatSoon();
  } catch {
    // Charts go on without; the connection's state is told elsewhere.
  } finally {
    busy = false;
  }
}

const isDeploy = (event) => DEPLOY.test(event.title ?? '') || DEPLOY.test(Object.values(event.labels ?? {}).join(' '));

async function firedBetween(from, to) {
  const step = Math.max(1, Math.ceil((to - from) / MOMENTS));
  const start = Math.floor(from / step) * step;
  const end = Math.ceil(to / step) * step;
  const { result = [] } = await api.queryRange('ALERTS{alertstate="firing"}', start, end, step);
  return result
    .flatMap(({ metric, values }) => runs(values ?? [], step).map(([a, b]) => spanOf(metric, a, b)))
    .sort((a, b) => rank(b.severity) - rank(a.severity) || a.from - b.from)
    .slice(-MOST);
}

const spanOf = (labels, from, to) => ({ from, to, severity: severityOf(labels), name: labels.alertname ?? 'An alert' });

/** Stretches of points that follow each other without a gap, `[[first, last], …]`. */
function runs(values, step) {
  const out = [];
  for (const [t] of values) {
    const last = out.at(-1);
    if (last && Number(t) - last[1] <= step * 1.5) last[1] = Number(t);
    else out.push([Number(t), Number(t)]);
  }
  return out;
}

setInterval(refresh, EVERY_MILLIS);
