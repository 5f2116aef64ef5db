// Alerts and rules, asked for in step with the ticks. Polled, not streamed: browsers allow six connections per host
// over all tabs, and the page's stream takes one already.

import * as api from './api.js';
import { rank, shownAs } from './severity.js';
import { fingerprint } from './labels.js';
import { stream } from './stream.js';

const RULES_EVERY_MILLIS = 10_000;

const listeners = new Set();
let state = { alerts: [], rules: [], groups: [], latest: null, loaded: false, error: null, at: null };
let busy = false;
let rulesAt = 0;
let eager = false;
let beats = 0;

export function feed() {
  return state;
}

/** `listener(feed)` now and at each change. */
export function onAlerts(listener) {
  listeners.add(listener);
  listener(state);
  return () => listeners.delete(listener);
}

/** While the list itself is in view, alerts are asked for at every tick, not every other, and rules with them. */
export function setEager(on) {
  eager = on;
  if (on) rulesAt = 0;
  if (on) refresh();
}

async function refresh() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const [judged, held] = await Promise.all([api.alerts(), api.heldAlerts()]);
    const alerts = withHeld(judged.map(normalise), held?.alerts ?? []).filter(isTrouble).sort(byTrouble);
    let { groups } = state;
    if (Date.now() - rulesAt > (eager ? 2000 : RULES_EVERY_MILLIS)) {
      groups = await api.rules();
      rulesAt = Date.now();
    }
    const rules = groups.flatMap((g) =>
      (g.rules ?? []).map((r) => ({ ...r, group: g.name, file: g.file, interval: g.interval })),
    );
    state = { alerts, rules, groups, latest: held?.latest ?? null, loaded: true, error: null, at: api.serverNow() };
  } catch (e) {
    state = { ...state, error: e.message };
  } finally {
    busy = false;
  }
  for (const l of listeners) l(state);
}

function normalise(a) {
  const alert = { ...a, labels: a.labels ?? {}, annotations: a.annotations ?? {} };
  return {
    ...alert,
    kind: shownAs(alert),
    since: Date.parse(a.activeAt),
    number: api.number(a.value),
    id: fingerprint(alert.labels),
  };
}

/** The dead man's switch fires for as long as all is well. */
const isTrouble = (a) => a.labels.tocsin !== 'dead-mans-switch';

/** What rules say, with what the alerting side makes of it; then what only it knows: posted by others, or latched. */
function withHeld(judged, held) {
  const rest = new Map(held.map((a) => [a.fingerprint, a]));
  const all = judged.map((a) => {
    const own = a.state === 'firing' ? rest.get(a.id) : undefined;
    if (!own) return a;
    rest.delete(a.id);
    return { ...a, flapping: own.flapping, latched: own.latched, suppressed: own.state === 'suppressed', told: own.annotations };
  });
  for (const own of rest.values()) {
    if (judged.some((a) => a.id === own.fingerprint && a.resolved)) continue;
    all.push({
      ...normalise({ ...own, state: 'firing', activeAt: own.startsAt, value: null }),
      suppressed: own.state === 'suppressed',
      told: own.annotations,
    });
  }
  return all;
}

/** Whether somebody has taken it on, or ended it while its rule goes on. */
export const isAnswered = (a) => Boolean(a.acknowledged || a.resolved);

/** What makes a line of an alert another one. */
export const lineKey = (a) => [a.id, a.kind, a.acknowledged?.at, a.resolved?.at, a.flapping, a.latched, a.suppressed].join();

/** How far an alert is from needing somebody: not at all answered, taken on, held back, not firing yet, ended by hand. */
function calmness(a) {
  if (a.resolved) return 4;
  if (a.kind === 'pending') return 3;
  if (a.suppressed) return 2;
  return a.acknowledged ? 1 : 0;
}

/** What needs somebody first; among those the worst, among those the newest. */
function byTrouble(a, b) {
  return calmness(a) - calmness(b) || rank(a.kind) - rank(b.kind) || b.since - a.since || (a.id < b.id ? -1 : 1);
}

export const firing = (f) => f.alerts.filter((a) => a.kind !== 'pending' && !a.resolved);

/** The rule that an alert comes from, or undefined. */
export function ruleOf(alert, { rules } = state) {
  const named = rules.filter((r) => r.type !== 'recording' && r.name === alert.labels.alertname);
  return (
    named.find((r) => Object.entries(r.labels ?? {}).every(([k, v]) => alert.labels[k] === v || v.includes('{{'))) ??
    named[0]
  );
}

/** How many fire, by severity, worst first: `[[severity, count], …]`. */
export function bySeverity(f) {
  const counts = new Map();
  for (const a of firing(f)) counts.set(a.kind, (counts.get(a.kind) ?? 0) + 1);
  return [...counts].sort((a, b) => rank(a[0]) - rank(b[0]));
}

/** Names of metrics that firing alerts' expressions read, each with the worst severity. */
export function troubledMetrics(f) {
  const worst = new Map();
  for (const a of firing(f)) {
    const expr = ruleOf(a, f)?.query ?? '';
    for (const name of expr.match(/[a-zA-Z_:][\w:]*/g) ?? []) {
      if (!worst.has(name) || rank(a.kind) < rank(worst.get(name))) worst.set(name, a.kind);
    }
  }
  return worst;
}

stream.watch((s, tick) => {
  if (tick !== null && (eager || beats++ % 2 === 0)) refresh();
});
setInterval(() => {
  if (stream.state.name !== 'live' || !state.loaded) refresh();
}, 2000);
refresh();
