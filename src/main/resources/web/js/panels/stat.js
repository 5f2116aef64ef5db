// One number, large, with the line of where it comes from; a state beside it where it is over a threshold.

import { theme } from '../colours.js';
import { h, setText } from '../dom.js';
import { fillTemplate } from '../labels.js';
import { badge, wordFor } from '../severity.js';
import { Spark } from '../spark.js';
import { stateOf } from '../thresholds.js';
import { format, parts } from '../units.js';

export function stat(host, panel) {
  const { spec } = panel;
  const number = h('span');
  const unit = h('small');
  const state = h('span');
  const spark = new Spark();
  const rest = h('div', { class: 'stat-rest muted' });
  host.replaceChildren(
    h(
      'div',
      { class: 'stat' },
      h('div', { class: 'stat-row' }, h('div', { class: 'stat-value' }, number, unit), state),
      rest,
      spark.el,
    ),
  );
  let shown = null;

  return {
    draw() {
      const found = panel.tracks.flatMap((t, i) =>
        [...t.series.values()].map((s) => ({ t, s, legend: spec.queries[i].legend })),
      );
      const values = panel.tracks.flatMap((t, i) =>
        [...t.latest(5)].map((l) => ({ ...l, legend: spec.queries[i].legend })),
      );
      const value = values[0]?.value ?? null;
      const [digits, name] = parts(value, spec.unit);
      setText(number, digits);
      setText(unit, name);
      const over = stateOf(value, spec.thresholds);
      if (over !== shown) {
        shown = over;
        state.replaceChildren(...(over ? [badge(over, wordFor(over))] : []));
      }
      setText(
        rest,
        values
          .slice(1, 4)
          .map(
            (v) =>
              `${v.legend ? fillTemplate(v.legend, v.labels) : Object.values(v.labels).join(' ')} ${format(v.value, spec.unit)}`,
          )
          .join('  '),
      );
      rest.hidden = rest.textContent === '';
      const colours = theme();
      if (found[0])
        spark.draw(
          found[0].t.slice(found[0].s, found[0].t.start, found[0].t.length),
          over ? colours.severity[over] : colours.series[0],
        );
    },
    restyle: () => spark.resized(),
    destroy: () => host.replaceChildren(),
  };
}
