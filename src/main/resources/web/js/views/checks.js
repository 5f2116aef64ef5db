// Active checks: what is down first, then what can't be asked; of each what it was over the range, and how much of the
// last day, week and month it was up. One opens in place: where its time went, its last results.

import * as api from '../api.js';
import { checkBars, history, percent, slicesOf } from '../check-bars.js';
import { h, keyed, setText } from '../dom.js';
import { isPaused, nowSeconds, onBeat } from '../live.js';
import { rangeOf } from '../range.js';
import { current, setParams } from '../route.js';
import { badge, rank, severityOf, shape } from '../severity.js';
import { clockTime, duration, format } from '../units.js';
import { checkDetail } from './check-detail.js';
import { paste } from './first-steps.js';

const ASK_EVERY_MILLIS = 2000;
/** Bars are asked for again a few times within a slice. */
const LEAST_BARS_MILLIS = 5000;
const MOST_BARS_MILLIS = 60_000;
const WINDOWS = ['24h', '7d', '30d'];

const EXAMPLE = `checks:
  - name: shop
    kind: http
    url: https://shop.example/health
    json: {/status: healthy}
    interval: 30s
    severity: critical`;

/** Order on the page, and the shape that stands for each state besides `down`, whose is that of its severity. */
const STATES = {
  down: null,
  failing: 'pending',
  unreachable: 'nodata',
  maintenance: 'silenced',
  unknown: 'pending',
  up: 'ok',
};

const stateOf = (c) => (c.state === 'up' && c.consecutive_failures > 0 ? 'failing' : c.state);
const kindOf = (c) => STATES[stateOf(c)] ?? severityOf(c.labels);

export function checksView(root, route) {
  const counts = h('div', { class: 'state-counts', role: 'group', 'aria-label': 'Show by state' });
  const trouble = h('p', { class: 'calm', role: 'status', hidden: true });
  const captions = h(
    'div',
    { class: 'check-captions', 'aria-hidden': 'true' },
    ...['State', 'Check', 'Last result', '', '24 h', '7 d', '30 d', 'Took', 'Since'].map((t) => h('span', { text: t })),
  );
  const list = h('ul', { class: 'check-list' });
  const taught = h('div', { hidden: true });
  root.append(h('h1', { class: 'sr', text: 'Checks' }), counts, trouble, captions, list, taught);

  let params = route.params;
  let checks = null;
  let error = '';
  /** What is known of history, and the slices that it is of. */
  let bars = { slices: null, all: new Map(), missing: null };
  let detail = null;
  let ended = false;
  const asking = new AbortController();
  const timers = {};

  function draw() {
    if (!checks) {
      tell();
      return;
    }
    drawCounts();
    const wanted = params.state;
    const shown = ordered(checks.filter((c) => c.name === params.check || !wanted || stateOf(c) === wanted));
    keyed(list, shown, (c) => c.name, row, update);
    captions.hidden = shown.length === 0;
    taught.hidden = checks.length > 0;
    if (checks.length === 0 && !taught.hasChildNodes()) taught.append(teach());
    tell();
    open();
  }

  function drawCounts() {
    const numbers = new Map();
    for (const c of checks) numbers.set(stateOf(c), (numbers.get(stateOf(c)) ?? 0) + 1);
    const states = Object.keys(STATES).filter((s) => numbers.has(s) || params.state === s);
    keyed(counts, states, (s) => s, countButton, (button, s) => {
      setText(button.lastChild, `${numbers.get(s) ?? 0} ${s}`);
      button.setAttribute('aria-pressed', String(params.state === s));
    });
  }

  function tell() {
    const said = error || bars.missing || '';
    trouble.hidden = !said;
    if (said) trouble.replaceChildren(shape('nodata'), said);
  }

  function open() {
    const wanted = checks.find((c) => c.name === params.check);
    if (detail && detail.name !== wanted?.name) {
      detail.destroy();
      detail = null;
    }
    const li = wanted && [...list.children].find((each) => each._parts.name === wanted.name);
    if (li && !detail) {
      detail = checkDetail(wanted, rangeOf(params));
      li.append(detail.el);
      li.scrollIntoView({ block: 'nearest' });
    }
    detail?.update(wanted);
    for (const each of list.children) each.firstChild.setAttribute('aria-expanded', String(each === li));
  }

  function row(c) {
    const parts = {
      name: c.name,
      state: h('span', { class: 'check-state' }),
      said: h('span', { class: 'check-said' }),
      bars: checkBars(),
      shares: WINDOWS.map((w) => h('b', { title: `up in the last ${w}`, dataset: { window: w } })),
      took: h('b', { class: 'check-took' }),
      since: h('time'),
    };
    const li = h(
      'li',
      {},
      h(
        'button',
        { class: 'check-row', 'aria-expanded': 'false', onclick: () => toggle(c.name) },
        parts.state,
        h('span', { class: 'check-name' }, h('strong', { text: c.name }), h('span', { class: 'muted', text: c.kind })),
        parts.said,
        parts.bars.el,
        ...parts.shares,
        parts.took,
        parts.since,
      ),
    );
    li._parts = parts;
    li._gone = () => parts.bars.el._gone();
    return li;
  }

  function update(li, c) {
    const { state, said, shares, took, since } = li._parts;
    const key = `${stateOf(c)} ${kindOf(c)}`;
    if (state.dataset.key !== key) {
      state.dataset.key = key;
      li.firstChild.className = `check-row check-${stateOf(c)} edge-${kindOf(c)}`;
      state.replaceChildren(badge(kindOf(c), stateOf(c)));
    }
    const text = c.state === 'unreachable' ? `behind ${c.depends_on.join(', ')}` : (c.last?.message ?? 'not asked yet');
    setText(said, text);
    said.title = text;
    WINDOWS.forEach((w, i) => setText(shares[i], percent(c.availability[w])));
    setText(took, c.last ? format(c.last.duration_ms, 'ms') : '–');
    li._sinceSeconds = Date.parse(c.since) / 1000;
    since.title = `since ${clockTime(Date.parse(c.since))}`;
    age(li);
    drawBars(li);
  }

  function age(li) {
    setText(li._parts.since, duration(nowSeconds() - li._sinceSeconds, true));
  }

  function drawBars(li) {
    if (li._drawnBars === bars) return;
    li._drawnBars = bars;
    const known = bars.all.get(li._parts.name);
    if (known) li._parts.bars.draw(bars.slices, known);
  }

  async function ask() {
    clearTimeout(timers.checks);
    try {
      const found = (await api.checks(asking.signal)).checks;
      error = '';
      if (!isPaused()) checks = found;
    } catch (e) {
      if (ended) return;
      error = `${checks ? 'What is shown is old. ' : ''}${e.message}`;
    }
    if (ended) return;
    if (!isPaused()) draw();
    timers.checks = setTimeout(ask, ASK_EVERY_MILLIS);
  }

  async function askBars() {
    clearTimeout(timers.bars);
    const slices = slicesOf(rangeOf(params), nowSeconds());
    try {
      const found = await history(slices, asking.signal);
      bars = { slices, ...found };
      if (!isPaused()) for (const li of list.children) drawBars(li);
    } catch (e) {
      if (ended || e.name === 'AbortError') return;
      bars = { slices, all: new Map(), missing: `History can't be read. ${e.message}` };
    }
    const again = Math.min(MOST_BARS_MILLIS, Math.max(LEAST_BARS_MILLIS, slices.seconds * 250));
    timers.bars = setTimeout(askBars, again);
  }

  ask();
  askBars();
  const stop = onBeat(() => {
    for (const li of list.children) age(li);
  });
  return {
    update(next) {
      const before = rangeOf(params);
      params = next.params;
      if (JSON.stringify(before) !== JSON.stringify(rangeOf(params))) {
        detail?.destroy();
        detail = null;
        askBars();
      }
      draw();
    },
    unmount() {
      ended = true;
      asking.abort();
      Object.values(timers).forEach(clearTimeout);
      stop();
      detail?.destroy();
    },
  };
}

function toggle(name) {
  setParams({ check: current().params.check === name ? '' : name });
}

function countButton(state) {
  const press = () => setParams({ state: current().params.state === state ? '' : state, check: '' });
  return h('button', { type: 'button', class: 'button state-count', onclick: press }, shape(STATES[state] ?? 'critical'), h('span'));
}

function ordered(checks) {
  const place = Object.keys(STATES);
  return [...checks].sort(
    (a, b) =>
      place.indexOf(stateOf(a)) - place.indexOf(stateOf(b)) ||
      rank(severityOf(a.labels)) - rank(severityOf(b.labels)) ||
      (a.name < b.name ? -1 : 1),
  );
}

function teach() {
  return h(
    'div',
    { class: 'empty' },
    h('h2', { text: 'Nothing is checked yet' }),
    h('p', { text: 'Checks ask again and again whether something is well. Put this into conf/checks/shop.yaml:' }),
    paste(EXAMPLE),
    h('p', { text: 'Then have it read:' }),
    paste(`curl -X POST ${location.origin}/-/reload`),
    h('p', {}, h('a', { href: '/docs/watch#checks', text: 'All kinds of checks' })),
  );
}
