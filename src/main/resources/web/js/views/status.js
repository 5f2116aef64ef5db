// How the collector itself is: what came in and what did not, what it holds, how long its second takes.

import * as api from '../api.js';
import { h, keyed, setText } from '../dom.js';
import { onBeat } from '../live.js';
import { rangeOf } from '../range.js';
import { link } from '../route.js';
import { badge, shape } from '../severity.js';
import { stream } from '../stream.js';
import { acquire, release } from '../track.js';
import { Panel } from '../panels/panel.js';
import { timeseries } from '../panels/timeseries.js';
import { clockTime, dateTime, format } from '../units.js';
import { ADVICE, CARDS } from './status-facts.js';

const QUERIES = {
  accepted: 'sum by (protocol, socket) (rate(tocsin_samples_accepted_total[10s]))',
  acceptedAll: 'sum by (protocol, socket) (tocsin_samples_accepted_total)',
  rejected: 'sum by (socket, reason) (rate(tocsin_samples_rejected_total[1m]))',
  rejectedAll: 'sum by (socket, reason) (tocsin_samples_rejected_total)',
  drops: 'sum by (socket) (rate(tocsin_udp_kernel_drops_total[1m]))',
  dropsAll: 'sum by (socket) (tocsin_udp_kernel_drops_total)',
  lostAll: 'sum by (socket) (tocsin_samples_dropped_total)',
  series: 'sum by (kind) (tocsin_series)',
  circuits: 'max by (receiver, integration) (tocsin_notification_circuit_state)',
  queued: 'sum by (receiver, integration) (tocsin_notification_queue_length)',
  attempts: 'sum by (receiver, integration, outcome) (tocsin_notification_attempts_total)',
  buffers: 'sum by (socket) (tocsin_udp_receive_buffer_bytes)',
};

const TICK_QUERIES = [
  {
    expr: 'rate(tocsin_tick_duration_seconds_sum[10s]) / rate(tocsin_tick_duration_seconds_count[10s])',
    legend: 'mean',
  },
  { expr: 'tocsin_tick_duration_seconds_max', legend: 'longest lately' },
];

const HEALTH_EVERY_MILLIS = 3000;

export function statusView(root) {
  const range = rangeOf({});
  const tracks = Object.fromEntries(Object.entries(QUERIES).map(([k, expr]) => [k, acquire(expr, range)]));
  const health = h('section', { class: 'status-health', 'aria-label': 'Health' });
  const sockets = tableOf(
    'Ingest',
    ['Socket', 'Protocol', 'Accepted', 'Offered in all', 'Accepted in all', 'Rejected in all', 'Dropped by the kernel', 'Dropped in all', 'Buffer'],
    2,
    'operation#packets-that-the-kernel-drops',
  );
  const rejected = tableOf('Rejected', ['Socket', 'Reason', 'Now', 'In all', 'What to do'], 2, 'operation#samples-that-are-rejected');
  const nothingRejected = h('p', { class: 'calm' }, shape('ok'), 'Nothing that arrived was rejected.');
  rejected.el.append(nothingRejected);
  const channels = tableOf(
    'Notification channels',
    ['Receiver', 'Kind', 'Destination', 'Waiting', 'Accepted', 'Failed attempts'],
    3,
    'operation#notifications-that-fail',
  );
  const noChannels = h('p', { class: 'calm' }, 'No receiver has a channel: nobody would be told.');
  channels.el.append(noChannels);
  const process = card({ title: 'Process', doc: 'operation' });
  const cards = CARDS.map((c) => ({ ...c, ...card(c), tracks: c.facts.map((f) => f.expr && acquire(f.expr, range)) }));
  const worst = tableOf('Most series', ['Metric', 'Series'], 1, 'operation#too-many-series');
  const labels = tableOf('Most values', ['Label', 'Values'], 1, 'operation#too-many-series');
  const charts = [
    new Panel(
      {
        level: 2,
        title: 'Accepted',
        unit: 'ops',
        queries: [{ expr: QUERIES.accepted, legend: '{{socket}}' }],
        plotHeight: 112,
        bodyHeight: 136,
        keepName: true,
        note: 'per second, over the last 10s',
      },
      timeseries,
    ),
    new Panel(
      {
        level: 2,
        title: 'Duration of a tick',
        unit: 's',
        queries: TICK_QUERIES,
        plotHeight: 112,
        bodyHeight: 136,
        keepName: true,
        note: 'from the end of an interval until it can be read',
      },
      timeseries,
    ),
    new Panel(
      {
        level: 2,
        title: 'Series',
        unit: 'short',
        queries: [{ expr: QUERIES.series, legend: '{{kind}}' }],
        plotHeight: 112,
        bodyHeight: 136,
        keepName: true,
      },
      timeseries,
    ),
  ];
  charts.forEach((c) => c.change({ ...c.spec, href: null }, range));
  root.append(
    h('h1', { class: 'sr', text: 'Status' }),
    health,
    h('div', { class: 'grid' }, ...charts.map((c) => c.el)),
    sockets.el,
    rejected.el,
    channels.el,
    h('div', { class: 'status-columns' }, ...cards.map((c) => c.el), process.el),
    h('div', { class: 'status-columns' }, worst.el, labels.el),
  );

  function draw() {
    const rows = new Map();
    const row = (socket, protocol = '') => {
      if (!rows.has(socket)) rows.set(socket, { socket, protocol });
      return rows.get(socket);
    };
    for (const { labels: l, value } of tracks.accepted.latest(5)) row(l.socket ?? l.protocol, l.protocol).rate = value;
    for (const { labels: l, value } of tracks.acceptedAll.latest(5))
      row(l.socket ?? l.protocol, l.protocol).all = value;
    for (const { labels: l, value } of tracks.drops.latest(5)) row(l.socket).drops = value;
    for (const { labels: l, value } of tracks.dropsAll.latest(5)) row(l.socket).dropsAll = value;
    for (const { labels: l, value } of tracks.buffers.latest(5)) row(l.socket).buffer = value;
    for (const { labels: l, value } of tracks.rejectedAll.latest(5)) {
      const r = rows.get(l.socket ?? l.protocol);
      if (r) r.rejected = (r.rejected ?? 0) + value;
    }
    sockets.draw(
      [...rows.values()].sort((a, b) => (a.socket < b.socket ? -1 : 1)),
      (r) => r.socket,
      (r) => [
        r.socket,
        r.protocol,
        format(r.rate, 'ops'),
        format((r.all ?? 0) + (r.rejected ?? 0) + (r.dropsAll ?? 0), 'short'),
        format(r.all, 'short'),
        format(r.rejected ?? 0, 'short'),
        r.drops === undefined ? '–' : r.drops > 0 ? badge('critical', format(r.drops, 'ops')) : '0',
        format(r.dropsAll, 'short'),
        format(r.buffer, 'bytes'),
      ],
    );
    const reasons = new Map();
    for (const { labels: l, value } of tracks.rejectedAll.latest(5))
      if (value > 0) reasons.set(`${l.socket} ${l.reason}`, { ...l, all: value });
    for (const { labels: l, value } of tracks.rejected.latest(5)) {
      const r = reasons.get(`${l.socket} ${l.reason}`);
      if (r) r.rate = value;
    }
    for (const { labels: l, value } of tracks.lostAll.latest(5)) {
      if (value > 0) reasons.set(`${l.socket} lost`, { socket: l.socket, reason: 'series_table_failed', all: value });
    }
    const list = [...reasons.values()].sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0) || b.all - a.all);
    nothingRejected.hidden = list.length > 0;
    rejected.wrap.hidden = list.length === 0;
    rejected.draw(
      list,
      (r) => `${r.socket} ${r.reason}`,
      (r) => [
        r.socket ?? '',
        (r.reason ?? '').replace(/_/g, ' '),
        r.rate > 0 ? badge('medium', format(r.rate, 'ops')) : '0',
        format(r.all, 'short'),
        advice(r.reason ?? ''),
      ],
    );
  }

  function drawChannels() {
    const rows = new Map();
    const row = ({ receiver, integration }) => {
      const key = `${receiver} ${integration}`;
      if (!rows.has(key)) rows.set(key, { key, receiver, integration, accepted: 0, failed: [] });
      return rows.get(key);
    };
    for (const { labels: l, value } of tracks.circuits.latest(5)) row(l).circuit = value;
    for (const { labels: l, value } of tracks.queued.latest(5)) row(l).queued = value;
    for (const { labels: l, value } of tracks.attempts.latest(5)) {
      if (l.outcome === 'accepted') row(l).accepted = value;
      else if (value > 0) row(l).failed.push(`${format(value, 'short')} ${l.outcome.replace(/_/g, ' ')}`);
    }
    noChannels.hidden = rows.size > 0;
    channels.wrap.hidden = rows.size === 0;
    channels.draw(
      [...rows.values()].sort((a, b) => (b.circuit ?? 0) - (a.circuit ?? 0) || (a.key < b.key ? -1 : 1)),
      (r) => r.key,
      (r) => [
        r.receiver,
        r.integration,
        badge(...(CIRCUITS[r.circuit] ?? ['ok', 'tried'])),
        format(r.queued, 'short'),
        format(r.accepted, 'short'),
        r.failed.length ? badge('medium', r.failed.join(', ')) : '0',
      ],
    );
  }

  function drawCards() {
    for (const c of cards) {
      drawFacts(
        c.list,
        c.facts.map((f, i) => {
          const value = f.own ? f.own(clock) : c.tracks[i].one(5);
          if (value === null) return [f.name, '–'];
          return [f.name, f.show(value), Boolean(f.worry?.(value))];
        }),
      );
    }
  }

  let ended = false;
  let timer = 0;
  const clock = { skewMillis: 0 };

  async function poll() {
    const asked = Date.now();
    const [state, tsdb, info, version] = await Promise.all(
      [api.health(), api.tsdbStatus(), api.runtime(), api.build()].map((p) => p.catch(() => null)),
    );
    if (ended) return;
    drawHealth(health, state);
    if (state?.timestamp) clock.skewMillis = (asked + Date.now()) / 2 - Date.parse(state.timestamp);
    const top = tsdb?.seriesCountByMetricName ?? [];
    worst.draw(
      top,
      (r) => r.name,
      (r) => [h('a', { href: link('/explore', { q: r.name }), text: r.name }), format(r.value, 'short')],
    );
    labels.draw(
      tsdb?.labelValueCountByLabelName ?? [],
      (r) => r.name,
      (r) => [r.name, format(r.value, 'short')],
    );
    worst.el.hidden = !tsdb?.seriesCountByMetricName?.length;
    labels.el.hidden = !tsdb?.labelValueCountByLabelName?.length;
    drawFacts(process.list, [
      ['Its time', state?.timestamp ? clockTime(Date.parse(state.timestamp)) : '–'],
      ['Running since', info?.startTime ? dateTime(Date.parse(info.startTime)) : '–'],
      ['Configuration of', info?.lastConfigTime ? dateTime(Date.parse(info.lastConfigTime)) : '–'],
      ['Last reload', info ? (info.reloadConfigSuccess ? 'succeeded' : 'failed') : '–', info?.reloadConfigSuccess === false],
      ['Version', version?.version ?? state?.version ?? '–'],
    ]);
    timer = setTimeout(poll, HEALTH_EVERY_MILLIS);
  }

  const stop = onBeat(() => {
    draw();
    drawChannels();
    drawCards();
  });
  poll();
  return {
    unmount() {
      ended = true;
      clearTimeout(timer);
      stop();
      charts.forEach((c) => c.destroy());
      Object.values(tracks).forEach(release);
      cards.forEach((c) => c.tracks.forEach((t) => t && release(t)));
    },
  };
}

/** What the state of a destination's circuit means. */
const CIRCUITS = { 0: ['ok', 'tried'], 1: ['medium', 'tried by one alone'], 2: ['critical', 'left alone for now'] };

/** Where it is written what to do. */
const whatToDo = (doc) => h('a', { class: 'link small', href: `/docs/${doc}`, text: 'What to do' });

function advice(reason) {
  const [, text, doc] = ADVICE.find(([p]) => p.test(reason));
  return h('span', { class: 'muted' }, `${text} `, h('a', { class: 'link', href: `/docs/${doc}`, text: 'More' }));
}

function card({ title, doc }) {
  const list = h('dl');
  const el = h(
    'section',
    { class: 'status-card', 'aria-label': title },
    h('header', {}, h('h2', { text: title }), whatToDo(doc)),
    list,
  );
  return { el, list };
}

/** @param facts `[[name, text, isWorry], …]` */
function drawFacts(dl, facts) {
  keyed(
    dl,
    facts.filter(([, v]) => v !== '–'),
    ([k]) => k,
    ([k]) => h('div', {}, h('dt', { text: k }), h('dd')),
    (el, [, v, isWorry]) => {
      const dd = el.lastChild;
      if (dd.dataset.worry !== String(Boolean(isWorry))) {
        dd.dataset.worry = String(Boolean(isWorry));
        dd.replaceChildren(isWorry ? badge('medium', v) : v);
      }
      setText(isWorry ? dd.querySelector('.badge > span') : dd, v);
    },
  );
}

function drawHealth(el, state) {
  const parts = Object.entries(state?.components ?? {});
  const kindOf = (s) =>
    /^(up|ok|pass|healthy)$/i.test(s) ? 'ok' : /^(degraded|warn)/i.test(s) ? 'medium' : state ? 'critical' : 'nodata';
  const rows = [['Tocsin', { status: state?.status ?? 'unknown' }], ...parts];
  el.replaceChildren(
    ...rows.map(([name, part]) => {
      const status = typeof part === 'string' ? part : (part.status ?? 'unknown');
      const detail = typeof part === 'string' ? '' : (part.error ?? part.detail ?? part.reason ?? part.message ?? '');
      return h(
        'div',
        { class: 'health-part' },
        name === 'checks'
          ? h('a', { class: 'link', href: link('/checks'), text: name })
          : h('span', { class: 'muted', text: name }),
        badge(kindOf(status), status.toLowerCase()),
        detail && h('span', { class: 'muted small', text: detail, title: detail }),
      );
    }),
  );
}

/** A table whose cells are given as strings or elements; figures stand right from column `numbersFrom` on. */
function tableOf(title, columns, numbersFrom, doc) {
  const body = h('tbody');
  const numeric = (i) => i >= numbersFrom && columns[i] !== 'What to do';
  const wrap = h(
    'div',
    { class: 'table-wrap', tabindex: '0', role: 'group', 'aria-label': title },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h('tr', {}, ...columns.map((c, i) => h('th', { text: c, scope: 'col', class: numeric(i) ? 'num' : null }))),
      ),
      body,
    ),
  );
  const el = h(
    'section',
    { class: 'status-card', 'aria-label': title },
    h('header', {}, h('h2', { text: title }), whatToDo(doc)),
    wrap,
  );
  const fill = (td, cell) => {
    if (typeof cell === 'string') setText(td, cell);
    else if (td.textContent !== cell.textContent || td.childElementCount === 0) td.replaceChildren(cell);
  };
  return {
    el,
    wrap,
    draw(rows, keyOf, cellsOf) {
      keyed(
        body,
        rows,
        keyOf,
        () => h('tr', {}, ...columns.map((c, i) => h('td', { class: numeric(i) ? 'num' : null }))),
        (tr, r) => cellsOf(r).forEach((cell, i) => fill(tr.children[i], cell)),
      );
    },
  };
}
