// One expression, asked live or over a range: chart above, figures below. Errors stand under the character at fault.

import * as api from '../api.js';
import { h, setText } from '../dom.js';
import { Editor } from '../editor.js';
import { unitOfExpression } from '../expression-unit.js';
import { QUANTILES } from '../metric-panel.js';
import { Panel } from '../panels/panel.js';
import { table } from '../panels/table.js';
import { timeseries } from '../panels/timeseries.js';
import { errorPlace, isSelector } from '../promql-text.js';
import { rangeOf, windowOf } from '../range.js';
import { current, setParams } from '../route.js';
import { catalogue, onCatalogue, whenKnown } from '../catalogue.js';
import { copyButton, paste } from './first-steps.js';
import { ruleFrom } from './rule.js';

const PLOT_HEIGHT = 288;
/** So many distributions are drawn with three quantiles each; of more, only the p99. */
const MOST_APART = 2;

/** Expressions to begin with, on metrics that are there. */
function examples() {
  const all = [...catalogue().values()].filter((m) => !/^(tocsin|host|jvm|process)_/.test(m.name));
  const counter = all.find((m) => m.kind === 'counter')?.name ?? 'http_requests';
  const distribution = all.find((m) => m.kind === 'histogram')?.name ?? 'http_request_duration';
  return [
    ['How many a second', `sum(rate(${counter}[10s]))`],
    ['The five largest', `topk(5, rate(${counter}[1m]))`],
    ['A true percentile', `histogram_quantile(0.99, sum(rate(${distribution}[10s])))`],
    ['What share is quick', `histogram_fraction(0, 200, sum(rate(${distribution}[1m])))`],
    ['The host', 'host_cpu_usage_percent'],
  ];
}

export function exploreView(root, route) {
  const editor = new Editor({ onRun: (expr) => setParams({ q: expr }, true) });
  const message = h('div', { class: 'query-error', role: 'alert', hidden: true });
  const hint = h('p', { class: 'query-hint muted', hidden: true });
  const share = copyButton('Copy link', () => location.href);
  const toRule = h('a', { class: 'button', text: 'Make a rule', hidden: true });
  const run = h('button', { class: 'button primary', text: 'Run', title: 'Enter', onclick: () => editor.run() });
  const results = h('div', { class: 'explore-results' });
  root.append(
    h('h1', { class: 'sr', text: 'Explore' }),
    h(
      'section',
      { class: 'query', 'aria-label': 'Query' },
      editor.el,
      h('div', { class: 'query-buttons' }, run, toRule, share),
    ),
    message,
    hint,
    results,
  );

  let shown = '';
  let panels = [];
  let asked = 0;

  async function draw({ params }) {
    const expr = params.q ?? '';
    const range = rangeOf(params);
    const key = JSON.stringify([expr, range]);
    if (key === shown) return;
    shown = key;
    if (editor.value.trim() !== expr) editor.value = expr;
    const mine = ++asked;
    message.hidden = true;
    hint.hidden = true;
    editor.mark(null);
    if (!expr) {
      clear();
      results.replaceChildren(teach());
      editor.focus();
      return;
    }
    let first;
    try {
      [first] = await Promise.all([api.query(expr), whenKnown()]);
    } catch (e) {
      if (mine !== asked) return;
      complain(e, expr);
      return;
    }
    if (mine !== asked) return;
    show(expr, range, first);
  }

  function complain(e, expr) {
    clear();
    const place = errorPlace(e.message);
    setText(message, place ? `${place.line}:${place.column}  ${place.message}` : e.message);
    message.hidden = false;
    if (place) editor.mark(offsetOf(expr, place));
  }

  function show(expr, range, first) {
    clear();
    const w = windowOf(range);
    const distributions = first?.resultType === 'vector' && first.result.some((r) => r.histogram);
    const inner = isSelector(expr) ? `rate(${expr.trim()}[${w}])` : expr;
    const quantiles = distributions && first.result.length > MOST_APART ? QUANTILES.slice(0, 1) : QUANTILES;
    const queries = distributions
      ? quantiles.map(([q, name]) => ({
          expr: `histogram_quantile(${q}, ${inner})`,
          legend: first.result.length > 1 ? undefined : name,
          quantile: name,
        }))
      : [{ expr }];
    toRule.hidden = false;
    toRule.href = ruleFrom(queries[0].expr);
    const unit = unitOfExpression(distributions ? queries[0].expr : expr);
    if (distributions) {
      hint.replaceChildren(
        quantiles.length === 1
          ? `${first.result.length} distributions, each drawn as its p99. Merged into one: `
          : 'A distribution, drawn as its p99, p95 and p50. For one of them: ',
        h('code', {
          text:
            quantiles.length === 1 ? `histogram_quantile(0.99, sum(${inner}))` : `histogram_quantile(0.99, ${inner})`,
        }),
      );
      hint.hidden = false;
    }
    if (first?.resultType === 'string') {
      results.append(h('p', { text: JSON.stringify(first.result[1]) }));
      return;
    }
    const spec = {
      title: expr,
      unit,
      queries: queries.map((q) =>
        q.legend || !distributions ? q : { ...q, legend: `${q.quantile} ${labelTemplate(first.result)}`.trim() },
      ),
      keepName: true,
      mostLegend: 24,
      plotHeight: PLOT_HEIGHT,
      whenEmpty: 'The expression yields nothing in this range',
      note: distributions ? `over the last ${w}, each within ±1 %` : undefined,
    };
    const chart = new Panel(
      { ...spec, level: 2, title: range.kind === 'live' ? 'Live' : 'Over time', bodyHeight: spec.plotHeight + 24 },
      timeseries,
    );
    const rows = new Panel({ ...spec, level: 2, title: 'Now', kind: 'table' }, table);
    panels = [chart, rows];
    results.append(chart.el, rows.el);
    for (const p of panels) p.change(p.spec, range);
  }

  function clear() {
    toRule.hidden = true;
    panels.forEach((p) => p.destroy());
    panels = [];
    results.replaceChildren();
  }

  function teach() {
    return h(
      'div',
      { class: 'empty' },
      h('h2', { text: 'Ask anything that has been pushed' }),
      h('p', { text: 'The language is PromQL. Start typing for names, Ctrl+Space for more. For instance:' }),
      h(
        'ul',
        { class: 'examples' },
        ...examples().map(([what, expr]) =>
          h(
            'li',
            {},
            h('span', { class: 'muted', text: what }),
            h(
              'a',
              { href: '#', onclick: (e) => (e.preventDefault(), setParams({ q: expr }, true)) },
              h('code', { text: expr }),
            ),
          ),
        ),
      ),
      h('p', { text: 'The same from a terminal:' }),
      paste(`curl -s '${location.origin}/api/v1/query' --data-urlencode 'query=host_load1' -G`),
    );
  }

  const stop = onCatalogue(() => shown && !current().params.q && results.replaceChildren(teach()));
  draw(route);
  return {
    update: draw,
    unmount() {
      asked++;
      stop();
      clear();
      editor.destroy();
    },
  };
}

function offsetOf(expr, { line, column }) {
  const before = expr.split('\n').slice(0, line - 1);
  return before.reduce((n, l) => n + l.length + 1, 0) + column - 1;
}

/** Labels that tell the distributions of a result apart, as a legend. */
function labelTemplate(result) {
  const names = new Set(result.flatMap((r) => Object.keys(r.metric)));
  return [...names]
    .filter((n) => n !== '__name__' && result.some((r) => r.metric[n] !== result[0].metric[n]))
    .map((n) => `{{${n}}}`)
    .join(' ');
}
