// One check, opened: where its time went over the range, what it is, its last results.

import * as api from '../api.js';
import { h, keyed, setText } from '../dom.js';
import { Panel } from '../panels/panel.js';
import { timeseries } from '../panels/timeseries.js';
import { windowSecondsOf } from '../range.js';
import { link } from '../route.js';
import { shape } from '../severity.js';
import { dateTime, duration, format } from '../units.js';

const RESULTS = 12;
const RECOVERIES = 3;

/** @returns `{name, el, update(check), destroy()}` */
export function checkDetail(check, range) {
  const { name } = check;
  const of = `{check=${JSON.stringify(name)}}`;
  const seconds = Math.max(windowSecondsOf(range), 2 * check.interval_seconds);
  const mean = (metric, by) =>
    `sum ${by} (increase(${metric}_sum${of}[${seconds}s])) / sum ${by} (increase(${metric}_count${of}[${seconds}s]))`;
  const panel = new Panel(
    {
      level: 2,
      title: 'Time taken',
      queries: [
        { expr: mean('check_duration', ''), legend: 'in all' },
        { expr: mean('check_phase_duration', 'by (phase)'), legend: '{{phase}}' },
      ],
      unit: 'ms',
      plotHeight: 144,
      bodyHeight: 168,
      keepName: true,
      note: `means of ${duration(seconds)}`,
    },
    timeseries,
  );
  panel.change(panel.spec, range);
  const facts = h('dl');
  const results = h('ul', { class: 'check-results' });
  const tried = h('ul', { class: 'check-tried' });
  const recovery = h('section', { hidden: true, 'aria-label': 'Recovery' }, h('h2', { text: 'Recovery' }), tried);
  const el = h(
    'div',
    { class: 'check-detail' },
    panel.el,
    h(
      'div',
      { class: 'check-facts' },
      facts,
      recovery,
      h('h2', { text: 'Last results' }),
      results,
      h('p', {}, h('a', { class: 'link', href: link('/explore', { q: `check_up${of}`, check: '' }), text: 'Open in Explore' })),
    ),
  );
  let shownRun = null;

  async function fetchResults() {
    const found = await api.check(name).catch(() => null);
    if (!found || !el.isConnected) return;
    const last = found.history.slice(-RESULTS).reverse();
    keyed(results, last, (r) => r.time, resultLine);
    recovery.hidden = found.recoveries.length === 0;
    keyed(tried, found.recoveries.slice(-RECOVERIES).reverse(), (r) => r.time + r.told, recoveryLine);
  }

  return {
    name,
    el,
    update(now) {
      keyed(facts, factsOf(now), ([k]) => k, factLine, (div, [, v]) => fill(div.lastChild, v));
      if (now.last?.time !== shownRun) {
        shownRun = now.last?.time;
        fetchResults();
      }
    },
    destroy() {
      panel.destroy();
      el.remove();
    },
  };
}

function factsOf(c) {
  const labels = Object.entries(c.labels).filter(([k]) => k !== 'check' && k !== 'kind');
  const facts = [
    ['Asked', `every ${duration(c.interval_seconds)}`],
    ['Since', dateTime(Date.parse(c.since))],
    ['Failures in a row', String(c.consecutive_failures)],
    ['Labels', labels.map(([k, v]) => `${k}=${v}`).join(', ')],
  ];
  if (c.depends_on.length) facts.push(['Depends on', c.depends_on]);
  return facts;
}

const factLine = ([k]) => h('div', {}, h('dt', { text: k }), h('dd'));

function fill(dd, value) {
  if (typeof value === 'string') setText(dd, value);
  else if (dd.textContent !== value.join(', ')) {
    dd.replaceChildren(
      ...value.flatMap((name, i) => [i ? ', ' : '', h('a', { class: 'link', href: link('/checks', { check: name }), text: name })]),
    );
  }
}

/** One run of the recovery action: what came of it, and behind a click what its command printed. */
function recoveryLine(r) {
  const sentence = h('span', {}, shape(r.recovered ? 'ok' : 'medium'), h('span', { text: r.told, title: dateTime(Date.parse(r.time)) }));
  return h(
    'li',
    {},
    r.output ? h('details', {}, h('summary', {}, sentence), h('pre', { class: 'expr', tabindex: '0', text: r.output })) : sentence,
  );
}

function resultLine(r) {
  return h(
    'li',
    {},
    shape(r.ok ? 'ok' : 'critical', r.ok ? 'well' : 'failed'),
    h('time', { text: dateTime(Date.parse(r.time)) }),
    h('b', { text: format(r.duration_ms, 'ms') }),
    h('span', { text: r.message, title: r.message }),
  );
}
