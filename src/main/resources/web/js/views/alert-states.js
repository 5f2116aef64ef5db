// How many alerts are in which state, each a button that shows those alone; where none is, when the last one was and
// whether the way to a person was tried.

import * as api from '../api.js';
import { h, keyed, setText } from '../dom.js';
import { nowSeconds } from '../live.js';
import { current, link, setParams } from '../route.js';
import { isNoData, shape } from '../severity.js';
import { duration } from '../units.js';
import { unread } from './trouble.js';

const ASK_DRILL_EVERY_MILLIS = 10_000;

/** An alert may be in several of them. */
export const STATES = [
  ['firing', 'high', (a) => a.state === 'firing' && !a.resolved],
  ['acknowledged', 'acknowledged', (a) => Boolean(a.acknowledged)],
  ['flapping', 'flapping', (a) => Boolean(a.flapping)],
  ['latched', 'latched', (a) => Boolean(a.latched)],
  ['silenced', 'silenced', (a) => Boolean(a.suppressed)],
  ['without data', 'nodata', isNoData],
  ['pending', 'pending', (a) => a.kind === 'pending'],
];

/** Whether an alert is shown where the address asks for one state. */
export function isShown(a, wanted) {
  const state = STATES.find(([word]) => word === wanted);
  return !state || state[2](a);
}

/** @returns `{el, draw(feed)}` */
export function alertStates() {
  const counts = h('div', { class: 'state-counts', role: 'group', 'aria-label': 'Show by state' });
  const calm = h('p', { class: 'calm' });
  const last = h('p', { class: 'muted' });
  const drilled = h('span');
  const drillNow = h('button', { type: 'button', class: 'button', text: 'Drill now', hidden: true, onclick: runDrill });
  const path = h('p', { class: 'muted drilled', hidden: true }, drilled, drillNow);
  const el = h('div', { class: 'alert-states' }, counts, calm, last, path);
  let drill = null;
  let askedAt = 0;

  async function askDrill() {
    askedAt = Date.now();
    drill = await api.drill().catch(() => drill);
    drawDrill();
  }

  async function runDrill() {
    drillNow.disabled = true;
    setText(drilled, 'The drill is on its way.');
    await api.drillNow().catch(() => {});
    drillNow.disabled = false;
    await askDrill();
  }

  function drawDrill() {
    path.hidden = !drill;
    drillNow.hidden = !drill?.configured;
    if (drill && !drillNow.disabled) setText(drilled, drillWords(drill));
  }

  return {
    el,
    draw(state) {
      const wanted = current().params.state;
      const shown = STATES.filter(([word, , is]) => word === wanted || state.alerts.some(is));
      keyed(counts, state.loaded ? shown : [], ([word]) => word, countButton, (button, [word, , is]) => {
        setText(button.lastChild, `${state.alerts.filter(is).length} ${word}`);
        button.setAttribute('aria-pressed', String(word === wanted));
      });
      const words = calmWords(state);
      calm.hidden = words === null;
      if (words) calm.replaceChildren(...words);
      const fires = state.alerts.some(STATES[0][2]);
      last.hidden = fires || !state.loaded;
      if (!last.hidden) last.replaceChildren(...lastWords(state.latest));
      if (fires) path.hidden = true;
      else if (Date.now() - askedAt > ASK_DRILL_EVERY_MILLIS) askDrill();
      else drawDrill();
    },
  };
}

function countButton([word, look]) {
  const toggle = () => setParams({ state: current().params.state === word ? '' : word, alert: '', answer: '' });
  return h('button', { type: 'button', class: 'button state-count', onclick: toggle }, shape(look), h('span'));
}

function calmWords(state) {
  if (state.error) return [shape('nodata'), unread(state)];
  if (!state.loaded) return ['\u00a0'];
  if (state.alerts.length > 0) return null;
  return state.rules.length === 0
    ? [shape('nodata'), 'No rule is loaded, so nothing of ours can fire.']
    : [shape('ok'), 'Nothing fires.'];
}

function lastWords(latest) {
  if (!latest) return ['No alert has fired yet.'];
  const ago = duration(Math.max(0, nowSeconds() - Date.parse(latest.at) / 1000));
  const name = h('a', { class: 'link', href: link('/alerts', { alert: latest.fingerprint }), text: latest.labels.alertname });
  return ['The last alert was ', name, `, which began ${ago} ago.`];
}

/** Whether a packet of ours reached a person, and when. */
function drillWords({ configured, receiver, last }) {
  if (!configured) return 'The way to a person is not drilled: alertmanager.yaml, key drill.';
  if (!last) return `The way to ${receiver} has not been drilled yet.`;
  const ago = duration(Math.max(0, nowSeconds() - Date.parse(last.sentAt) / 1000));
  return `The way to ${receiver} was drilled ${ago} ago: ${last.text}.`;
}
