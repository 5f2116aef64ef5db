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
import { dateTime, format } from '../units.js';

const QUERIES = {
  accepted: 'sum by (protocol, socket) (rate(tocsin_samples_accepted_total[10s]))',
  acceptedAll: 'sum by (protocol, socket) (tocsin_samples_accepted_total)',
  rejected: 'sum by (socket, reason) (rate(tocsin_samples_rejected_total[1m]))',
  rejectedAll: 'sum by (socket, reason) (tocsin_samples_rejected_total)',
  drops: 'sum by (socket) (rate(tocsin_udp_kernel_drops_total[1m]))',
  dropsAll: 'sum by (socket) (tocsin_udp_kernel_drops_total)',
  lostAll: 'sum by (socket) (tocsin_samples_dropped_total)',
  series: 'sum by (kind) (tocsin_series)',
  subscribers: 'sum(tocsin_stream_subscribers)',
};

const TICK_QUERIES = [
  {
    expr: 'rate(tocsin_tick_duration_seconds_sum[10s]) / rate(tocsin_tick_duration_seconds_count[10s])',
    legend: 'mean',
  },
  { expr: 'tocsin_tick_duration_seconds_max', legend: 'longest lately' },
];

/** What to do about each way in which a sample does not get in. */
const ADVICE = [
  [/kernel/, 'More sockets (ingest.udp.sockets) or a larger ingest.udp.receive-buffer take it in.'],
  [/series_table_failed/, 'This is a defect of Tocsin: the log says what failed.'],
  [
    /series|limit|cardinal/,
    'See below which metric has too many series; its sender puts a value into a label that never repeats.',
  ],
  [/time|late|early|old/, "The sender's clock is off, or it sends too late for the hot window."],
  [/./, 'The sender writes lines that cannot be read; the log has the first of each kind with its text.'],
];

const HEALTH_EVERY_MILLIS = 3000;

export function statusView(root) {
  const range = rangeOf({});
  const tracks = Object.fromEntries(Object.entries(QUERIES).map(([k, expr]) => [k, acquire(expr, range)]));
  const health = h('section', { class: 'status-health', 'aria-label': 'Health' });
  const sockets = tableOf(
    'Ingest',
    ['Socket', 'Protocol', 'Accepted', 'Accepted in all', 'Dropped by the kernel', 'Dropped in all'],
    2,
  );
  const rejected = tableOf('Rejected', ['Socket', 'Reason', 'Now', 'In all', 'What to do'], 2);
  const nothingRejected = h('p', { class: 'calm' }, shape('ok'), 'Nothing that arrived was rejected.');
  rejected.el.append(nothingRejected);
  const held = h('section', { class: 'status-card', 'aria-label': 'Held' }, h('h2', { text: 'Held' }));
  const heldList = h('dl');
  held.append(heldList);
  const worst = tableOf('Most series', ['Metric', 'Series'], 1);
  const labels = tableOf('Most values', ['Label', 'Values'], 1);
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
    h('div', { class: 'status-columns' }, worst.el, labels.el, held),
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
    sockets.draw(
      [...rows.values()].sort((a, b) => (a.socket < b.socket ? -1 : 1)),
      (r) => r.socket,
      (r) => [
        r.socket,
        r.protocol,
        format(r.rate, 'ops'),
        format(r.all, 'short'),
        r.drops === undefined ? '–' : r.drops > 0 ? badge('critical', format(r.drops, 'ops')) : '0',
        format(r.dropsAll, 'short'),
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
        h('span', { class: 'muted', text: ADVICE.find(([p]) => p.test(r.reason ?? ''))[1] }),
      ],
    );
  }

  let ended = false;
  let timer = 0;

  async function poll() {
    const [state, tsdb, info, version] = await Promise.all(
      [api.health(), api.tsdbStatus(), api.runtime(), api.build()].map((p) => p.catch(() => null)),
    );
    if (ended) return;
    drawHealth(health, state);
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
    const kinds = [...tracks.series.latest(5)].map(({ labels: l, value }) => [
      `${l.kind ?? ''} series`,
      format(value, 'short'),
    ]);
    const all = tsdb?.headStats?.numSeries ?? sumOf(tracks.series.latest(5));
    worst.el.hidden = !tsdb?.seriesCountByMetricName?.length;
    labels.el.hidden = !tsdb?.labelValueCountByLabelName?.length;
    drawFacts(heldList, [
      ['Series in all', format(all, 'short')],
      ...kinds,
      ['Browsers watching', format(tracks.subscribers.one(5), 'short')],
      ["This page's queries", `${stream.size}`],
      ['Frames it missed', `${stream.skippedFrames}`],
      ['Running since', info?.startTime ? dateTime(Date.parse(info.startTime)) : '–'],
      ['Version', version?.version ?? state?.version ?? '–'],
    ]);
    timer = setTimeout(poll, HEALTH_EVERY_MILLIS);
  }

  const stop = onBeat(draw);
  poll();
  return {
    unmount() {
      ended = true;
      clearTimeout(timer);
      stop();
      charts.forEach((c) => c.destroy());
      Object.values(tracks).forEach(release);
    },
  };
}

function sumOf(points) {
  let sum = null;
  for (const { value } of points) sum = (sum ?? 0) + value;
  return sum;
}

function drawFacts(dl, facts) {
  const known = facts.filter(([, v]) => v !== '–');
  keyed(
    dl,
    known,
    ([k]) => k,
    ([k]) => h('div', {}, h('dt', { text: k }), h('dd')),
    (el, [, v]) => setText(el.lastChild, v),
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
        h('span', { class: 'muted', text: name }),
        badge(kindOf(status), status.toLowerCase()),
        detail && h('span', { class: 'muted small', text: detail, title: detail }),
      );
    }),
  );
}

/** A table whose cells are given as strings or elements; figures stand right from column `numbersFrom` on. */
function tableOf(title, columns, numbersFrom) {
  const body = h('tbody');
  const numeric = (i) => i >= numbersFrom && columns[i] !== 'What to do';
  const wrap = h(
    'div',
    { class: 'table-wrap', tabindex: '0' },
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
  const el = h('section', { class: 'status-card', 'aria-label': title }, h('h2', { text: title }), wrap);
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
