// One dashboard: its panels on a grid of twelve columns, as its file says.

import * as api from '../api.js';
import { h } from '../dom.js';
import { alertList } from '../panels/alert-list.js';
import { Panel } from '../panels/panel.js';
import { stat } from '../panels/stat.js';
import { table } from '../panels/table.js';
import { text } from '../panels/text.js';
import { timeseries } from '../panels/timeseries.js';
import { rangeOf } from '../range.js';
import { link } from '../route.js';

/** Height of one grid row, in px, and of what a chart panel has around its plot. */
const ROW = 48;
const GAP = 8;
const FRAME = 32 + 24;

const KINDS = { timeseries, stat, table, text, alerts: alertList };
const SEVERITY = { warning: 'medium', critical: 'critical', high: 'high', info: 'low' };

export function dashboardView(root, route, name) {
  let panels = [];
  let params = route.params;
  let ended = false;
  let grid = null;

  api
    .dashboard(name)
    .then((d) => {
      if (ended) return;
      grid = h('div', { class: 'dashboard' });
      root.append(
        h(
          'header',
          { class: 'dashboard-head' },
          h('h1', { text: d.title || d.name }),
          h('a', { class: 'link', href: link('/dashboards'), text: 'All dashboards' }),
        ),
        grid,
      );
      panels = (d.panels ?? []).map((p) => makePanel(p));
      grid.append(...panels.map((p) => p.el));
      apply();
    })
    .catch(
      (e) =>
        !ended &&
        root.append(
          h(
            'div',
            { class: 'empty' },
            h('h2', { text: `There is no dashboard “${name}”` }),
            h('p', { text: e.message }),
            h('p', {}, h('a', { href: link('/dashboards'), text: 'All dashboards' })),
          ),
        ),
    );

  function apply() {
    const range = rangeOf(params);
    for (const p of panels) p.change(p.spec, range);
  }

  return {
    update(next) {
      params = next.params;
      apply();
    },
    unmount() {
      ended = true;
      panels.forEach((p) => p.destroy());
    },
  };
}

function makePanel(p) {
  const height = (p.height ?? 4) * (ROW + GAP) - GAP;
  const queries = p.queries ?? [];
  const kind = KINDS[p.kind] ? p.kind : 'timeseries';
  const stacked = p.kind === 'stacked';
  const panel = new Panel(
    {
      title: p.title ?? '',
      level: 2,
      href: queries.length ? link('/explore', { q: queries[0].expr }) : kind === 'alerts' ? link('/alerts') : null,
      kind,
      unit: p.unit ?? 'short',
      queries,
      thresholds: (p.thresholds ?? []).map((t) => ({ ...t, severity: SEVERITY[t.severity] ?? t.severity })),
      plotHeight: Math.max(64, height - FRAME),
      keepName: kind !== 'timeseries' || queries.length > 1,
      stacked,
      ordered: queries.length > 1 && queries.every((q) => q.legend && !q.legend.includes('{{')),
      text: p.text,
    },
    KINDS[kind],
  );
  const at = panel.el.style;
  at.gridColumn = `${(p.x ?? 0) + 1} / span ${p.width ?? 6}`;
  at.gridRow = `${(p.y ?? 0) + 1} / span ${p.height ?? 4}`;
  return panel;
}
