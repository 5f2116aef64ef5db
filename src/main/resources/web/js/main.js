// Starts the page: the bar, the view that the address names, and the keys.

import { syncClock } from './api.js';
import { setPaused, isPaused } from './live.js';
import { current, go, onRoute, setParams } from './route.js';
import { helpIsOpen, toggleHelp } from './help.js';
import { mountShell } from './shell.js';
import { togglePalette, toggleTheme } from './theme.js';
import './wall.js';
import { hide } from './tooltip.js';
import { h, stylesheet } from './dom.js';

/** A view's code and style sheets come when it is first looked at. */
const ROUTES = [
  [/^\/$/, async () => (await import('./views/overview.js')).overviewView, 'alert-row', 'overview'],
  [/^\/latency$/, async () => (await import('./views/latency.js')).latencyView, 'latency'],
  [/^\/explore$/, async () => (await import('./views/explore.js')).exploreView, 'editor', 'explore'],
  [/^\/rule$/, async () => (await import('./views/rule.js')).ruleView, 'rule'],
  [/^\/alerts$/, async () => (await import('./views/alerts.js')).alertsView, 'alert-row', 'alerts'],
  [/^\/checks$/, async () => (await import('./views/checks.js')).checksView, 'checks'],
  [/^\/dashboards$/, async () => (await import('./views/dashboards.js')).dashboardsView, 'dashboards'],
  [/^\/d\/([^/]+)$/, async () => (await import('./views/dashboard.js')).dashboardView, 'dashboards', 'latency', 'kinds', 'variables'],
  [/^\/status$/, async () => (await import('./views/status.js')).statusView, 'status'],
];

const SYNC_EVERY_MILLIS = 300_000;

const root = document.getElementById('view');
const shell = mountShell(document.getElementById('top'));
let view = null;
let shownPath = null;

function draw(route) {
  if (route.path === shownPath) {
    view.update?.(route);
    return;
  }
  view?.unmount?.();
  hide();
  root.replaceChildren();
  shownPath = route.path;
  view = {};
  const found = ROUTES.find(([pattern]) => pattern.test(route.path));
  if (found) open(found, route.path);
  else tell('Nothing is here', `No page is called ${route.path}.`);
}

async function open([pattern, load, ...styles], path) {
  try {
    const [make] = await Promise.all([load(), ...styles.map(stylesheet)]);
    if (path !== shownPath) return;
    const args = pattern.exec(path).slice(1).map(decodeURIComponent);
    view = make(root, current(), ...args);
    scrollTo(0, 0);
  } catch (e) {
    if (path === shownPath) tell('This page did not come', 'The server may just be starting. Reload to try again.');
    throw e;
  }
}

function tell(title, text) {
  root.append(
    h(
      'div',
      { class: 'empty' },
      h('h2', { text: title }),
      h('p', { text }),
      h('p', {}, h('a', { href: '#/', text: 'Overview' })),
    ),
  );
}

onRoute(draw);
draw(current());

const sync = () => syncClock().catch(() => {});
sync();
setInterval(sync, SYNC_EVERY_MILLIS);

// Keys. `g` waits a second for the letter that says where to.
let goingAt = 0;
const DESTINATIONS = { o: '/', l: '/latency', a: '/alerts', d: '/dashboards', s: '/status', e: '/explore', c: '/checks' };

addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const typing = e.target.closest?.('input, textarea, select');
  if (e.key === 'Escape') {
    if (helpIsOpen()) toggleHelp();
    else if (!typing && current().params.from) setParams({ from: '', to: '' });
    return;
  }
  if (typing) return;
  const going = Date.now() - goingAt < 1000;
  goingAt = 0;
  if (going && DESTINATIONS[e.key]) return act(e, () => go(DESTINATIONS[e.key]));
  if (e.key === 'g') goingAt = Date.now();
  else if (e.key === 'e') act(e, () => go('/explore'));
  else if (e.key === 'p') act(e, () => setPaused(!isPaused()));
  else if (e.key === 't') act(e, toggleTheme);
  else if (e.key === 'c') act(e, togglePalette);
  else if (e.key === '?') act(e, toggleHelp);
  else if (e.key === '/') act(e, search);
});

/** The box of the page in view; where it has none, the overview's. */
function search() {
  const box = document.getElementById('promql');
  if (!box && current().path !== '/') go('/');
  (box ?? shell.search).focus();
}

function act(event, what) {
  event.preventDefault();
  what();
}
