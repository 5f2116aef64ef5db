// One dashboard: its panels on a grid of twelve columns, as its file says.

import * as api from '../api.js';
import { h } from '../dom.js';
import { alertList } from '../panels/alert-list.js';
import { gauge } from '../panels/gauge.js';
import { heatmap } from '../panels/heatmap.js';
import { Panel } from '../panels/panel.js';
import { spectrum } from '../panels/spectrum.js';
import { stat } from '../panels/stat.js';
import { table } from '../panels/table.js';
import { text } from '../panels/text.js';
import { timeseries } from '../panels/timeseries.js';
import { rangeOf } from '../range.js';
import { link } from '../route.js';
import { fillExpr, fillText } from '../variables.js';
import { remember, startingPoint, yamlButton } from './dashboard-yaml.js';
import { VariableBar } from './variable-bar.js';

/** Height of one grid row, in px, and of what a chart panel has around its plot. */
const ROW = 48;
const GAP = 8;
const FRAME = 32 + 24;

const KINDS = { timeseries, stat, gauge, table, heatmap, spectrum, text, alerts: alertList };
/** How often it is asked again what a query means whose metric has not come in yet. */
const WAIT_MILLIS = 3000;

const SEVERITY = { warning: 'medium', critical: 'critical', high: 'high', info: 'low' };

export function dashboardView(root, route, name) {
  let panels = [];
  let params = route.params;
  let ended = false;
  let dashboard = null;
  let bar = null;
  let waiting = 0;

  found(name).then(
    (d) => {
      if (ended) return;
      if (!d) teach(`There is no dashboard “${name}”`, `conf/dashboards has no ${name}.yaml.`);
      else if (d.panels.length === 0) teach(d.title, 'It has no panels yet.');
      else open(d);
    },
    (e) => !ended && teach('The dashboard did not come', e.message),
  );

  function open(d) {
    remember(d);
    dashboard = d;
    bar = new VariableBar(d.variables, params, rangeOf(params), apply);
    const yaml = yamlButton(d);
    const grid = h('div', { class: 'dashboard' });
    root.append(
      h(
        'header',
        { class: 'dashboard-head' },
        h('h1', { text: d.title }),
        h('a', { class: 'link', href: link('/dashboards'), text: 'All dashboards' }),
        yaml.button,
      ),
      bar.el,
      yaml.shown,
      grid,
    );
    panels = d.panels.map((p) => makePanel(p, bar.chosen()));
    grid.append(...panels.map((p) => p.el));
    apply();
  }

  async function teach(title, why) {
    const shown = await startingPoint(name, title, why);
    if (!ended) root.append(shown);
  }

  function apply() {
    if (!bar.ready) return;
    const range = rangeOf(params);
    const chosen = bar.chosen();
    panels.forEach((panel, i) => panel.change(specOf(dashboard.panels[i], chosen), range));
    clearTimeout(waiting);
    if (panels.some((panel) => panel.spec.waits)) waiting = setTimeout(askAgain, WAIT_MILLIS);
  }

  async function askAgain() {
    const again = document.hidden ? null : await api.dashboard(name).catch(() => null);
    if (ended) return;
    if (again?.panels.length === panels.length) dashboard = again;
    apply();
  }

  return {
    update(next) {
      params = next.params;
      if (!bar) return;
      bar.update(params, rangeOf(params));
      apply();
    },
    unmount() {
      ended = true;
      clearTimeout(waiting);
      bar?.destroy();
      panels.forEach((p) => p.destroy());
    },
  };
}

/** Asked of the list first: a browser tells every answer of 404 as an error. */
async function found(name) {
  const list = await api.dashboards();
  return list.some((each) => each.name === name) ? api.dashboard(name) : null;
}

const heightOf = (p) => p.height * (ROW + GAP) - GAP;

/** What a panel shows, of what the server says of it and what is chosen of the variables. */
function specOf(p, chosen) {
  const kind = KINDS[p.kind] ? p.kind : 'timeseries';
  const queries = p.queries
    .filter((q) => q.expr)
    .map((q) => ({ ...q, expr: fillExpr(q.expr, chosen), legend: fillText(q.legend, chosen) }));
  return {
    title: fillText(p.title, chosen),
    level: 2,
    href: queries.length ? link(KINDS[kind].track ? '/latency' : '/explore', { q: queries[0].expr }) : kind === 'alerts' ? link('/alerts') : null,
    kind,
    unit: p.unit,
    queries,
    waits: queries.length < p.queries.length,
    thresholds: p.thresholds.map((t) => ({ ...t, severity: SEVERITY[t.severity] ?? t.severity })),
    min: p.min,
    max: p.max,
    plotHeight: Math.max(64, heightOf(p) - FRAME),
    keepName: kind !== 'timeseries' || p.queries.length > 1,
    stacked: p.kind === 'stacked',
    ordered: queries.length > 1 && queries.every((q) => q.legend && !q.legend.includes('{{')),
    text: fillText(p.text, chosen),
    push: p.push,
  };
}

function makePanel(p, chosen) {
  const spec = specOf(p, chosen);
  const panel = new Panel(spec, KINDS[spec.kind]);
  const at = panel.el.style;
  at.gridColumn = `${p.x + 1} / span ${p.width}`;
  at.gridRow = `${p.y + 1} / span ${p.height}`;
  at.setProperty('--height', `${heightOf(p)}px`);
  return panel;
}
