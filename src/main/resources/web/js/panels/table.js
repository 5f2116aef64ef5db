// The newest values as rows: a column for each label in which they differ, largest value first.

import { h, keyed, setText } from '../dom.js';
import { fillTemplate, keyOf } from '../labels.js';
import { format } from '../units.js';

const MOST_ROWS = 200;

/** Every label that some row has; the metric's name only where rows differ in it, or have nothing else. */
function columnsOf(rows) {
  const all = [...new Set(rows.flatMap((r) => Object.keys(r.labels)))].sort();
  const oneName = rows.every((r) => r.labels.__name__ === rows[0].labels.__name__);
  return oneName && all.length > 1 ? all.filter((n) => n !== '__name__') : all;
}

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
      const rows = [];
      panel.tracks.forEach((track, i) => {
        const { legend } = spec.queries[i];
        for (const { labels, value } of track.latest()) {
          rows.push({
            key: `${i} ${keyOf(labels)}`,
            labels,
            value,
            name: legend ? fillTemplate(legend, labels) : null,
          });
        }
      });
      rows.sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1));
      const named = rows.length > 0 && rows.every((r) => r.name);
      const names = named ? ['series'] : columnsOf(rows);
      const key = names.join('\u0001');
      if (key !== columns) {
        columns = key;
        body._keyed?.clear();
        body.replaceChildren();
        head.replaceChildren(
          ...names.map((n) => h('th', { scope: 'col', text: n === '__name__' ? 'metric' : n })),
          h('th', { scope: 'col', class: 'num', text: 'value' }),
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
            h('td', { class: 'num' }),
          ),
        (tr, r) => setText(tr.lastChild, format(r.value, spec.unit)),
      );
      more.hidden = rows.length <= MOST_ROWS;
      setText(more, `${rows.length - MOST_ROWS} more rows`);
    },
    destroy: () => host.replaceChildren(),
  };
}
