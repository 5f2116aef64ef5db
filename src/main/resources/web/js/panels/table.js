// The newest values as rows. One query: a column for each label in which rows differ, and the value, largest first.
// Several queries: a column for each, and a row for each set of labels, so that rate, errors and latency of a route
// stand in one line; largest first by the first column.

import { h, keyed, setText } from '../dom.js';
import { fillTemplate, keyOf, withoutName } from '../labels.js';
import { shape, wordFor } from '../severity.js';
import { stateOf } from '../thresholds.js';
import { format } from '../units.js';

const MOST_ROWS = 200;

/** Every label that some row has; the metric's name only where rows differ in it, or have nothing else. */
function columnsOf(rows) {
  const all = [...new Set(rows.flatMap((r) => Object.keys(r.labels)))].sort();
  const oneName = rows.every((r) => r.labels.__name__ === rows[0].labels.__name__);
  return oneName && all.length > 1 ? all.filter((n) => n !== '__name__') : all;
}

/** Whether each query is a column: all are named, and no name is of a series. */
const isWide = (queries) => queries.length > 1 && queries.every((q) => q.legend && !q.legend.includes('{{'));

function longRows(panel) {
  const rows = [];
  panel.tracks.forEach((track, i) => {
    const { legend } = panel.spec.queries[i];
    for (const { labels, value } of track.latest()) {
      rows.push({
        key: `${i} ${keyOf(labels)}`,
        labels,
        values: [value],
        name: legend ? fillTemplate(legend, labels) : null,
      });
    }
  });
  return rows;
}

function wideRows(panel) {
  const rows = new Map();
  panel.tracks.forEach((track, i) => {
    for (const { labels, value } of track.latest()) {
      const own = withoutName(labels);
      const key = keyOf(own);
      if (!rows.has(key)) rows.set(key, { key, labels: own, values: panel.tracks.map(() => null), name: null });
      rows.get(key).values[i] = value;
    }
  });
  return [...rows.values()];
}

const lead = (r) => r.values[0] ?? -Infinity;

export function table(host, panel) {
  const { spec } = panel;
  const head = h('tr');
  const body = h('tbody');
  const more = h('p', { class: 'muted table-more', hidden: true });
  host.replaceChildren(
    h('div', { class: 'table-wrap', tabindex: '0' }, h('table', {}, h('thead', {}, head), body)),
    more,
  );
  let columns = null;

  return {
    draw() {
      const { queries } = spec;
      const wide = isWide(queries);
      const rows = wide ? wideRows(panel) : longRows(panel);
      rows.sort((a, b) => lead(b) - lead(a) || (a.key < b.key ? -1 : 1));
      const named = rows.length > 0 && rows.every((r) => r.name);
      const names = named ? ['series'] : columnsOf(rows);
      const values = wide ? queries.map((q) => q.legend) : ['value'];
      const key = [...names, ...values].join('\u0001');
      if (key !== columns) {
        columns = key;
        body._keyed?.clear();
        body.replaceChildren();
        head.replaceChildren(
          ...names.map((n) => h('th', { scope: 'col', text: n === '__name__' ? 'metric' : n })),
          ...values.map((n) => h('th', { scope: 'col', class: 'num', text: n })),
        );
      }
      keyed(
        body,
        rows.slice(0, MOST_ROWS),
        (r) => r.key,
        (r) =>
          h(
            'tr',
            {},
            ...(named ? [h('td', { text: r.name })] : names.map((n) => h('td', { text: r.labels[n] ?? '' }))),
            ...values.map(() => h('td', { class: 'num' }, h('span'), h('span'))),
          ),
        (tr, r) => r.values.forEach((v, i) => cell(tr.children[names.length + i], v, i, wide, spec)),
      );
      more.hidden = rows.length <= MOST_ROWS;
      setText(more, `${rows.length - MOST_ROWS} more rows`);
    },
    destroy: () => host.replaceChildren(),
  };
}

/** Thresholds are in the panel's unit: a column with a unit of its own has none. */
function cell(td, value, i, wide, spec) {
  const own = wide ? spec.queries[i].unit : undefined;
  setText(td.lastChild, format(value, own ?? spec.unit));
  const bad = own && own !== spec.unit ? null : stateOf(value, spec.thresholds);
  if ((td._state ?? null) === bad) return;
  td._state = bad;
  td.className = bad ? `num is-${bad}` : 'num';
  td.firstChild.replaceChildren(...(bad ? [shape(bad, wordFor(bad))] : []));
}
