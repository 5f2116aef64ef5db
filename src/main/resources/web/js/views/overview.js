// What the reader sees first: what is wrong, each service in a line, the host, then every metric that arrives.

import * as api from '../api.js';
import { onAlerts, troubledMetrics } from '../alerts-feed.js';
import { onCatalogue } from '../catalogue.js';
import { h, keyed, setText } from '../dom.js';
import { planFor } from '../metric-panel.js';
import { Panel } from '../panels/panel.js';
import { timeseries } from '../panels/timeseries.js';
import { rangeOf } from '../range.js';
import { link } from '../route.js';
import { quote } from '../labels.js';
import { rank, shape } from '../severity.js';
import { hostSection } from './host.js';
import { servicesSection } from './services.js';
import { matcherOf } from './services-found.js';
import { troubleSection } from './trouble.js';
import { firstSteps } from './first-steps.js';

const PER_GROUP = 8;
/** Prefixes with fewer metrics than this share one group: a headline for each would be mostly empty space. */
const OWN_GROUP = 4;
const GROUPS = 24;
const GROUPS_MORE = 24;
/** A metric first seen while the page is open stands on top for this long. */
const FRESH_MILLIS = 600_000;
const SHAPE_EVERY_MILLIS = 20_000;
const SERIES_LIMIT = 400;

/** Groups about the machinery itself, and about what Tocsin looks at by itself, come last. */
const LAST = /^(host|node|tocsin|postgres|check|quality|scrape|up|jvm|process|system|logback|vertx|executor|disk)$/;

export function overviewView(root, route) {
  const trouble = h('section', { class: 'trouble', 'aria-label': 'Alerts that fire' });
  const services = h('section', { class: 'services', 'aria-label': 'Services', hidden: true });
  const host = h('section', { class: 'host', 'aria-label': 'Host', hidden: true });
  const groups = h('div', { class: 'groups' });
  const more = h('button', {
    class: 'button more',
    hidden: true,
    onclick: () => ((shownGroups += GROUPS_MORE), draw()),
  });
  const empty = h('div', { hidden: true });
  root.append(h('h1', { class: 'sr', text: 'Overview' }), trouble, services, host, groups, more, empty);

  let params = route.params;
  let known = { metrics: new Map(), loaded: false, error: null };
  let troubled = new Map();
  let shownGroups = GROUPS;
  const opened = new Set();
  let memberNames = null;
  let taught = '';

  const parts = [troubleSection(trouble, () => services.querySelectorAll('tbody tr').length), servicesSection(services, () => params), hostSection(host, () => params)];

  function draw() {
    const range = rangeOf(params);
    const wanted = (params.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (m) => wanted.every((w) => m.name.toLowerCase().includes(w));
    const all = [...known.metrics.values()];
    const pushed = all.filter((m) => !LAST.test(groupOf(m.name)));
    const shown = all.filter((m) => matches(m) && (!memberNames || memberNames.has(m.name)));
    const list = arrange(shown, troubled, wanted.length > 0);
    const visible = list.slice(0, shownGroups);
    keyed(
      groups,
      visible,
      (g) => g.name,
      makeGroup,
      (el, g) => updateGroup(el, g, range),
    );
    more.hidden = list.length <= visible.length;
    setText(more, `Show more: ${list.length - visible.length} groups`);
    teach(
      known.error && !known.loaded
        ? 'problem'
        : known.loaded && pushed.length === 0 && wanted.length === 0
          ? 'first steps'
          : known.loaded && shown.length === 0
            ? 'no match'
            : '',
    );
    for (const part of parts) part.draw();
  }

  /** What stands where metrics would: made anew only when it becomes something else, so that it can be read and copied. */
  function teach(what) {
    const key = what && `${what} ${params.q ?? ''}`;
    if (key === taught) return;
    taught = key;
    empty.hidden = what === '';
    if (what === 'problem') empty.replaceChildren(problem(known.error));
    else if (what === 'first steps') empty.replaceChildren(firstSteps());
    else if (what === 'no match') empty.replaceChildren(h('p', { class: 'empty muted', text: noMatch() }));
    else empty.replaceChildren();
  }

  const noMatch = () => (params.q ? `No metric's name has “${params.q}” in it.` : `${matcherOf(params.service)[1]} sends nothing.`);

  function makeGroup(g) {
    const title = h('h2', {}, h('span', { text: g.title }));
    const count = h('span', { class: 'muted' });
    const toggle = h('button', {
      class: 'link',
      onclick: () => {
        if (opened.has(g.name)) opened.delete(g.name);
        else opened.add(g.name);
        draw();
      },
    });
    const grid = h('div', { class: 'grid' });
    const el = h(
      'section',
      { class: 'group', 'aria-label': `Metrics: ${g.title}` },
      h('header', {}, title, count, toggle),
      grid,
    );
    el._parts = { grid, count, toggle };
    return el;
  }

  function updateGroup(el, g, range) {
    const { grid, count, toggle } = el._parts;
    const open = opened.has(g.name);
    const limit = g.last && !open && !params.q ? 0 : open ? Infinity : PER_GROUP;
    const shown = g.metrics.slice(0, limit === PER_GROUP && g.name === SMALL ? 2 * PER_GROUP : limit);
    setText(count, g.metrics.length === 1 ? '1 metric' : `${g.metrics.length} metrics`);
    const rest = g.metrics.length - shown.length;
    toggle.hidden = rest === 0 && !open && !g.last;
    setText(toggle, open ? 'Show fewer' : g.last && limit === 0 ? 'Show' : `Show ${rest} more`);
    keyed(
      grid,
      shown,
      (m) => m.name,
      (m) => metricPanel(m).el,
      (p, m) => p._metric.update(range, params.service, troubled.get(m.name)),
    );
  }

  const stops = [
    onCatalogue((c) => {
      known = c;
      draw();
    }),
    onAlerts((feed) => {
      const now = troubledMetrics(feed);
      const changed = JSON.stringify([...now]) !== JSON.stringify([...troubled]);
      troubled = now;
      if (changed) draw();
      else parts[0].draw();
    }),
  ];

  async function scope() {
    const { service } = params;
    if (!service) {
      memberNames = null;
      return;
    }
    const vector = await api
      .query(`count by (__name__) ({${selectorOf(service)}})`)
      .catch(() => null);
    if (service !== params.service) return;
    memberNames = new Set((vector?.result ?? []).map((r) => r.metric.__name__));
    draw();
  }
  scope();

  return {
    update(next) {
      const moved = next.params.service !== params.service;
      params = next.params;
      if (moved) scope();
      draw();
    },
    unmount() {
      stops.forEach((stop) => stop());
      parts.forEach((p) => p.destroy());
      for (const g of groups.children) for (const p of g._parts.grid.children) p._gone?.();
    },
  };
}

function problem(text) {
  return h('div', { class: 'empty' }, h('h2', { text: 'The list of metrics did not come' }), h('p', { text }));
}

/** What a service in the address selects, as PromQL writes it. */
function selectorOf(service) {
  const [label, value] = matcherOf(service);
  return `${label}=${quote(value)}`;
}

function groupOf(name) {
  const colon = name.indexOf(':');
  const cut = name.search(/[_:]/);
  if (colon > 0) return name.slice(0, colon);
  return cut > 0 ? name.slice(0, cut) : name;
}

const FRESH = '\u0000new';
const SMALL = '\u0001small';
const KIND_ORDER = { histogram: 0, counter: 1, gauge: 2, set: 3 };

/** Metrics in groups of one prefix: trouble first, what has just arrived next, the machinery's own last. */
function arrange(metrics, troubled, searching) {
  const groups = new Map();
  const freshAfter = Date.now() - FRESH_MILLIS;
  const put = (name, title, m) => {
    if (!groups.has(name))
      groups.set(name, { name, title, metrics: [], worst: 99, last: LAST.test(name) && !searching });
    const g = groups.get(name);
    g.metrics.push(m);
    if (troubled.has(m.name)) g.worst = Math.min(g.worst, rank(troubled.get(m.name)));
  };
  for (const m of metrics) {
    if (m.fresh > freshAfter && !LAST.test(groupOf(m.name))) put(FRESH, 'Just arrived', m);
    else put(groupOf(m.name), groupOf(m.name), m);
  }
  const trouble = (m) => (troubled.has(m.name) ? rank(troubled.get(m.name)) : 99);
  for (const g of groups.values()) {
    g.metrics.sort(
      (a, b) =>
        trouble(a) - trouble(b) ||
        b.fresh - a.fresh ||
        KIND_ORDER[a.kind] - KIND_ORDER[b.kind] ||
        (a.name < b.name ? -1 : 1),
    );
  }
  return gatherSmall([...groups.values()]).sort(
    (a, b) =>
      (b.name === FRESH) - (a.name === FRESH) || a.last - b.last || a.worst - b.worst || (a.name < b.name ? -1 : 1),
  );
}

function gatherSmall(groups) {
  const small = groups.filter((g) => g.metrics.length < OWN_GROUP && g.name !== FRESH && !g.last);
  if (small.length < 2) return groups;
  small.sort((a, b) => a.worst - b.worst || (a.name < b.name ? -1 : 1));
  const gathered = {
    name: SMALL,
    title: 'Metrics',
    metrics: small.flatMap((g) => g.metrics),
    worst: Math.min(...small.map((g) => g.worst)),
    last: false,
  };
  return [gathered, ...groups.filter((g) => !small.includes(g))];
}

/** One metric's panel; which lines it has is found out when it comes into view, and again from time to time. */
function metricPanel(metric) {
  let range = null;
  let service = null;
  let series = null;
  let again = 0;

  const matcher = () => (service ? Object.fromEntries([matcherOf(service)]) : {});
  const panel = new Panel(
    { title: metric.name, unit: metric.unit, queries: [], plotHeight: 112, bodyHeight: 136, onArrive: () => look() },
    timeseries,
  );

  async function look() {
    clearTimeout(again);
    if (!panel.el.isConnected) return;
    const selector = service ? `${metric.name}{${selectorOf(service)}}` : metric.name;
    const found = await api.series(selector, SERIES_LIMIT).catch(() => null);
    if (found) series = found;
    apply();
    again = setTimeout(look, SHAPE_EVERY_MILLIS);
  }

  function apply() {
    if (!range) return;
    const plan = planFor(metric, series ?? [], range, matcher());
    panel.change({ ...plan, href: link('/explore', { q: plan.explore }) }, range);
    panel.title.setAttribute('href', link('/explore', { q: plan.explore }));
  }

  panel.title.replaceWith((panel.title = h('a', { text: metric.name, title: metric.help || metric.name })));
  const mark = h('span', { class: 'panel-mark', hidden: true });
  panel.title.parentNode.before(mark);
  panel.el._metric = {
    update(nextRange, nextService, severity) {
      const moved = nextService !== service;
      service = nextService;
      const changed =
        !range || nextRange.name !== range.name || nextRange.from !== range.from || nextRange.to !== range.to;
      if (changed) range = nextRange;
      if (moved && series) look();
      else if (changed && series) apply();
      mark.hidden = !severity;
      if (severity && mark.dataset.kind !== severity) {
        mark.dataset.kind = severity;
        mark.replaceChildren(shape(severity, 'A rule about this metric fires'));
      }
    },
  };
  const gone = panel.el._gone;
  panel.el._gone = () => {
    clearTimeout(again);
    gone();
  };
  return panel;
}
