// Which metrics tell how services do, found out from what arrives: counters and distributions that carry a label for
// the service. Services need not agree on the names of their metrics.

import * as api from '../api.js';
import { catalogue, whenKnown } from '../catalogue.js';
import { quote } from '../labels.js';

/** Labels that say which service a series is about; the first that a counter or a distribution carries counts. */
const LABELS = ['service', 'service_name', 'app', 'application', 'job', 'component'];
/** Metrics that one column is drawn from: more would make its query long, and they are the names of few. */
const MOST_ALTERNATIVES = 4;

const COUNTER_WORDS = [/requests?(_total)?$/, /requests?/, /calls?/, /operations?|ops/, /events?|messages?|jobs?/];
const TIME_WORDS = [/request.*(duration|latency|time)/, /duration|latency/, /time|seconds|_ms$/];
const FAILURES = /(^|_)(errors?|failures?|failed|exceptions?)(_total)?$/;
const ERROR_MATCHERS = [
  ['status', '=~"5.."'],
  ['status_code', '=~"5.."'],
  ['code', '=~"5.."'],
  ['outcome', '=~"(?i:error|fail.*|server_error)"'],
  ['result', '=~"(?i:error|fail.*)"'],
  ['error', '="true"'],
];

const best = (names, words) => {
  for (const w of words) {
    const hit = names.filter((n) => w.test(n)).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
    if (hit) return hit;
  }
  return null;
};

/**
 * @returns `{label, counters: [{metric, errors}], distributions: [metric], of: {service: {counter, distribution}}}`, or
 *     null where nothing describes services; `errors` is `{metric, matcher}` or null
 */
export async function findServices() {
  const [labels] = await Promise.all([api.labelNames(), whenKnown()]);
  const names = new Set(labels);
  for (const label of LABELS) {
    if (!names.has(label)) continue;
    const found = await findBy(label);
    if (found) return found;
  }
  return null;
}

async function findBy(label) {
  const vector = await api.query(`count by (__name__, ${label}) ({${label}!=""})`);
  const byService = new Map();
  for (const { metric } of vector?.result ?? []) {
    if (!catalogue().has(metric.__name__)) continue;
    if (!byService.has(metric[label])) byService.set(metric[label], []);
    byService.get(metric[label]).push(metric.__name__);
  }
  const of = {};
  for (const [service, metrics] of byService) {
    const ofKind = (kind) => metrics.filter((n) => catalogue().get(n).kind === kind);
    const counters = ofKind('counter').filter((n) => !FAILURES.test(n));
    const counter = best(counters, COUNTER_WORDS) ?? counters.sort()[0] ?? null;
    const distribution = best(ofKind('histogram'), TIME_WORDS);
    if (counter || distribution) of[service] = { counter, distribution };
  }
  const counters = commonest(Object.values(of).map((s) => s.counter));
  const distributions = commonest(Object.values(of).map((s) => s.distribution));
  if (counters.length + distributions.length === 0) return null;
  const failures = [...new Set([...byService.values()].flat())].filter((n) => FAILURES.test(n)).sort();
  return {
    label,
    of,
    distributions,
    counters: await Promise.all(counters.map(async (metric) => ({ metric, errors: await errorsOf(metric, failures) }))),
  };
}

/** The names that occur, those of most services first. */
function commonest(names) {
  const counts = new Map();
  for (const n of names) if (n) counts.set(n, (counts.get(n) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_ALTERNATIVES)
    .map(([n]) => n);
}

async function errorsOf(metric, failures) {
  const labels = await api.labelNames(metric);
  const by = ERROR_MATCHERS.find(([l]) => labels.includes(l));
  if (by) return { metric, matcher: `{${by[0]}${by[1]}}` };
  const stem = metric.split('_')[0];
  const own = failures.find((n) => n.startsWith(`${stem}_`));
  return own && catalogue().get(own)?.kind === 'counter' ? { metric: own, matcher: '' } : null;
}

/** The query of each column over a window such as `10s`; null for a column that nothing tells. */
export function queriesOf({ label, counters, distributions }, w) {
  const sum = (metric) => `sum by (${label}) (rate(${metric}[${w}]))`;
  const first = (parts) => parts.join(' or ') || null;
  const quantile = (q) => first(distributions.map((d) => `histogram_quantile(${q}, ${sum(d)})`));
  return {
    rate: first(counters.map((c) => sum(c.metric))),
    errors: first(
      counters.filter((c) => c.errors).map((c) => `${sum(c.errors.metric + c.errors.matcher)} / ${sum(c.metric)}`),
    ),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
  };
}

/** What stands in the address for a service: its name, or `label="name"` where the label is not `service`. */
export function addressOf(label, name) {
  return label === 'service' ? name : `${label}=${quote(name)}`;
}

/** The matcher that an address means, `[label, value]`. */
export function matcherOf(address) {
  const m = /^(\w+)="((?:[^"\\]|\\.)*)"$/.exec(address);
  return m ? [m[1], JSON.parse(`"${m[2]}"`)] : ['service', address];
}
