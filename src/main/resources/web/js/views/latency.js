// One distribution: its live heatmap, its percentile spectrum now and before, and from which label values the
// observations of a selected region came.

import * as api from '../api.js';
import { catalogue, onCatalogue, whenKnown } from '../catalogue.js';
import { h, keyed, setText } from '../dom.js';
import { unitOfExpression } from '../expression-unit.js';
import { nowSeconds } from '../live.js';
import { heatmap } from '../panels/heatmap.js';
import { Panel } from '../panels/panel.js';
import { spectrum } from '../panels/spectrum.js';
import { rangeOf } from '../range.js';
import { current, setParams } from '../route.js';
import { parseSelector, selectorText } from '../selector.js';
import { clockTime, duration, format } from '../units.js';
import { firstSteps } from './first-steps.js';

const MOST_SHARES = 14;
const MOST_VALUES = 200;
/** Tocsin's own are worth looking at last. */
const OWN = /^(tocsin|jvm|process|vertx|host)_/;
const COMPARED = [
  ['1h', '1 h ago'],
  ['1w', '1 week ago'],
];

const distributions = () =>
  [...catalogue().values()]
    .filter((m) => m.kind === 'histogram')
    .sort((a, b) => OWN.test(a.name) - OWN.test(b.name) || (a.name < b.name ? -1 : 1));

/** The unit of the values that are distributed. */
const unitOf = (q) => unitOfExpression(`histogram_quantile(0.5, ${q})`);

/** `fromMillis,toMillis,low,high` of the address as a region in seconds and values; null for none. */
function regionOf({ region }) {
  const [from, to, low, high] = (region ?? '').split(',').map(Number);
  return to > from && high > low ? { from: from / 1000, to: to / 1000, low, high } : null;
}

export function latencyView(root) {
  const choice = h('input', {
    id: 'distribution',
    list: 'distributions',
    spellcheck: 'false',
    autocomplete: 'off',
    placeholder: 'Search distributions',
    'aria-label': 'Distribution: a metric, a selector, or an expression that yields distributions',
    onchange: () => choose(choice.value.trim()),
    onfocus: () => choice.select(),
  });
  const names = h('datalist', { id: 'distributions' });
  const filters = h('div', { class: 'chips' });
  const label = h('select', { 'aria-label': 'Filter by label', onchange: () => askValues() });
  const value = h('select', { 'aria-label': 'Value of the label', hidden: true, onchange: () => filter(label.value, value.value) });
  const compared = COMPARED.map(([offset, name]) => {
    const box = h('input', { type: 'checkbox', onchange: () => setParams({ cmp: boxes() }) });
    return { offset, box, el: h('label', { class: 'latency-compare' }, box, name) };
  });
  const head = h(
    'div',
    { class: 'latency-head' },
    choice,
    names,
    filters,
    label,
    value,
    h('fieldset', {}, h('legend', { class: 'sr', text: 'Compare the spectrum with' }), h('span', { class: 'muted', text: 'Compare with' }), ...compared.map((c) => c.el)),
  );
  const charts = h('div', { class: 'latency-charts' });
  const origin = h('section', { class: 'panel latency-origin', 'aria-label': 'Where the region came from' });
  root.append(h('h1', { class: 'sr', text: 'Latency' }), head, charts, origin);

  let shown = '';
  let asked = '';
  let abort = null;
  let panels = [];
  let region = null;
  let ended = false;

  /** What the address says is compared: both where it says nothing. */
  const offsetsOf = ({ cmp }) => (cmp === 'none' ? [] : COMPARED.map(([o]) => o).filter((o) => !cmp || cmp.split(',').includes(o)));

  function boxes() {
    const chosen = compared.filter((c) => c.box.checked).map((c) => c.offset);
    return chosen.length === 0 ? 'none' : chosen.length === COMPARED.length ? '' : chosen.join(',');
  }

  function choose(q) {
    if (q) setParams({ q, region: '' }, true);
  }

  function filter(name, val) {
    const selector = parseSelector(current().params.q);
    if (!selector || !name) return;
    setParams({ q: selectorText({ ...selector, labels: { ...selector.labels, [name]: val } }) }, true);
  }

  function unfilter(name) {
    const { metric, labels } = parseSelector(current().params.q);
    const { [name]: _, ...rest } = labels;
    setParams({ q: selectorText({ metric, labels: rest }) }, true);
  }

  function drawFilters(q) {
    const selector = parseSelector(q);
    keyed(
      filters,
      Object.entries(selector?.labels ?? {}),
      ([k, v]) => `${k}\u0001${v}`,
      ([k, v]) =>
        h(
          'button',
          { class: 'chip', 'aria-label': `Remove the filter ${k} ${v}`, onclick: () => unfilter(k) },
          h('span', { text: `${k} ` }),
          `${v} ×`,
        ),
    );
    label.hidden = !selector;
    value.hidden = true;
    if (!selector) return;
    api
      .labelNames([q])
      .then((all) => {
        if (q !== current().params.q) return;
        const free = all.filter((n) => n !== '__name__' && !(n in selector.labels));
        label.replaceChildren(h('option', { value: '', text: '+ filter' }), ...free.map((n) => h('option', { value: n, text: n })));
        label.hidden = free.length === 0;
      })
      .catch(() => (label.hidden = true));
  }

  async function askValues() {
    value.hidden = true;
    if (!label.value) return;
    const all = await api.labelValues(label.value, [current().params.q], MOST_VALUES).catch(() => []);
    value.replaceChildren(h('option', { value: '', text: 'which?' }), ...all.map((v) => h('option', { value: v, text: v })));
    value.hidden = false;
    value.focus();
  }

  function build(q, range, offsets) {
    const plotHeight = Math.round(Math.min(560, Math.max(280, innerHeight * 0.42)));
    const spec = {
      level: 2,
      unit: unitOf(q),
      queries: [{ expr: q }],
      label: q,
      whenEmpty: 'Nothing was observed in this range',
      plotHeight,
      bodyHeight: plotHeight + 24,
    };
    const heat = new Panel(
      {
        ...spec,
        title: range.kind === 'live' ? 'Live' : 'Over time',
        hint: q,
        kind: 'heatmap',
        region: () => region,
        onRegion: (r) =>
          setParams({ region: r ? [r.from * 1000, r.to * 1000, r.low, r.high].join(',') : '' }),
      },
      heatmap,
    );
    const curves = new Panel(
      { ...spec, title: 'Spectrum', hint: `${parseSelector(q) ? `of ${duration(range.seconds)}, ` : ''}to 99.999 %`, kind: 'spectrum', offsets },
      spectrum,
    );
    panels.forEach((p) => p.destroy());
    panels = [heat, curves];
    charts.replaceChildren(heat.el, curves.el);
    for (const p of panels) p.change(p.spec, range);
  }

  function draw({ params }) {
    const q = params.q ?? '';
    region = regionOf(params);
    const offsets = offsetsOf(params);
    for (const c of compared) c.box.checked = offsets.includes(c.offset);
    if (document.activeElement !== choice) choice.value = q;
    if (!q) return begin();
    const range = rangeOf(params);
    const key = JSON.stringify([q, range, offsets]);
    if (key !== shown) {
      shown = key;
      drawFilters(q);
      build(q, range, offsets);
    }
    panels[0].spec.selected?.();
    ask(q, range);
  }

  /** No distribution is chosen: the first there is, or what to do for one. */
  function begin() {
    const [first] = distributions();
    if (first) return setParams({ q: first.name });
    head.hidden = true;
    origin.hidden = true;
    charts.replaceChildren(firstSteps());
  }

  async function ask(q, range) {
    const key = JSON.stringify([q, region, range]);
    if (key === asked) return;
    asked = key;
    abort?.abort();
    abort = new AbortController();
    if (!region) return origin.replaceChildren(...intro());
    const now = nowSeconds();
    const view = range.kind === 'fixed' ? [range.from, range.to] : [now - range.seconds, now];
    const { low, high } = region;
    try {
      const answer = await api.labelShares(
        q,
        {
          from: Math.min(view[0], region.from),
          to: Math.max(view[1], region.to),
          start: region.from,
          end: region.to,
          low: low > 0 ? low : null,
          high,
        },
        abort.signal,
      );
      if (key === asked) tell(answer, unitOf(q), Boolean(parseSelector(q)));
    } catch (e) {
      if (e.name !== 'AbortError' && key === asked) origin.replaceChildren(...title(), h('p', { class: 'latency-told', text: e.message }));
    }
  }

  const title = (...more) => [h('header', {}, h('h2', { class: 'panel-title', text: 'Where it came from' }), ...more)];
  const intro = () => [
    ...title(),
    h('p', {
      class: 'latency-told muted',
      text: 'Drag over a part of the heatmap, or move to it with the arrow keys, Shift to extend and Enter: here stand the label values that its observations came from, those first that it has more of than the rest.',
    }),
  ];

  function tell({ region: count, all, shares, leftOut }, unit, filterable) {
    const { from, to, low, high } = region;
    const span = `${clockTime(from * 1000)} – ${clockTime(to * 1000)}, ${format(low, unit)} – ${format(high, unit)}`;
    const clear = h('button', { class: 'button', text: 'Clear', onclick: () => setParams({ region: '' }) });
    const told = h('span', {
      class: 'panel-hint',
      role: 'status',
      text: `${span}: ${format(Math.round(count))} of ${format(Math.round(all))} observations`,
    });
    if (shares.length === 0 || count === 0) {
      const why = count > 0 ? 'All series have the same labels: there is nothing to tell them apart by.' : 'No observation lies in it.';
      return origin.replaceChildren(...title(told, clear), h('p', { class: 'latency-told muted', text: why }));
    }
    const most = shares.slice(0, MOST_SHARES);
    const rest = shares.length - most.length + leftOut;
    origin.replaceChildren(
      ...title(told, clear),
      h(
        'div',
        { class: 'table-wrap', tabindex: '0', role: 'group', 'aria-label': 'Label values of the region' },
        h(
          'table',
          {},
          h('thead', {}, h('tr', {}, ...['Label', 'Value', 'In the region', 'Overall', 'Difference'].map((t, i) => h('th', { scope: 'col', class: i > 1 ? 'num' : null, text: t })))),
          h('tbody', {}, ...most.map((s) => shareRow(s, filterable))),
        ),
      ),
      rest > 0 ? h('p', { class: 'latency-told muted', text: `${rest} more label values` }) : '',
    );
  }

  function shareRow({ label: name, value: val, share, overall }, filterable) {
    const points = Math.round(1000 * (share - overall)) / 10;
    const bar = h(
      'span',
      { class: 'latency-bar', 'aria-hidden': 'true' },
      h('i', { style: { width: `${100 * share}%` } }),
      h('b', { style: { left: `${100 * overall}%` } }),
    );
    const text = filterable ? h('button', { class: 'link', text: val, title: `Show only ${name} ${val}`, onclick: () => filter(name, val) }) : val;
    return h(
      'tr',
      { class: points >= 10 ? 'latency-over' : null },
      h('td', { class: 'muted', text: name }),
      h('td', {}, text),
      h('td', { class: 'num' }, bar, h('span', { text: format(share, 'ratio') })),
      h('td', { class: 'num', text: format(overall, 'ratio') }),
      h('td', { class: 'num', text: `${points > 0 ? '+' : points < 0 ? '−' : ''}${Math.abs(points)} points` }),
    );
  }

  const stop = onCatalogue(() => {
    const all = distributions();
    keyed(
      names,
      all,
      (m) => m.name,
      (m) => h('option', { value: m.name }),
    );
    if (!current().params.q && all.length && current().path === '/latency') {
      head.hidden = false;
      origin.hidden = false;
      begin();
    }
  });
  // What it is counted in is known only then.
  whenKnown().then(() => !ended && draw(current()));
  return {
    update: draw,
    unmount() {
      ended = true;
      stop();
      abort?.abort();
      panels.forEach((p) => p.destroy());
    },
  };
}
