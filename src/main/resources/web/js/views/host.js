// The machine itself, in five charts of the same height.

import { onCatalogue } from '../catalogue.js';
import { h } from '../dom.js';
import { Panel } from '../panels/panel.js';
import { timeseries } from '../panels/timeseries.js';
import { rangeOf, windowOf } from '../range.js';
import { link } from '../route.js';

const limits = (medium, critical) => [
  { value: medium, severity: 'medium' },
  { value: critical, severity: 'critical' },
];

const SPECS = [
  {
    needs: 'host_cpu_usage_percent',
    title: 'CPU',
    unit: 'percent',
    max: 100,
    thresholds: limits(80, 95),
    queries: () => [{ expr: 'host_cpu_usage_percent' }],
  },
  {
    needs: 'host_memory_usage_percent',
    title: 'Memory',
    unit: 'percent',
    max: 100,
    thresholds: limits(85, 98),
    queries: () => [{ expr: 'host_memory_usage_percent' }],
  },
  {
    needs: 'host_disk_usage_percent',
    title: 'Disk',
    unit: 'percent',
    max: 100,
    thresholds: limits(90, 95),
    queries: () => [{ expr: 'host_disk_usage_percent', legend: '{{mount}}' }],
    keepName: true,
  },
  {
    needs: 'host_network_received_bytes_total',
    title: 'Network',
    unit: 'bytes/s',
    keepName: true,
    queries: (w) => [
      { expr: `sum(rate(host_network_received_bytes_total{interface!="lo"}[${w}]))`, legend: 'in' },
      { expr: `sum(rate(host_network_sent_bytes_total{interface!="lo"}[${w}]))`, legend: 'out' },
    ],
  },
  {
    needs: 'host_load1',
    title: 'Load',
    unit: 'short',
    zero: true,
    keepName: true,
    ordered: true,
    queries: () => [
      { expr: 'host_load1', legend: '1m' },
      { expr: 'host_load5', legend: '5m' },
      { expr: 'host_load15', legend: '15m' },
    ],
  },
];

export function hostSection(el, paramsOf) {
  const grid = h('div', { class: 'host-grid' });
  el.append(h('h2', { text: 'Host' }), grid);
  const panels = new Map();
  let known = new Map();
  let shownRange = null;

  const stop = onCatalogue(({ metrics }) => {
    known = metrics;
  });

  return {
    draw() {
      const params = paramsOf();
      const range = rangeOf(params);
      const asked = (params.q ?? '').toLowerCase();
      const words = asked.split(/\s+/).filter(Boolean);
      const fits = (s) => words.every((w) => `host ${s.title} ${s.needs}`.toLowerCase().includes(w));
      const present = params.service ? [] : SPECS.filter((s) => known.has(s.needs) && fits(s));
      el.hidden = present.length === 0;
      const sameRange = shownRange && JSON.stringify(shownRange) === JSON.stringify(range);
      if (!sameRange) shownRange = range;
      for (const s of SPECS) {
        if (!present.includes(s)) {
          panels.get(s)?.el.remove();
          panels.get(s)?.destroy();
          panels.delete(s);
          continue;
        }
        const queries = s.queries(windowOf(range));
        if (!panels.has(s)) {
          const p = new Panel(
            {
              ...s,
              queries,
              plotHeight: 88,
              bodyHeight: 112,
              compact: true,
              href: link('/explore', { q: queries[0].expr }),
            },
            timeseries,
          );
          panels.set(s, p);
          grid.append(p.el);
        }
        panels.get(s).change({ ...s, queries }, shownRange);
      }
    },
    destroy() {
      stop();
      for (const p of panels.values()) p.destroy();
    },
  };
}
