// Lines over time, with a legend of one line whose values follow the crosshair.

import { Chart } from '../chart.js';
import { Palette } from '../colours.js';
import { h, keyed, setClass, setText } from '../dom.js';
import { fillTemplate, shortNames } from '../labels.js';
import { duration, format } from '../units.js';

const MOST_LINES = 24;
const MOST_LEGEND = 12;
const MOST_DESCRIBED = 4;
const DESCRIBE_EVERY_MILLIS = 5000;

/** The lines of a panel's tracks: `[{name, labels, values}]` on one grid. */
function linesOf(tracks, queries, from, count, fallback) {
  const found = [];
  tracks.forEach((track, i) => {
    if (track.start === null) return;
    const { legend } = queries[i];
    for (const s of track.series.values()) found.push({ legend, track, s });
  });
  const unnamed = found.filter((f) => !f.legend);
  const names = unnamed.length
    ? shortNames(
        unnamed.map((f) => f.s.labels),
        fallback,
      )
    : [];
  unnamed.forEach((f, i) => (f.name = names[i]));
  for (const f of found) if (f.legend) f.name = fillTemplate(f.legend, f.s.labels) || fallback;
  const seen = new Map();
  return found.map(({ name, track, s }) => {
    const n = (seen.get(name) ?? 0) + 1;
    seen.set(name, n);
    return { name: n > 1 ? `${name} (${n})` : name, labels: s.labels, values: track.slice(s, from, count) };
  });
}

export function timeseries(host, panel) {
  const { spec, range } = panel;
  const plotHeight = spec.plotHeight ?? 120;
  const plot = h('div', {
    class: 'plot',
    style: { '--plot': `${plotHeight}px` },
    role: 'img',
    'aria-label': `Chart of ${spec.title}`,
  });
  const legend = h('div', { class: 'legend' });
  host.replaceChildren(plot, legend);
  legend.style.setProperty('--value', spec.unit === 'short' ? '4ch' : '6ch');
  const palette = new Palette();
  const chart = new Chart(plot, {
    unit: spec.unit,
    height: plotHeight,
    thresholds: spec.thresholds,
    band: spec.band,
    stacked: spec.stacked,
    max: spec.max,
    zero: spec.zero,
    note: spec.note,
    mark: spec.mark,
    spans: spec.spans,
    compact: spec.compact,
  });
  let lines = [];
  let measured = '';
  let describedAt = 0;

  const followCursor = () => drawLegend();
  plot.addEventListener('pointermove', followCursor);
  plot.addEventListener('pointerleave', followCursor);

  function drawLegend() {
    const at = chart.cursorValues();
    const alone = lines.length === 1 && !spec.keepName;
    setClass(legend, 'legend-stats', alone);
    if (alone) delete legend.dataset.more;
    if (alone) {
      const stats = statistics(lines[0].values);
      const shown = (spec.compact ? ['min', 'max'] : ['min', 'avg', 'max']).map((name) => ({
        name,
        value: stats?.[name] ?? null,
      }));
      keyed(
        legend,
        shown,
        (s) => s.name,
        statItem,
        (el, s) => setText(el.lastChild, format(s.value, spec.unit)),
      );
      return;
    }
    const rows = lines
      .map((l, i) => ({ ...l, value: at ? at[i] : latest(l.values) }))
      .slice(0, spec.mostLegend ?? MOST_LEGEND);
    keyed(
      legend,
      rows,
      (r) => r.name,
      legendItem,
      (el, r) => {
        el.firstChild.style.background = r.colour;
        setClass(el.firstChild, 'dashed', Boolean(r.dash));
        setText(el.lastChild, format(r.value, spec.unit));
      },
    );
    countHidden();
  }

  /** The chart in words, for people who hear the page; not at each tick, so that it can be read to the end. */
  function describe(from, to) {
    if (Date.now() - describedAt < DESCRIBE_EVERY_MILLIS) return;
    describedAt = Date.now();
    plot.setAttribute('aria-label', inWords(spec, lines, to - from));
  }

  /** Tells how many names found no room. Measured only where the names or the width have changed. */
  function countHidden() {
    const key = `${plot.clientWidth} ${lines.map((l) => l.name).join('\u0001')}`;
    if (key === measured || plot.clientWidth === 0) return;
    measured = key;
    const inView = () => [...legend.children].filter((el) => el.offsetTop + 12 < legend.clientHeight).length;
    delete legend.dataset.more;
    if (inView() >= lines.length) return;
    legend.dataset.more = '+';
    legend.dataset.more = `+${lines.length - inView()}`;
  }

  return {
    draw(now) {
      const { step, seconds } = range;
      const to = range.kind === 'fixed' ? range.to : Math.floor(now / step) * step;
      const from = range.kind === 'fixed' ? range.from : to - Math.floor(seconds / step) * step;
      const count = Math.round((to - from) / step) + 1;
      lines = linesOf(panel.tracks, spec.queries, from, count, spec.title).filter((l) =>
        l.values.some((v) => v !== null),
      );
      if (spec.only) lines = lines.filter((l) => spec.only(l.labels));
      if (!spec.ordered) lines.sort((a, b) => (a.name < b.name ? -1 : 1));
      if (lines.length > MOST_LINES) lines = strongest(lines);
      for (const l of lines) Object.assign(l, spec.colourOf?.(l) ?? palette.of(l.name));
      const holes = panel.tracks.flatMap((t) => t.holes);
      chart.draw(lines, from, step, count, [from, to], holes);
      setText(panel.now, lines.length === 1 && !spec.keepName ? format(latest(lines[0].values), spec.unit) : '');
      drawLegend();
      describe(from, to);
    },
    restyle: () => chart.restyle(),
    destroy() {
      chart.destroy();
      host.replaceChildren();
    },
  };
}

function inWords({ title, unit }, lines, seconds) {
  const about = `Chart of ${title}, ${duration(seconds)}`;
  if (lines.length === 0) return `${about}: no values.`;
  const said = lines.slice(0, MOST_DESCRIBED).map(({ name, values }) => {
    const { min, max } = statistics(values);
    return `${name} now ${format(latest(values), unit)}, between ${format(min, unit)} and ${format(max, unit)}`;
  });
  const more = lines.length - said.length;
  return `${about}. ${said.join('; ')}${more > 0 ? `; ${more} more lines` : ''}.`;
}

function strongest(lines) {
  return lines
    .map((l) => [l, Math.max(...l.values.map((v) => v ?? -Infinity))])
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_LINES)
    .map(([l]) => l)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const legendItem = (r) =>
  h('span', { class: 'legend-item', title: r.name }, h('i', { class: 'swatch' }), h('span', { text: r.name }), h('b'));
const statItem = (s) => h('span', { class: 'legend-item' }, h('span', { text: s.name }), h('b'));

/** The newest value within the last three slots. */
export function latest(values) {
  for (let i = values.length - 1; i >= Math.max(0, values.length - 4); i--) if (values[i] !== null) return values[i];
  return null;
}

function statistics(values) {
  let n = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const v of values) {
    if (v === null) continue;
    n++;
    sum += v;
    min = Math.min(min, v);
    max = Math.max(max, v);
  }
  return n ? { min, avg: sum / n, max } : null;
}
