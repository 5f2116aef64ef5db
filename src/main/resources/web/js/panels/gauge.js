// A value on its scale: one as an arc, several as bars. Where values begin to be bad is drawn on the scale itself.

import { theme } from '../colours.js';
import { h, keyed, setClass, setText, svg } from '../dom.js';
import { fillTemplate, keyOf, shortNames } from '../labels.js';
import { badge, wordFor } from '../severity.js';
import { spansOf, stateOf } from '../thresholds.js';
import { format, niceCeil, parts } from '../units.js';

const MOST_BARS = 50;
/** The arc: an opening of 120° at the foot. */
const SWEEP = 240;
const RADIUS = 42;
const WIDTH = 8;

export function gauge(host, panel) {
  const { spec } = panel;
  const arc = arcOf();
  const bars = h('div', { class: 'gauge-bars', hidden: true });
  host.replaceChildren(arc.el, bars);
  let reached = 0;

  return {
    draw() {
      const found = readings(panel);
      const thresholds = spec.thresholds ?? [];
      reached = Math.max(reached, ...found.map((f) => f.value));
      const [min, max] = scaleOf(spec, thresholds, reached);
      const several = found.length > 1;
      arc.el.hidden = several;
      bars.hidden = !several;
      if (!several) {
        arc.draw(found[0]?.value ?? null, min, max, thresholds, spec);
        return;
      }
      keyed(
        bars,
        found.slice(0, MOST_BARS),
        (f) => f.key,
        bar,
        (el, f) => drawBar(el, f, min, max, thresholds, spec.unit),
      );
    },
    restyle() {},
    destroy: () => host.replaceChildren(),
  };
}

/** What there is to show, by name, so that a bar keeps its place. */
function readings(panel) {
  const found = panel.tracks.flatMap((track, i) =>
    [...track.latest(5)].map((l) => ({ ...l, key: `${i} ${keyOf(l.labels)}`, legend: panel.spec.queries[i].legend })),
  );
  const names = shortNames(
    found.map((f) => f.labels),
    panel.spec.title,
  );
  found.forEach((f, i) => (f.name = (f.legend && fillTemplate(f.legend, f.labels)) || names[i]));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The ends of the scale: as the file says, else what the unit, the thresholds and the values so far ask for. */
function scaleOf({ min = 0, max, unit }, thresholds, reached) {
  if (max !== undefined) return [min, max];
  const whole = unit === 'percent' ? 100 : unit === 'ratio' ? 1 : 0;
  if (whole) return [min, Math.max(whole, min + whole)];
  const highest = Math.max(reached, ...thresholds.map((t) => t.value * 1.25), min);
  return [min, min + niceCeil(highest - min, unit)];
}

const share = (value, min, max) => Math.min(1, Math.max(0, (value - min) / (max - min)));

function arcOf() {
  const track = path('gauge-track');
  const zones = svg('g', {});
  const fill = path('gauge-fill');
  const picture = svg('svg', { viewBox: '0 0 100 78', class: 'gauge-arc', role: 'img' }, track, zones, fill);
  const number = h('span');
  const unit = h('small');
  const state = h('div', { class: 'gauge-state' });
  const low = h('span');
  const high = h('span');
  const el = h(
    'div',
    { class: 'gauge' },
    h(
      'div',
      { class: 'gauge-face' },
      picture,
      h('div', { class: 'gauge-value' }, h('div', { class: 'stat-value' }, number, unit), state),
    ),
    h('div', { class: 'gauge-ends muted' }, low, high),
  );
  track.setAttribute('d', segment(0, 1, RADIUS));
  let drawnZones = '';
  let shown = null;
  return {
    el,
    draw(value, min, max, thresholds, spec) {
      const [digits, name] = parts(value, spec.unit);
      setText(number, digits);
      setText(unit, name);
      setText(low, format(min, spec.unit));
      setText(high, format(max, spec.unit));
      const bad = stateOf(value, thresholds);
      const part = value === null ? 0 : share(value, min, max);
      fill.setAttribute('d', part > 0.002 ? segment(0, part, RADIUS) : '');
      fill.style.stroke = bad ? theme().severity[bad] : theme().series[0];
      picture.setAttribute('aria-label', `${spec.title}: ${format(value, spec.unit)}${bad ? `, ${wordFor(bad)}` : ''}`);
      const spans = spansOf(thresholds, min, max);
      const key = JSON.stringify([spans, min, max]);
      if (key !== drawnZones) {
        drawnZones = key;
        zones.replaceChildren(
          ...spans.map((s) =>
            svg('path', {
              class: `gauge-zone zone-${s.severity}`,
              d: segment(share(s.from, min, max), share(s.to, min, max), RADIUS + WIDTH / 2 + 2),
            }),
          ),
        );
      }
      if (bad !== shown) {
        shown = bad;
        state.replaceChildren(...(bad ? [badge(bad, wordFor(bad))] : []));
      }
    },
  };
}

const path = (name) => svg('path', { class: name });

/** From one share of the arc to another, as a path. */
function segment(from, to, radius) {
  const at = (part) => {
    const angle = ((part * SWEEP - SWEEP / 2 - 90) * Math.PI) / 180;
    return `${(50 + radius * Math.cos(angle)).toFixed(2)} ${(50 + radius * Math.sin(angle)).toFixed(2)}`;
  };
  return `M${at(from)}A${radius} ${radius} 0 ${(to - from) * SWEEP > 180 ? 1 : 0} 1 ${at(to)}`;
}

const bar = (f) =>
  h(
    'div',
    { class: 'gauge-bar' },
    h('span', { class: 'gauge-name', text: f.name, title: f.name }),
    h('div', { class: 'gauge-rail' }, h('i')),
    h('b'),
  );

function drawBar(el, f, min, max, thresholds, unit) {
  const [, rail, value] = el.children;
  const bad = stateOf(f.value, thresholds);
  const fill = rail.firstChild;
  fill.style.width = `${(share(f.value, min, max) * 100).toFixed(1)}%`;
  fill.style.background = bad ? theme().severity[bad] : theme().series[0];
  setText(value, format(f.value, unit));
  for (const s of ['critical', 'high', 'medium', 'low']) setClass(value, `is-${s}`, bad === s);
  el.title = bad ? `${f.name}: ${wordFor(bad)}` : f.name;
}
