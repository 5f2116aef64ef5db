// How a metric that nobody has described is best drawn: its kind decides the function, the labels that its series
// differ in decide the lines.

import { quote } from './labels.js';
import { windowOf } from './range.js';
import { rateUnit } from './units.js';

/** As many lines as can be told apart at a glance; more are added up by a label. */
const MOST_LINES = 6;
const MOST_GROUPS = 8;

/** Labels by which a sum tells most, first. */
const PREFERRED = [
  'status',
  'status_code',
  'code',
  'outcome',
  'reason',
  'service',
  'route',
  'endpoint',
  'path',
  'operation',
  'method',
  'queue',
  'topic',
  'host',
  'instance',
  'mount',
  'device',
  'interface',
  'socket',
  'protocol',
  'kind',
];

export const QUANTILES = [
  [0.99, 'p99'],
  [0.95, 'p95'],
  [0.5, 'p50'],
];

/**
 * Totals named as Prometheus names them come from targets, servers and checks, which are looked at every so many seconds:
 * their rates need several looks.
 */
const LOOKED_AT = /_(total|count|sum|bucket)$/;
const LEAST_SECONDS_OF_LOOKS = 60;

/** Queries for p99, p95 and p50 of whatever `inner` yields. */
function quantileQueries(inner) {
  return QUANTILES.map(([q, legend]) => ({ expr: `histogram_quantile(${q}, ${inner})`, legend }));
}

export function errorNote(range) {
  return `over the last ${windowOf(range)}, each within ±1 %`;
}

/**
 * The panel of one metric.
 *
 * @param metric `{name, kind, unit}`
 * @param series label sets known so far; empty while they are not
 * @param matcher `{service: 'checkout'}` and the like, to look at a part only
 */
export function planFor(metric, series, range, matcher = {}) {
  const pairs = Object.entries(matcher).map(([k, v]) => `${k}=${quote(v)}`);
  const selector = pairs.length ? `${metric.name}{${pairs.join(',')}}` : metric.name;
  const window = windowOf(range, LOOKED_AT.test(metric.name) ? LEAST_SECONDS_OF_LOOKS : 0);
  const n = series.length;
  const many = n > 1 ? `${n} series` : '';
  if (metric.kind === 'histogram') {
    return {
      queries: quantileQueries(`sum(rate(${selector}[${window}]))`),
      unit: metric.unit,
      hint: many ? `${many} merged` : '',
      note: errorNote(range),
      band: true,
      ordered: true,
      explore: `histogram_quantile(0.99, sum(rate(${selector}[${window}])))`,
    };
  }
  const by = n > MOST_LINES ? groupLabel(series, Object.keys(matcher)) : null;
  if (metric.kind === 'counter') {
    const rate = `rate(${selector}[${window}])`;
    const expr = n <= MOST_LINES ? rate : by ? `sum by (${by}) (${rate})` : `sum(${rate})`;
    return {
      queries: [{ expr }],
      unit: rateUnit(metric.unit),
      hint: n <= MOST_LINES ? many : by ? `${many} by ${by}` : `${many} summed`,
      note: `per second, over the last ${window}`,
      explore: expr,
    };
  }
  if (n <= MOST_LINES || by) {
    const expr = by ? `max by (${by}) (${selector})` : selector;
    return { queries: [{ expr }], unit: metric.unit, hint: by ? `${many}, largest by ${by}` : many, explore: expr };
  }
  return {
    queries: ['max', 'avg', 'min'].map((f) => ({ expr: `${f}(${selector})`, legend: f })),
    unit: metric.unit,
    hint: many,
    ordered: true,
    explore: `topk(10, ${selector})`,
  };
}

function groupLabel(series, taken) {
  const values = new Map();
  for (const labels of series) {
    for (const [k, v] of Object.entries(labels)) {
      if (k === '__name__' || taken.includes(k)) continue;
      if (!values.has(k)) values.set(k, new Set());
      values.get(k).add(v);
    }
  }
  const fitting = [...values].filter(([, set]) => set.size >= 2 && set.size <= MOST_GROUPS).map(([k]) => k);
  const place = (k) => PREFERRED.indexOf(k) + 1 || PREFERRED.length + 1;
  return fitting.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))[0] ?? null;
}
