// Every service in a line: its rate, its errors, its percentiles. Which metrics tell that is found out from what
// arrives: a counter and a distribution that carry the same label for the service.

import * as api from '../api.js';
import { feed, firing } from '../alerts-feed.js';
import { catalogue } from '../catalogue.js';
import { theme } from '../colours.js';
import { h, keyed, setClass, setText } from '../dom.js';
import { onBeat } from '../live.js';
import { rangeOf, windowOf } from '../range.js';
import { current, link, setParams } from '../route.js';
import { rank, shape } from '../severity.js';
import { Spark } from '../spark.js';
import { acquire, release } from '../track.js';
import { format, rateUnit } from '../units.js';

const LABEL = 'service';
const FIND_EVERY_MILLIS = 15_000;
const MOST_ROWS = 24;
/** From this share of failed requests on, the figure is marked even where no rule watches it. */
const ERRORS_NOTED = 0.05;

const COUNTER_WORDS = [/requests?(_total)?$/, /requests?/, /calls?/, /operations?|ops/, /events?|messages?|jobs?/];
const TIME_WORDS = [/request.*(duration|latency|time)/, /duration|latency/, /time|seconds|_ms$/];
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
    const hit = names.filter((n) => w.test(n)).sort((a, b) => a.length - b.length)[0];
    if (hit) return hit;
  }
  return null;
};

/** `{counter, errors, distribution}`: the metrics that describe services, or null where none do. */
async function find() {
  const vector = await api.query(`count by (__name__) ({${LABEL}!=""})`);
  const names = (vector?.result ?? []).map((r) => r.metric.__name__).filter((n) => catalogue().has(n));
  const ofKind = (kind) => names.filter((n) => catalogue().get(n).kind === kind);
  const counters = ofKind('counter');
  const counter = best(counters, COUNTER_WORDS) ?? counters[0] ?? null;
  const distribution = best(ofKind('histogram'), TIME_WORDS);
  if (!counter && !distribution) return null;
  let errors = null;
  if (counter) {
    const labels = await api.labelNames(counter);
    const by = ERROR_MATCHERS.find(([l]) => labels.includes(l));
    if (by) errors = `${counter}{${by[0]}${by[1]}}`;
  }
  return { counter, errors, distribution };
}

function queriesOf({ counter, errors, distribution }, w) {
  const sum = (metric) => `sum by (${LABEL}) (rate(${metric}[${w}]))`;
  return {
    rate: counter && sum(counter),
    errors: errors && `${sum(errors)} / ${sum(counter)}`,
    p50: distribution && `histogram_quantile(0.5, ${sum(distribution)})`,
    p95: distribution && `histogram_quantile(0.95, ${sum(distribution)})`,
    p99: distribution && `histogram_quantile(0.99, ${sum(distribution)})`,
  };
}

export function servicesSection(el, paramsOf) {
  const body = h('tbody');
  const table = h(
    'table',
    { class: 'services-table' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { text: 'Service', scope: 'col' }),
        ...['Rate', 'Errors', 'p50', 'p95', 'p99'].map((t) => h('th', { class: 'num', text: t, scope: 'col' })),
        h('th', { class: 'spark-col', text: 'Rate', scope: 'col' }),
        h('th', { class: 'spark-col', text: 'p99', scope: 'col' }),
      ),
    ),
    body,
  );
  const clear = h('button', {
    class: 'link',
    text: 'All services',
    hidden: true,
    onclick: () => setParams({ service: '' }, true),
  });
  el.append(
    h('header', {}, h('h2', { text: 'Services' }), clear),
    h('div', { class: 'table-wrap', tabindex: '0' }, table),
  );

  let found = null;
  let tracks = {};
  let held = '';
  let timer = 0;
  let ended = false;

  async function look() {
    clearTimeout(timer);
    const began = performance.now();
    try {
      found = await find();
    } catch {
      // The next look will tell; until then what was found stands.
    }
    if (ended) return;
    take();
    timer = setTimeout(look, found ? Math.max(FIND_EVERY_MILLIS, (performance.now() - began) * 50) : 3000);
  }

  function take() {
    const range = rangeOf(paramsOf());
    const key = JSON.stringify([found, range]);
    if (key === held) return;
    held = key;
    const before = Object.values(tracks);
    tracks = {};
    if (found)
      for (const [name, expr] of Object.entries(queriesOf(found, windowOf(range))))
        if (expr) tracks[name] = acquire(expr, range);
    before.forEach(release);
    draw();
  }

  function rows() {
    const all = new Map();
    for (const [column, track] of Object.entries(tracks)) {
      for (const s of track.series.values()) {
        const name = s.labels[LABEL];
        if (!name) continue;
        if (!all.has(name)) all.set(name, { name });
        all.get(name)[column] = { track, s };
      }
    }
    const worst = new Map();
    for (const a of firing(feed())) {
      const name = a.labels[LABEL];
      if (!name) continue;
      if (!all.has(name)) all.set(name, { name });
      if (!worst.has(name) || rank(a.kind) < rank(worst.get(name))) worst.set(name, a.kind);
    }
    return [...all.values()]
      .map((r) => ({ ...r, kind: worst.get(r.name) ?? 'ok' }))
      .sort((a, b) => rank(a.kind) - rank(b.kind) || (a.name < b.name ? -1 : 1))
      .slice(0, MOST_ROWS);
  }

  function draw() {
    const { service, q } = paramsOf();
    const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const list = rows().filter((r) => words.length === 0 || words.every((w) => `service ${r.name}`.includes(w)));
    el.hidden = list.length === 0;
    clear.hidden = !service;
    const noErrors = tracks.errors ? !tracks.errors.loading && !tracks.errors.error : false;
    keyed(
      body,
      list,
      (r) => r.name,
      makeRow,
      (tr, r) => updateRow(tr, r, found, service, noErrors),
    );
  }

  const stopBeat = onBeat((now, paused) => !paused && draw());
  look();
  return {
    draw() {
      take();
      draw();
    },
    destroy() {
      ended = true;
      clearTimeout(timer);
      stopBeat();
      Object.values(tracks).forEach(release);
    },
  };
}

const COLUMNS = ['rate', 'errors', 'p50', 'p95', 'p99'];

function makeRow(r) {
  const mark = h('span', { class: 'mark' });
  const name = h('a', { text: r.name });
  const cells = COLUMNS.map((c) => h('td', { class: `num col-${c}` }));
  const rate = new Spark();
  const p99 = new Spark();
  const tr = h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('div', { class: 'service-name' }, mark, name)),
    ...cells,
    h('td', { class: 'spark-col' }, rate.el),
    h('td', { class: 'spark-col' }, p99.el),
  );
  tr._parts = {
    mark,
    link: name,
    cells: Object.fromEntries(COLUMNS.map((c, i) => [c, cells[i]])),
    sparks: { rate, p99 },
  };
  return tr;
}

function newest({ track, s }) {
  for (let i = track.length - 1; i >= Math.max(0, track.length - 4); i--) if (s.values[i] !== null) return s.values[i];
  return null;
}

/** @param noErrors whether a service that is absent from the errors' result has none */
function updateRow(tr, r, found, chosen, noErrors) {
  const { mark, cells, sparks, link: name } = tr._parts;
  const unit = (found?.distribution && catalogue().get(found.distribution)?.unit) || 'ms';
  const units = { rate: 'ops', errors: 'ratio', p50: unit, p95: unit, p99: unit };
  for (const c of COLUMNS) {
    let value = r[c] ? newest(r[c]) : null;
    if (c === 'errors' && value === null && noErrors && r.rate && newest(r.rate) > 0) value = 0;
    setText(cells[c], format(value, c === 'rate' ? rateUnit('short') : units[c]));
    if (c === 'errors') {
      setClass(cells[c], 'quiet', value === 0);
      setClass(cells[c], 'noted', value !== null && value >= ERRORS_NOTED);
    }
  }
  if (tr.dataset.kind !== r.kind) {
    tr.dataset.kind = r.kind;
    mark.replaceChildren(shape(r.kind, r.kind === 'ok' ? 'nothing fires' : `${r.kind}: an alert fires`));
  }
  const on = chosen === r.name;
  setClass(tr, 'chosen', on);
  const href = link('/', { ...current().params, service: on ? '' : r.name });
  if (name.getAttribute('href') !== href) name.setAttribute('href', href);
  name.title = on ? 'Show all services' : `Show only what ${r.name} sends`;
  const colours = theme();
  for (const c of ['rate', 'p99']) {
    const cell = r[c];
    if (cell)
      sparks[c].draw(cell.s.values.slice(-cell.track.length), c === 'p99' ? colours.quantiles.p99 : colours.series[0]);
  }
}

addEventListener('resize', () =>
  document
    .querySelectorAll('.services-table tr')
    .forEach((tr) => tr._parts && Object.values(tr._parts.sparks).forEach((s) => s.resized())),
);
