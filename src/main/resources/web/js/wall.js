// A screen on the wall (`wall=1`, or `wall=overview,host,api` to turn between pages): nothing to click, larger type, the
// connection's state always in view, and neither the screen nor the connection goes to sleep.

import { current, onRoute, turnTo } from './route.js';

const EVERY_SECONDS = 30;
const LEAST_SECONDS = 5;

let turning = 0;
let turns = '';
let lock = null;

/** Pages by the names that an address may hold; other names are dashboards'. */
const PATHS = { overview: '/', alerts: '/alerts', checks: '/checks', status: '/status', latency: '/latency', dashboards: '/dashboards' };

const pathOf = (name) => PATHS[name] ?? `/d/${encodeURIComponent(name)}`;

function apply({ params }) {
  const { wall = '', every } = params;
  document.documentElement.classList.toggle('is-wall', wall !== '');
  document.documentElement.style.setProperty('--size', wall ? '17px' : '');
  document.documentElement.style.setProperty('--small', wall ? '14px' : '');
  if (wall) stayAwake();
  else lock?.release().catch(() => {});
  if (`${wall} ${every}` === turns) return;
  turns = `${wall} ${every}`;
  clearInterval(turning);
  const names = wall.split(',').filter((n) => n && n !== '1');
  if (names.length === 0) return;
  const seconds = Math.max(LEAST_SECONDS, Number(every) || EVERY_SECONDS);
  let at = Math.max(0, names.findIndex((n) => pathOf(n) === current().path));
  if (pathOf(names[at]) !== current().path) queueMicrotask(() => turnTo(pathOf(names[at])));
  if (names.length < 2) return;
  turning = setInterval(() => {
    at = (at + 1) % names.length;
    turnTo(pathOf(names[at]));
  }, seconds * 1000);
}

async function stayAwake() {
  if (lock || document.hidden || !navigator.wakeLock) return;
  try {
    lock = await navigator.wakeLock.request('screen');
    lock.addEventListener('release', () => (lock = null));
  } catch {
    // Not every screen can be kept awake; the page goes on.
  }
}

addEventListener('visibilitychange', () => current().params.wall && stayAwake());
onRoute(apply);
apply(current());
