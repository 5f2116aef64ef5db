// What a draft would have done: how often, how long, how much at night, against the rules in force; each firing on a
// chart of what is compared, and in a line.

import { h, keyed } from '../dom.js';
import { unitOfExpression } from '../expression-unit.js';
import { Panel } from '../panels/panel.js';
import { timeseries } from '../panels/timeseries.js';
import { splitThreshold } from '../promql-text.js';
import { rangeOf, spanning } from '../range.js';
import { current, link } from '../route.js';
import { badge, severityOf, shape, wordFor } from '../severity.js';
import { number } from '../api.js';
import { dateTime, duration, format } from '../units.js';

const MOST_CHARTS = 4;
const MOST_LINES = 100;
const SHORT_SECONDS = 120;
const NIGHT_BEGINS = 22;
const NIGHT_ENDS = 6;

export function verdict() {
  const tally = h('div');
  const charts = h('div', { class: 'rule-charts' });
  const lines = h('div');
  const el = h('div', { class: 'rule-result' }, tally, charts, lines);
  let panels = [];
  let shown = null;

  function clear() {
    panels.forEach((p) => p.destroy());
    panels = [];
    shown = null;
    tally.replaceChildren();
    charts.replaceChildren();
    lines.replaceChildren();
    el.classList.remove('is-waiting');
  }

  function rangeFor(params) {
    const [from, to] = [shown.from, shown.to].map((t) => Date.parse(t) / 1000);
    return params.from ? rangeOf(params) : spanning(from, to);
  }

  return {
    el,
    clear,
    /** What stood there is of the draft before. */
    wait: () => el.classList.add('is-waiting'),
    zoom(params) {
      if (shown) for (const p of panels) p.change(p.spec, rangeFor(params));
    },
    show(result, params) {
      clear();
      shown = result;
      tally.append(tallyTable(result));
      if (result.failures > 0)
        tally.append(
          h('p', { class: 'query-error', text: `${result.failures} judgings failed, the last: ${result.lastError}` }),
        );
      const alerts = result.rules.filter((r) => r.type === 'alerting');
      for (const rule of alerts.slice(0, MOST_CHARTS)) panels.push(chartOf(rule, result));
      charts.append(...panels.map((p) => p.el));
      for (const p of panels) p.change(p.spec, rangeFor(params));
      lines.append(firingTable(result));
    },
  };
}

function chartOf(rule, result) {
  const cut = splitThreshold(rule.query);
  const expr = cut?.left ?? rule.query;
  const own = result.firings.filter((f) => isOf(f, rule));
  const words = own.length === 1 ? '1 firing' : `${own.length} firings`;
  return new Panel(
    {
      title: rule.name,
      hint: words,
      href: link('/explore', { q: expr, yaml: '', name: '', expr: '' }),
      level: 3,
      unit: unitOfExpression(expr),
      queries: [{ expr }],
      keepName: true,
      thresholds: cut ? [{ value: cut.threshold, severity: 'critical' }] : [],
      spans: own.map((f) => ({ ...secondsOf(f, result), severity: severityOf(f.labels) })),
      plotHeight: 192,
      bodyHeight: 216,
      whenEmpty: 'The expression yields nothing in this time',
    },
    timeseries,
  );
}

/** Whether a firing is of this rule: rules of one name differ in their labels. */
const isOf = (f, rule) =>
  f.rule === rule.name &&
  Object.entries(rule.labels).every(([k, v]) => v.includes('{{') || f.labels[k] === v || v === '');

const secondsOf = (f, result) => ({ from: Date.parse(f.startsAt) / 1000, to: Date.parse(f.endsAt ?? result.to) / 1000 });

/** Draft and rules in force side by side. */
function tallyTable({ draft, inForce, added, removed }) {
  const row = (name, t) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', text: name }),
      ...[
        String(t.firings),
        String(t.atNight),
        String(t.shorterThanTwoMinutes),
        t.firings ? duration(t.firingSeconds) : '–',
      ].map((text) => h('td', { class: 'num', text })),
    );
  const change =
    inForce.rules === 0
      ? 'No rule of that name is in force: each firing is new.'
      : added.length + removed.length === 0
        ? 'The same firings as the rules in force.'
        : `Against the rules in force: ${added.length} new, ${removed.length} gone.`;
  return h(
    'div',
    { class: 'rule-tally' },
    h(
      'div',
      { class: 'table-wrap' },
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, h('span', { class: 'sr', text: 'Which' })),
            ...['Firings', 'At night (22–6)', 'Under 2 min', 'In all'].map((text) =>
              h('th', { class: 'num', scope: 'col', text }),
            ),
          ),
        ),
        h('tbody', {}, row('This draft', draft), inForce.rules > 0 && row('In force', inForce)),
      ),
    ),
    h('p', { class: 'rule-change muted', text: change }),
  );
}

function firingTable(result) {
  const { firings, removed } = result;
  const isNew = new Set(result.added.map(identity));
  const all = [...firings.map((f) => [f, isNew.has(identity(f)) ? 'new' : '']), ...removed.map((f) => [f, 'gone'])];
  all.sort(([a], [b]) => Date.parse(b.startsAt) - Date.parse(a.startsAt));
  if (all.length === 0) return h('p', { class: 'calm' }, shape('ok'), 'It would not have fired.');
  const body = h('tbody');
  keyed(body, all.slice(0, MOST_LINES), ([f, mark]) => `${identity(f)} ${mark}`, ([f, mark]) => line(f, mark, result));
  return h(
    'div',
    { class: 'rule-firings table-wrap', tabindex: '0', role: 'group', 'aria-label': 'Firings' },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...['Severity', 'Alert', 'Started'].map((text) => h('th', { scope: 'col', text })),
          ...['Duration', 'Peak'].map((text) => h('th', { class: 'num', scope: 'col', text })),
          h('th', { scope: 'col' }, h('span', { class: 'sr', text: 'Remarks' })),
        ),
      ),
      body,
    ),
    all.length > MOST_LINES && h('p', { class: 'muted table-more', text: `${all.length - MOST_LINES} more before these` }),
  );
}

const identity = (f) => `${f.startsAt} ${JSON.stringify(f.labels)}`;

function line(f, mark, result) {
  const { from, to } = secondsOf(f, result);
  const around = Math.max(300, (to - from) * 2);
  const rule = result.rules.find((r) => isOf(f, r));
  const unit = rule ? unitOfExpression(splitThreshold(rule.query)?.left ?? rule.query) : 'short';
  const hour = new Date(from * 1000).getHours();
  const { alertname: _, severity: __, ...where } = f.labels;
  const remarks = [
    mark,
    (hour >= NIGHT_BEGINS || hour < NIGHT_ENDS) && 'at night',
    f.endsAt && f.durationSeconds < SHORT_SECONDS && 'short',
    !f.endsAt && 'goes on',
  ].filter(Boolean);
  const severity = severityOf(f.labels);
  return h(
    'tr',
    { class: mark === 'gone' ? 'is-gone' : null },
    h('td', {}, badge(severity, f.labels.severity ?? wordFor(severity))),
    h(
      'td',
      {},
      h(
        'span',
        { class: 'chips' },
        h('strong', { text: f.rule }),
        ...Object.entries(where).map(([k, v]) => h('span', { class: 'chip' }, h('span', { text: `${k} ` }), v)),
      ),
    ),
    h(
      'td',
      {},
      h('a', {
        class: 'link',
        title: 'Look at it closely',
        href: link('/rule', {
          ...current().params,
          from: Math.round((from - around) * 1000),
          to: Math.round((to + around) * 1000),
        }),
        text: dateTime(from * 1000),
      }),
    ),
    h('td', { class: 'num', text: duration(f.durationSeconds) }),
    h('td', { class: 'num', text: format(number(f.peak), unit) }),
    h('td', { class: 'muted', text: remarks.join(', ') }),
  );
}
