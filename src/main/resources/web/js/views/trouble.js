// The alerts that fire, worst first, each in a line: what, where, how much, since when.

import { bySeverity, feed, firing, isAnswered, lineKey, ruleOf } from '../alerts-feed.js';
import { h, keyed, setText } from '../dom.js';
import { unitOfExpression } from '../expression-unit.js';
import { splitThreshold } from '../promql-text.js';
import { link } from '../route.js';
import { badge, shape, wordFor, wordOf } from '../severity.js';
import { nowSeconds } from '../live.js';
import { clockTime, duration, format } from '../units.js';

/** Lines at most; fewer where many services want to be seen at the same glance. */
const MOST = 5;
const MOST_BESIDE_MANY = 3;
const MANY_SERVICES = 8;

/** @param servicesInView `() → number` of lines that the services take */
export function troubleSection(el, servicesInView) {
  const list = h('ul', { class: 'trouble-list' });
  const calm = h('p', { class: 'calm' });
  const counts = h('span', { class: 'trouble-counts' });
  const more = h('a', { class: 'link' });
  const head = h('header', { hidden: true }, h('h2', { text: 'Firing' }), counts, more);
  el.append(head, list, calm);

  return {
    draw() {
      const state = feed();
      const bad = firing(state);
      const pending = state.alerts.filter((a) => a.state === 'pending').length;
      const most = servicesInView() > MANY_SERVICES ? MOST_BESIDE_MANY : MOST;
      keyed(list, bad.slice(0, most), lineKey, row, update);
      head.hidden = bad.length === 0;
      keyed(
        counts,
        countsOf(state, bad),
        ([kind, words]) => `${kind} ${words}`,
        ([kind, words]) => badge(kind, words),
      );
      setText(more, bad.length > most ? `${bad.length - most} more` : 'All alerts');
      more.href = link('/alerts');
      calm.hidden = bad.length > 0 && !state.error;
      if (!calm.hidden) calm.replaceChildren(...calmWords(state, pending));
    },
    destroy() {},
  };
}

/** `[[kind, '2 critical'], …]`, worst first, then how many somebody has taken on. */
function countsOf(state, bad) {
  const taken = bad.filter(isAnswered).length;
  return [
    ...bySeverity(state).map(([kind, n]) => [kind, `${n} ${wordFor(kind)}`]),
    ...(taken ? [['ok', `${taken} acknowledged`]] : []),
  ];
}

function calmWords(state, pending) {
  if (state.error) return [shape('nodata'), unread(state)];
  if (!state.loaded) return [' '];
  const n = state.rules.filter((r) => r.type !== 'recording').length;
  const rules = n === 1 ? '1 rule' : `${n} rules`;
  return [
    shape('ok'),
    n ? `Nothing fires. ${rules} judged${pending ? `, ${pending} pending` : ''}.` : 'No rule is loaded.',
  ];
}

/** What stands where alerts cannot be asked for: as of when the list is. */
export function unread(state) {
  return state.loaded ? `Alerts as of ${clockTime(state.at)}. ${state.error}` : `Alerts cannot be read. ${state.error}`;
}

/** The labels that say where, without those that every alert has. */
function whereOf(labels, severityToo) {
  return Object.entries(labels).filter(
    ([k]) => k !== 'alertname' && k !== '__name__' && (severityToo || k !== 'severity'),
  );
}

export function chips({ labels, annotations, kind, acknowledged, resolved, flapping, latched, suppressed, told }) {
  const answer = resolved ?? acknowledged;
  const answered = answer
    ? h('span', { class: 'chip chip-answer' }, shape('acknowledged'), `${resolved ? 'resolved' : 'acknowledged'} by ${answer.by}`)
    : null;
  const since = annotations.no_data_since && kind !== 'nodata' && Date.parse(annotations.no_data_since);
  const gone = since
    ? h('span', { class: 'chip chip-nodata' }, shape('nodata'), `no data since ${clockTime(since)}`)
    : null;
  return h(
    'span',
    { class: 'chips' },
    answered,
    gone,
    flapping && stateChip('flapping', told?.flapping),
    latched && stateChip('latched', told?.latched),
    suppressed && stateChip('silenced', 'silenced, or inhibited by another alert'),
    ...whereOf(labels, kind === 'pending' || kind === 'nodata').map(([k, v]) =>
      h('span', { class: 'chip', title: `${k}=${v}` }, h('span', { text: `${k} ` }), v),
    ),
  );
}

function stateChip(state, title) {
  return h('span', { class: 'chip chip-answer', title }, shape(state), state);
}

/** The unit of the figure that an alert's rule compares. */
export function unitOfAlert(a) {
  const expr = ruleOf(a)?.query;
  return expr ? unitOfExpression(splitThreshold(expr)?.left ?? expr) : 'short';
}

function row(a) {
  const rule = ruleOf(a);
  const since = h('time', { title: new Date(a.since).toLocaleString() });
  const value = h('b');
  const summary = a.annotations.summary || a.annotations.description || rule?.query || '';
  const el = h(
    'li',
    {},
    h(
      'a',
      { href: link('/alerts', { alert: a.id }), class: `trouble-row trouble-${a.kind}` },
      badge(a.kind, wordOf(a)),
      h('strong', { text: a.labels.alertname }),
      chips(a),
      h('span', { class: 'trouble-summary', text: summary, title: summary }),
      value,
      since,
    ),
  );
  el._parts = { since, value };
  return el;
}

function update(el, a) {
  setText(el._parts.value, Number.isNaN(a.number) ? '' : format(a.number, unitOfAlert(a)));
  setText(el._parts.since, duration(nowSeconds() - a.since / 1000, true));
}
