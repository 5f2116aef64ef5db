// Events that clients sent (`_e`, service checks): drawn on every chart, since what changed just before is often why.

import * as api from './api.js';
import { beatSoon } from './live.js';

const EVERY_MILLIS = 4000;
const MOST = 200;
/** Nobody has drawn a chart for this long: nothing is asked. */
const IDLE_MILLIS = 10_000;

let known = [];
let wanted = null;
let wantedAt = 0;
let busy = false;

/** Events from one second to another, `[{seconds, title, text, level, labels}]`; those that come later redraw. */
export function annotations(from, to) {
  const wasIdle = Date.now() - wantedAt > IDLE_MILLIS;
  wanted = wanted && !wasIdle ? [Math.min(wanted[0], from), Math.max(wanted[1], to)] : [from, to];
  wantedAt = Date.now();
  if (wasIdle) refresh();
  return known.filter((a) => a.seconds >= from && a.seconds <= to);
}

async function refresh() {
  if (busy || !wanted || document.hidden || Date.now() - wantedAt > IDLE_MILLIS) return;
  busy = true;
  try {
    const [from, to] = wanted;
    wanted = null;
    const list = (await api.annotations(from, to)) ?? [];
    const before = known.length;
    known = list.slice(-MOST).map((a) => ({ ...a, seconds: Date.parse(a.time) / 1000 }));
    if (known.length !== before) beatSoon();
  } catch {
    // Charts go on without; the connection's state is told elsewhere.
  } finally {
    busy = false;
  }
}

setInterval(refresh, EVERY_MILLIS);
