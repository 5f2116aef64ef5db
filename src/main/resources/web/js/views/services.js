// Every service in a line: its rate, its errors, its percentiles. What is in trouble stands first, then what has fallen
// silent, then the rest by name.

import { feed, firing } from '../alerts-feed.js';
import { catalogue } from '../catalogue.js';
import { theme } from '../colours.js';
import { h, keyed, setClass, setText } from '../dom.js';
import { nowSeconds, onBeat } from '../live.js';
import { rangeOf, windowOf, windowSecondsOf } from '../range.js';
import { current, link, setParams } from '../route.js';
import { rank, shape } from '../severity.js';
import { Spark } from '../spark.js';
import { acquire, release } from '../track.js';
import { clockTime, duration, format, rateUnit } from '../units.js';
import { addressOf, findServices, queriesOf } from './services-found.js';

const FIND_EVERY_MILLIS = 15_000;
/** Where finding takes long, it rests for so many times as long. */
const SHARE_OF_TIME = 10;
const MOST_ROWS = 24;
/** From this share of failed requests on, the figure is marked even where no rule watches it; below the second no more. */
const ERRORS_NOTED = 0.05;
const ERRORS_PASSED = 0.03;
/** Without a sample for so long beyond the window of its figures a service is shown as silent. */
const SILENT_SECONDS = 5;

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
  const more = h('span', { class: 'muted' });
  el.append(
    h('header', {}, h('h2', { text: 'Services' }), clear, more),
    h('div', { class: 'table-wrap', tabindex: '0', role: 'group', 'aria-label': 'Services' }, table),
  );

  let found = null;
  const noted = new Set();
  let tracks = {};
  let held = '';
  let timer = 0;
  let ended = false;

  async function look() {
    clearTimeout(timer);
    const began = performance.now();
    try {
      found = await findServices();
    } catch {
      // The next look will tell; until then what was found stands.
    }
    if (ended) return;
    take();
    timer = setTimeout(look, found ? Math.max(FIND_EVERY_MILLIS, (performance.now() - began) * SHARE_OF_TIME) : 3000);
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

  function rows(now) {
    const all = new Map();
    const label = found?.label ?? 'service';
    for (const [column, track] of Object.entries(tracks)) {
      for (const s of track.series.values()) {
        const name = s.labels[label];
        if (!name) continue;
        if (!all.has(name)) all.set(name, { name });
        all.get(name)[column] = { track, s };
      }
    }
    const worst = new Map();
    for (const a of firing(feed())) {
      const name = a.labels[label];
      if (!name) continue;
      if (!all.has(name)) all.set(name, { name });
      if (!worst.has(name) || rank(a.kind) < rank(worst.get(name))) worst.set(name, a.kind);
    }
    return [...all.values()]
      .map((r) => ({ ...r, kind: worst.get(r.name) ?? 'ok', errorShare: errorShareOf(r), silent: silentSince(r, now) }))
      .map((r) => ({ ...r, noted: isNoted(r) }))
      .map((r) => ({ ...r, place: placeOf(r) }))
      .sort((a, b) => a.place - b.place || (a.name < b.name ? -1 : 1));
  }

  /** With a gap between marking and passing, so that rows do not change places from second to second. */
  function isNoted({ name, errorShare }) {
    if (errorShare >= ERRORS_NOTED) noted.add(name);
    else if (!(errorShare >= ERRORS_PASSED)) noted.delete(name);
    return noted.has(name);
  }

  /** What has been silent for as long as one can see is no news. */
  const placeOf = (r) =>
    rank(r.kind) + (r.kind !== 'ok' || r.noted ? 0 : r.silent === null ? 2 : r.silent === -Infinity ? 3 : 1);

  /** The share of failed requests; 0 where requests are counted and none failed; null where nobody tells. */
  function errorShareOf(r) {
    const told = r.errors ? newest(r.errors) : null;
    if (told !== null) return told;
    const counter = found?.of[r.name]?.counter;
    const known = found?.counters.find((c) => c.metric === counter)?.errors;
    const answered = tracks.errors && !tracks.errors.loading && !tracks.errors.error;
    return known && answered && r.rate && newest(r.rate) > 0 ? 0 : null;
  }

  /** Second of a service's last sample, as far as its figures tell, where that is too long ago; null while it sends. */
  function silentSince(r, now) {
    const range = rangeOf(paramsOf());
    if (range.kind !== 'live' || !(r.rate || r.p99)) return null;
    const active = Math.max(lastActive(r.rate), lastActive(r.p99));
    const since = active === -Infinity ? null : active - windowSecondsOf(range);
    if (since === null) return -Infinity;
    return now - active > SILENT_SECONDS ? since : null;
  }

  function draw(now = nowSeconds()) {
    const { service, q } = paramsOf();
    const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const list = rows(now).filter((r) => words.every((w) => `service ${r.name}`.includes(w)));
    el.hidden = list.length === 0;
    clear.hidden = !service;
    setText(more, list.length > MOST_ROWS ? `${list.length - MOST_ROWS} more are well, or further down by name` : '');
    keyed(
      body,
      list.slice(0, MOST_ROWS),
      (r) => r.name,
      makeRow,
      (tr, r) => updateRow(tr, r, found, service),
    );
  }

  const stopBeat = onBeat((now, paused) => !paused && draw(now));
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
  const silent = h('span', { class: 'silent' });
  const cells = COLUMNS.map((c) => h('td', { class: `num col-${c}` }));
  const rate = new Spark();
  const p99 = new Spark();
  const tr = h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('div', { class: 'service-name' }, mark, name, silent)),
    ...cells,
    h('td', { class: 'spark-col' }, rate.el),
    h('td', { class: 'spark-col' }, p99.el),
  );
  tr._parts = {
    mark,
    silent,
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

/** Second of the newest point that is not zero, or −∞. */
function lastActive(column) {
  if (!column) return -Infinity;
  const { track, s } = column;
  for (let i = s.values.length - 1; i >= 0; i--) if (s.values[i]) return track.start + i * track.step;
  return -Infinity;
}

function updateRow(tr, r, found, chosen) {
  const { mark, silent, cells, sparks, link: name } = tr._parts;
  const distribution = found?.of[r.name]?.distribution ?? found?.distributions[0];
  const time = (distribution && catalogue().get(distribution)?.unit) || 'ms';
  const units = { rate: rateUnit('short'), errors: 'ratio', p50: time, p95: time, p99: time };
  for (const c of COLUMNS) {
    const value = c === 'errors' ? r.errorShare : r[c] ? newest(r[c]) : null;
    setText(cells[c], format(value, units[c]));
  }
  setClass(cells.errors, 'quiet', r.errorShare === 0);
  setClass(cells.errors, 'noted', r.noted);
  setClass(tr, 'is-silent', r.silent !== null);
  setText(
    silent,
    r.silent === null
      ? ''
      : r.silent === -Infinity
        ? `silent for over ${duration(rangeOf(current().params).seconds)}`
        : `silent since ${clockTime(r.silent * 1000)}`,
  );
  const kind = r.kind === 'ok' && r.silent !== null ? 'nodata' : r.kind;
  if (tr.dataset.kind !== kind) {
    tr.dataset.kind = kind;
    mark.replaceChildren(shape(kind, { ok: 'nothing fires', nodata: 'no samples' }[kind] ?? `${kind}: an alert fires`));
  }
  const on = chosen === addressOf(found?.label ?? 'service', r.name);
  setClass(tr, 'chosen', on);
  const href = link('/', { ...current().params, service: on ? '' : addressOf(found?.label ?? 'service', r.name) });
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
