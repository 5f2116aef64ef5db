// A panel of kind spectrum: the value at each percentile up to 99.999 %, now and before.

import { Palette, theme } from '../colours.js';
import { h, keyed, setText } from '../dom.js';
import { fillTemplate, shortNames } from '../labels.js';
import { SpectrumTrack } from '../heat-track.js';
import { nameOf, SpectrumPlot, valueAt } from '../spectrum-plot.js';
import { duration, format } from '../units.js';

/** What a dashboard's panel compares with; the page of one distribution lets its reader choose. */
const OFFSETS = ['1h', '1w'];
const DASHES = [null, [7, 4], [2, 3], [9, 3, 2, 3]];
const SPOKEN = [0.5, 0.9, 0.99, 0.999];

const SECONDS = { h: 3600, d: 86_400, w: 604_800 };

const secondsOf = (offset) => Number.parseInt(offset, 10) * SECONDS[offset.at(-1)];
const agoOf = (offset) => (offset === 0 ? 'now' : `${duration(offset).replace(/ ?7\u00a0d/, '1\u00a0week')} ago`);

export function spectrum(host, panel) {
  const { spec } = panel;
  const body = h('div', { class: 'plot', style: { '--plot': `${spec.plotHeight ?? 120}px` } });
  const legend = h('div', { class: 'legend spectrum-legend' });
  host.replaceChildren(body, legend);
  const plot = new SpectrumPlot(body, {
    unit: spec.unit,
    label: `Percentile spectrum of ${spec.label ?? spec.title}`,
    note: () => (panel.tracks[0]?.window ? `over ${duration(panel.tracks[0].window)}` : 'over the window of the query'),
  });
  const palette = new Palette();
  let drawn = -1;

  function draw() {
    const found = panel.tracks.flatMap((track, i) => track.curves.map((c) => ({ ...c, legend: spec.queries[i].legend })));
    const names = shortNames(
      found.map((c) => c.labels),
      '',
    );
    const offsets = [...new Set(found.map((c) => c.offset))].sort((a, b) => a - b);
    const series = theme().series;
    const curves = found.map((c, i) => {
      const who = (c.legend ? fillTemplate(c.legend, c.labels) : Object.keys(c.labels).length ? names[i] : '') || '';
      const place = offsets.indexOf(c.offset);
      return {
        name: [who, agoOf(c.offset)].filter(Boolean).join(' '),
        colour: who ? palette.of(who).colour : series[[0, 1, 3, 2][place] ?? 6],
        dash: DASHES[place] ?? null,
        width: c.offset === 0 ? 2 : 1.5,
        points: c.points,
        count: c.count,
        offset: c.offset,
        error: c.error,
      };
    });
    plot.draw(curves);
    // What there is nothing of is said, not left out.
    const missing = panel.tracks.every((t) => t.loading)
      ? []
      : (spec.offsets ?? OFFSETS).map(secondsOf).filter((offset) => !offsets.includes(offset));
    keyed(
      legend,
      [...curves, ...missing.map((offset) => ({ name: `${agoOf(offset)}: no data`, count: null }))],
      (c) => c.name,
      (c) => h('span', { class: 'legend-item' }, h('i', { class: 'swatch' }), h('span', { text: c.name }), h('b')),
      (el, c) => {
        const swatch = el.firstChild;
        swatch.hidden = c.count === null;
        if (swatch.hidden) return;
        swatch.style.background = c.colour;
        swatch.classList.toggle('dashed', Boolean(c.dash));
        setText(el.lastChild, format(Math.round(c.count)));
        el.title = told(c);
      },
    );
    const [now, ...others] = curves.filter((c) => c.offset === 0);
    plot.el.setAttribute('aria-label', `Percentile spectrum of ${spec.label ?? spec.title}. ${curves.map((c) => spoken(c)).join('. ')}`);
    setText(panel.now, now && !others.length ? `p99 ${format(valueAt(now.points, 0.99), spec.unit)}` : '');
  }

  const told = (c) => {
    const end = c.points.at(-1)?.[0] ?? 0;
    return `${c.name}: ${Math.round(c.count)} observations, which tell percentiles up to ${nameOf(end)}`;
  };
  const spoken = (c) =>
    `${told(c)}: ${SPOKEN.map((p) => [p, valueAt(c.points, p)])
      .filter(([, v]) => v !== null)
      .map(([p, v]) => `${nameOf(p)} ${format(v, spec.unit)}`)
      .join(', ')}`;

  return {
    draw() {
      const version = panel.tracks.reduce((n, t) => n + t.version, 0);
      if (version === drawn) return;
      drawn = version;
      draw();
    },
    restyle: () => (drawn = -1),
    destroy() {
      plot.destroy();
      host.replaceChildren();
    },
  };
}

spectrum.track = (expr, range, spec) => new SpectrumTrack(expr, range, spec.offsets ?? OFFSETS);
