// A panel of kind heatmap: how many observations fell into each cell of time × value, with the p50 and p99 over them.

import { h, setText } from '../dom.js';
import { rampGradient } from '../heat-picture.js';
import { HeatPlot } from '../heat-plot.js';
import { HeatTrack } from '../heat-track.js';
import { format } from '../units.js';

export function heatmap(host, panel) {
  const { spec } = panel;
  const body = h('div', { class: 'plot', style: { '--plot': `${spec.plotHeight ?? 120}px` } });
  const ramp = h('i', { class: 'heat-ramp' });
  const most = h('span');
  const legend = h('div', { class: 'legend heat-legend' }, h('span', { text: 'observations per cell: 1' }), ramp, most);
  host.replaceChildren(body, legend);
  const plot = new HeatPlot(body, {
    unit: spec.unit,
    label: `Heatmap of ${spec.label ?? spec.title}${spec.onRegion ? '. Arrow keys move the cursor, with Shift they extend a region, Enter takes it' : ''}`,
    onRegion: spec.onRegion,
    region: spec.region,
  });
  spec.selected = () => plot.selected();
  const restyle = () => (ramp.style.background = rampGradient());
  restyle();

  return {
    draw(now) {
      const [track] = panel.tracks;
      if (!track) return;
      const fullest = plot.draw({
        columns: track.columns,
        step: track.step,
        window: track.window,
        view: track.view(now),
        holes: track.holes,
        relativeError: track.relativeError,
      });
      setText(most, fullest ? format(Math.round(fullest)) : '');
      const last = [...track.columns.values()].at(-1);
      setText(panel.now, last ? `p99 ${format(last.p99, spec.unit)}` : '');
    },
    restyle,
    destroy() {
      plot.destroy();
      host.replaceChildren();
    },
  };
}

heatmap.track = (expr, range) => new HeatTrack(expr, range);
