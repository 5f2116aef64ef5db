// Everything that fires, has no data, or waits out its `for`; then the rules that judge. One alert opens in place: its
// expression around the breach, its labels, what its author wrote.

import { answers, outsideDetail } from '../alert-answers.js';
import { feed, isAnswered, lineKey, onAlerts, ruleOf, setEager } from '../alerts-feed.js';
import { h, keyed, setText } from '../dom.js';
import { unitOfExpression } from '../expression-unit.js';
import { nowSeconds, onBeat } from '../live.js';
import { keyOf } from '../labels.js';
import { logLines } from '../log-lines.js';
import { Panel } from '../panels/panel.js';
import { timeseries } from '../panels/timeseries.js';
import { splitThreshold } from '../promql-text.js';
import { rangeOf } from '../range.js';
import { current, link, setParams } from '../route.js';
import { badge, severityOf, shape, wordOf } from '../severity.js';
import { onCatalogue, whenKnown } from '../catalogue.js';
import { clockTime, dateTime, duration, format } from '../units.js';
import { alertStates, isShown } from './alert-states.js';
import { paste } from './first-steps.js';
import { chips, unitOfAlert } from './trouble.js';

const RULE_EXAMPLE = `groups:
  - name: api
    rules:
      - alert: LatencyHigh
        expr: histogram_quantile(0.99, sum by (route) (rate(api_latency[10s]))) > 200
        for: 10s
        labels: { severity: critical }
        annotations: { summary: "p99 of {{ $labels.route }} is {{ $value | humanize }} ms" }`;

export function alertsView(root, route) {
  const states = alertStates();
  const list = h('ul', { class: 'alert-list' });
  const taught = h('div', { hidden: true });
  const ruleBody = h('tbody');
  const ruleCount = h('span', { class: 'muted' });
  const rules = h(
    'section',
    { class: 'rules', 'aria-label': 'Rules' },
    h('header', {}, h('h2', { text: 'Rules' }), ruleCount),
    h(
      'div',
      { class: 'table-wrap', tabindex: '0' },
      h(
        'table',
        { class: 'rules-table' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...[
              ['State', ''],
              ['Rule', ''],
              ['Expression', ''],
              ['For', 'num'],
              ['Took', 'num'],
            ].map(([t, c]) => h('th', { text: t, class: c, scope: 'col' })),
          ),
        ),
        ruleBody,
      ),
    ),
  );
  const elsewhere = h('div');
  root.append(h('h1', { class: 'sr', text: 'Alerts' }), states.el, elsewhere, list, taught, rules);

  let params = route.params;
  let detail = null;
  /** Whether metrics' kinds are known, and with them the units of a chart. */
  let unitsKnown = false;

  function draw() {
    const state = feed();
    states.draw(state);
    const shown = state.alerts.filter((a) => a.id === params.alert || isShown(a, params.state));
    keyed(list, shown, lineKey, alertRow, updateRow);
    if (unitsKnown) openDetail(state);
    const empty = state.loaded && state.rules.length === 0;
    taught.hidden = !empty;
    if (empty && !taught.hasChildNodes()) taught.append(teach());
    rules.hidden = state.rules.length === 0;
    setText(
      ruleCount,
      `${state.rules.length} in ${state.groups.length} ${state.groups.length === 1 ? 'group' : 'groups'}`,
    );
    keyed(
      ruleBody,
      ordered(state.rules),
      (r) => `${r.file}\u0001${r.group}\u0001${r.name}\u0001${r.query}\u0001${keyOf(r.labels ?? {})}`,
      ruleRow,
      updateRule,
    );
  }

  function openDetail(state) {
    const wanted = params.alert ? state.alerts.find((a) => a.id === params.alert) : null;
    const outside = params.alert && !wanted && state.loaded;
    if (detail && (detail.id !== params.alert || detail.isOutside !== Boolean(outside))) {
      detail.destroy();
      detail = null;
    }
    detail?.update();
    if (outside && !detail) {
      detail = outsideDetail(params.alert, params.answer);
      elsewhere.append(detail.el);
    }
    if (!wanted) return;
    const row = [...list.children].find((li) => li._parts.id === wanted.id);
    detail ??= makeDetail(wanted, ruleOf(wanted, state), params.answer);
    if (row && detail.el.parentNode !== row) row.append(detail.el);
    for (const li of list.children) li.firstChild.setAttribute('aria-expanded', String(li === row));
  }

  setEager(true);
  whenKnown().then(() => {
    unitsKnown = true;
    if (root.contains(list)) draw();
  });
  const acknowledge = (e) => {
    const typing = e.target.closest?.('input, textarea, select');
    if (e.key !== 'a' || e.defaultPrevented || typing || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    const selected = document.activeElement?.closest?.('.alert-list > li')?._parts.id;
    if (selected && selected !== detail?.id) setParams({ alert: selected, answer: 'ack' });
    else if (detail) detail.open('ack');
    else {
      const first = feed().alerts.find((a) => a.state === 'firing' && !isAnswered(a));
      if (first) setParams({ alert: first.id, answer: 'ack' });
    }
  };
  addEventListener('keydown', acknowledge);
  const stops = [() => removeEventListener('keydown', acknowledge), onAlerts(draw), onBeat(() => tickAges(list)), onCatalogue(() => {})];
  return {
    update(next) {
      params = next.params;
      draw();
    },
    unmount() {
      setEager(false);
      stops.forEach((s) => s());
      detail?.destroy();
    },
  };
}

function toggle(a) {
  setParams({ alert: current().params.alert === a.id ? '' : a.id, answer: '' });
}

function alertRow(a) {
  const since = h('time', { title: new Date(a.since).toLocaleString() });
  const value = h('b');
  const text = a.annotations.summary || a.annotations.description || ruleOf(a)?.query || '';
  const button = h(
    'button',
    { class: `trouble-row trouble-${a.kind}`, 'aria-expanded': 'false', onclick: () => toggle(a) },
    badge(a.kind, wordOf(a)),
    h('strong', { text: a.labels.alertname }),
    chips(a),
    h('span', { class: 'trouble-summary', text, title: text }),
    value,
    since,
  );
  const li = h('li', {}, button);
  li._parts = { since, value, id: a.id };
  return li;
}

function updateRow(li, a) {
  li._alert = a;
  setText(li._parts.value, Number.isNaN(a.number) ? '' : format(a.number, unitOfAlert(a)));
  age(li);
}

function age(li) {
  setText(li._parts.since, duration(nowSeconds() - li._alert.since / 1000, true));
}

function tickAges(list) {
  for (const li of list.children) age(li);
}

function makeDetail(a, rule, asked) {
  const said = answers(a.id, asked);
  const expr = rule?.query ?? '';
  const cut = splitThreshold(expr);
  const drawn = cut?.left ?? expr;
  const parts = [];
  let panel = null;
  if (drawn) {
    const near = spanAround(a.since);
    panel = new Panel(
      {
        level: 2,
        title: cut ? `Compared: ${cut.op} ${cut.threshold}` : 'Expression',
        queries: [{ expr: drawn }],
        unit: unitOfExpression(drawn),
        thresholds: cut ? [{ value: cut.threshold, severity: severityOf(a.labels) }] : [],
        plotHeight: 176,
        bodyHeight: 200,
        keepName: true,
        only: (labels) =>
          Object.entries(labels).every(([k, v]) => k === '__name__' || a.labels[k] === undefined || a.labels[k] === v),
        mark: a.since / 1000,
      },
      timeseries,
    );
    panel.change(panel.spec, near);
    parts.push(panel.el);
  }
  const facts = [
    ['Since', `${dateTime(a.since)}`],
    ['Labels', Object.entries(a.labels).map(([k, v]) => `${k}="${v}"`).join(', ')],
    ['Rule', rule ? `${rule.group}${rule.file ? ` in ${rule.file}` : ''}` : 'none of ours: posted by others, or not loaded any more'],
    ...(a.annotations.no_data_since ? [['No data since', dateTime(Date.parse(a.annotations.no_data_since))]] : []),
    ...(rule ? [['For', rule.duration ? duration(rule.duration) : 'at once']] : []),
    ...Object.entries({ ...a.annotations, ...a.told }).filter(([k]) => k !== 'summary' && k !== 'no_data_since'),
  ];
  const el = h(
    'div',
    { class: 'alert-detail' },
    said.el,
    ...parts,
    h(
      'div',
      { class: 'alert-facts' },
      h(
        'dl',
        {},
        ...facts.flatMap(([k, v]) => [
          h('dt', { text: k[0].toUpperCase() + k.slice(1).replace(/_/g, ' ') }),
          h('dd', {}, linkified(v)),
        ]),
      ),
      expr && h('pre', { class: 'expr', text: expr }),
      logLines(expr, a.labels),
      h(
        'p',
        { class: 'alert-links' },
        drawn && h('a', { class: 'link', href: link('/explore', { q: drawn, alert: '' }), text: 'Open in Explore' }),
        a.labels.check &&
          h('a', {
            class: 'link',
            href: link('/checks', { check: a.labels.check, alert: '', state: '' }),
            text: `The check ${a.labels.check}`,
          }),
        a.labels.service &&
          h('a', {
            class: 'link',
            href: link('/', { service: a.labels.service, alert: '' }),
            text: `All of ${a.labels.service}`,
          }),
      ),
    ),
  );
  return {
    id: a.id,
    el,
    isOutside: false,
    open: said.open,
    update: said.update,
    destroy() {
      said.destroy();
      panel?.destroy();
      el.remove();
    },
  };
}

/** A recent breach is shown live; an older one in the quarter of an hour around its start, or the hours since. */
function spanAround(sinceMillis) {
  const agoSeconds = nowSeconds() - sinceMillis / 1000;
  if (agoSeconds < 240) return rangeOf({});
  if (agoSeconds < 780) return rangeOf({ range: '15m' });
  if (agoSeconds < 3300) return rangeOf({ range: '1h' });
  return rangeOf({ range: agoSeconds < 20_000 ? '6h' : '24h' });
}

function linkified(text) {
  return /^https?:\/\/\S+$/.test(text) ? h('a', { class: 'link', href: text, rel: 'noreferrer', text }) : text;
}

const STATE_ORDER = { firing: 0, pending: 2, inactive: 3 };

function ordered(rules) {
  const place = (r) => (r.health === 'err' ? 1 : (STATE_ORDER[r.state] ?? 3));
  return [...rules].sort((a, b) => place(a) - place(b));
}

/** Alert rules open in the editor. */
function ruleName(r) {
  if (r.type === 'recording') return r.name;
  return h('a', { href: link('/rule', { name: r.name }), title: 'Open in the rule editor', text: r.name });
}

function ruleRow(r) {
  const state = h('td');
  const took = h('td', { class: 'num muted' });
  const error = h('div', { class: 'rule-error', hidden: true });
  const tr = h(
    'tr',
    {},
    state,
    h(
      'td',
      { class: 'rule-name' },
      h('strong', {}, ruleName(r)),
      h('div', {
        class: 'muted small',
        text: [r.group, r.labels?.severity].filter(Boolean).join(' · '),
        title: r.file ?? '',
      }),
    ),
    h(
      'td',
      { class: 'rule-expr' },
      h('a', {
        class: 'mono',
        href: link('/explore', { q: splitThreshold(r.query)?.left ?? r.query }),
        text: r.query,
        title: r.query,
      }),
      error,
    ),
    h('td', { class: 'num', text: r.type === 'recording' ? 'records' : r.duration ? duration(r.duration) : '–' }),
    took,
  );
  tr._parts = { state, took, error };
  return tr;
}

function updateRule(tr, r) {
  const { state, took, error } = tr._parts;
  const failed = r.health === 'err' || r.health === 'error';
  const key = failed ? 'failed' : r.type === 'recording' ? 'recording' : r.state;
  if (state.dataset.key !== key) {
    state.dataset.key = key;
    const [kind, word] = failed
      ? ['critical', 'fails']
      : key === 'firing'
        ? [severityOf(r.labels ?? {}), 'firing']
        : key === 'pending'
          ? ['pending', 'pending']
          : /no[_ ]?data/i.test(key ?? '')
            ? ['nodata', 'no data']
            : ['ok', key === 'recording' ? 'recording' : 'fine'];
    state.replaceChildren(
      kind === 'ok' ? h('span', { class: 'badge fine' }, shape('ok'), h('span', { text: word })) : badge(kind, word),
    );
  }
  setText(took, r.evaluationTime === undefined ? '' : format(r.evaluationTime, 's'));
  took.title = r.lastEvaluation ? `judged at ${clockTime(Date.parse(r.lastEvaluation))}` : '';
  error.hidden = !r.lastError;
  setText(error, r.lastError ?? '');
}

function teach() {
  return h(
    'div',
    { class: 'empty' },
    h('h2', { text: 'No rule is loaded' }),
    h('p', { text: 'Rules are Prometheus rule files. Put this into conf/rules/api.yaml:' }),
    paste(RULE_EXAMPLE),
    h('p', { text: 'Then have it read, and push a value over the threshold:' }),
    paste(`curl -X POST ${location.origin}/-/reload`),
  );
}
