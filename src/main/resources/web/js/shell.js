// The bar at the top, the drawer with the keys, and what the page is called in the browser's tab.

import { bySeverity, onAlerts } from './alerts-feed.js';
import { h, icon, setClass, setText } from './dom.js';
import { isPaused, onBeat, onPause, setPaused } from './live.js';
import { helpButton } from './help.js';
import { rangeOf } from './range.js';
import { rangePicker } from './range-picker.js';
import { current, link, onRoute, setParams } from './route.js';
import { wordFor } from './severity.js';
import { stream } from './stream.js';
import { onTheme, themeName, toggleTheme } from './theme.js';
import { acquire, release } from './track.js';
import { clockTime, format } from './units.js';

const PAGES = [
  ['/', 'Overview', 'M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z'],
  ['/dashboards', 'Dashboards', 'M2 2.5h12v11H2zM2 6h12M6.5 6v7.5'],
  ['/latency', 'Latency', 'M2 2v12h12M5 11h2M5 8h5M8 5h5'],
  ['/explore', 'Explore', 'M1.5 12.5 5 7l3 3 6-7.5M1.5 14.5h13'],
  ['/alerts', 'Alerts', 'M8 2a4 4 0 0 0-4 4v3.2L2.6 12h10.8L12 9.2V6a4 4 0 0 0-4-4zM6.8 14.2h2.4'],
  ['/checks', 'Checks', 'M2 2.5h12v11H2zM4.8 8.2l2.2 2.2 4-4.6'],
  ['/status', 'Status', 'M1 8h3l2-5 3.5 10L11.5 8H15'],
];

/** Pages that stand in no bar, by where they belong. */
const PARENTS = { '/rule': '/alerts' };

const ACCEPTED = 'sum(rate(tocsin_samples_accepted_total[10s]))';

const SUN =
  'M8 5a3 3 0 1 1-.01 0M8 .8v1.4M8 13.8v1.4M.8 8h1.4M13.8 8h1.4M2.9 2.9l1 1M12.1 12.1l1 1M2.9 13.1l1-1M12.1 3.9l1-1';
const MOON = 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1z';

export function mountShell(top) {
  const nav = h('nav', { 'aria-label': 'Pages' });
  const links = PAGES.map(([path, name, shape]) => {
    const count = path === '/alerts' ? h('span', { class: 'count', 'aria-hidden': 'true', hidden: true }) : null;
    const told = count && h('span', { class: 'sr' });
    const a = h('a', { href: link(path) }, icon(shape), h('span', { text: name }), count, told);
    nav.append(a);
    return { path, a, count, told };
  });

  const search = h('input', {
    id: 'search',
    type: 'search',
    placeholder: 'Filter',
    'aria-label': 'Filter metrics',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => setParams({ q: search.value }),
    onkeydown: (e) => {
      if (e.key !== 'Escape') return;
      search.value = '';
      setParams({ q: '' });
      search.blur();
    },
  });
  const searchBox = h(
    'div',
    { class: 'search', role: 'search' },
    search,
    h('kbd', { text: '/', 'aria-hidden': 'true' }),
  );

  const range = rangePicker();
  const ingest = h('span', { class: 'ingest', title: 'Samples accepted per second' }, h('b', { text: '–' }));
  const state = liveState();
  const themeIcon = h('button', { class: 'icon-button', onclick: toggleTheme });
  const drawTheme = () => {
    const next = themeName() === 'dark' ? 'light' : 'dark';
    themeIcon.replaceChildren(icon(next === 'light' ? SUN : MOON));
    themeIcon.setAttribute('aria-label', `Switch to the ${next} theme`);
    themeIcon.title = `${next[0].toUpperCase()}${next.slice(1)} theme (t)`;
  };
  drawTheme();
  onTheme(drawTheme);

  // The brand stands in the file, to be painted before any script has come.
  const brand = top.querySelector('.brand');
  top.append(
    nav,
    h('div', { class: 'spacer' }),
    searchBox,
    range.el,
    ingest,
    state.el,
    themeIcon,
    helpButton(),
  );

  const drawRoute = ({ path, params }) => {
    brand.setAttribute('href', link('/'));
    for (const { path: p, a } of links) {
      a.setAttribute('href', link(p));
      const here = p === path || p === PARENTS[path] || (p === '/dashboards' && path.startsWith('/d/'));
      if (here) a.setAttribute('aria-current', 'page');
      else a.removeAttribute('aria-current');
    }
    searchBox.hidden = path !== '/';
    if (document.activeElement !== search) search.value = params.q ?? '';
    range.draw(params, path);
  };
  drawRoute(current());
  onRoute(drawRoute);

  const alertLink = links.find((l) => l.count);
  onAlerts((feed) => {
    const counts = bySeverity(feed);
    const total = counts.reduce((n, [, c]) => n + c, 0);
    alertLink.count.hidden = total === 0;
    alertLink.count.className = `count worst-${counts[0]?.[0] ?? 'ok'}`;
    setText(alertLink.count, String(total));
    const words = counts.map(([kind, n]) => `${n} ${wordFor(kind)}`).join(', ');
    setText(alertLink.told, total ? `: ${words}` : ': none firing');
    document.title = total ? `(${total}) Tocsin` : 'Tocsin';
  });

  const live = rangeOf({});
  const accepted = acquire(ACCEPTED, live);
  onBeat(() => {
    const rate = accepted.one(5);
    setText(ingest.firstChild, rate === null ? '–' : format(rate, 'ops'));
  });
  return { search, release: () => release(accepted) };
}

/** The one place that says whether what is on the page is now. */
function liveState() {
  const word = h('span');
  const time = h('time');
  const el = h(
    'button',
    { class: 'live', 'aria-live': 'off', onclick: () => setPaused(!isPaused()) },
    h('i', { 'aria-hidden': 'true' }),
    word,
    time,
  );
  let last = null;
  const draw = (state) => {
    const name = isPaused() ? 'paused' : state.name;
    el.className = `live live-${name.split(' ')[0]}`;
    setText(
      word,
      {
        live: 'Live',
        paused: 'Paused',
        connecting: 'Connecting',
        idle: 'Asleep',
        lost: 'Lost since',
        'catching up': 'Catching up',
      }[name],
    );
    setText(time, name === 'lost' && state.since ? clockTime(state.since) : last ? clockTime(last) : '');
    setClass(document.body, 'is-lost', name === 'lost');
    el.title =
      {
        live: 'A frame each second. Press p to pause.',
        paused: 'Drawing is paused, collecting goes on. Press p to resume.',
        lost: 'The connection is lost. It is tried again by itself; what was missed is fetched then.',
        'catching up': 'Frames that were missed are coming in.',
      }[name] ?? '';
  };
  stream.watch((state, tick) => {
    if (tick !== null && !isPaused()) last = tick;
    draw(state);
  });
  onPause(() => draw(stream.state));
  return { el };
}
