// Where the reader is. Everything stands behind the `#`: `#/explore?q=up&range=5m`, so that an address can be copied
// and the server need not know any of it. `range` and `theme` go along from page to page.

const STICKY = ['range', 'from', 'to', 'theme', 'palette', 'wall', 'every', 'service'];

const listeners = new Set();
let now = parse();

function parse() {
  if (!location.hash && location.pathname !== '/') {
    history.replaceState(null, '', `/#${location.pathname}${location.search}`);
  }
  const raw = location.hash.replace(/^#/, '') || '/';
  const at = raw.indexOf('?');
  const path = at < 0 ? raw : raw.slice(0, at);
  const params = Object.fromEntries(new URLSearchParams(at < 0 ? '' : raw.slice(at + 1)));
  return { path: path.startsWith('/') ? path : `/${path}`, params };
}

export function current() {
  return now;
}

/** The address of a page, with what goes along. A parameter that is null or empty is left out. */
export function link(path, params = {}) {
  const all = {};
  for (const name of STICKY) if (now.params[name]) all[name] = now.params[name];
  if (path !== '/') delete all.service;
  Object.assign(all, params);
  const query = new URLSearchParams();
  for (const [k, v] of Object.entries(all)) if (v !== null && v !== undefined && v !== '') query.set(k, v);
  const text = query.toString();
  return `#${path}${text ? `?${text}` : ''}`;
}

export function go(path, params) {
  enter(link(path, params), true);
}

/** As `go`, without a step in the history. */
export function turnTo(path) {
  enter(link(path), false);
}

/** Changes parameters of the page in view, without a step in the history unless `push`. */
export function setParams(params, push = false) {
  enter(link(now.path, { ...now.params, ...params }), push);
}

function enter(hash, push) {
  if (hash === location.hash) return;
  if (push) history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
  changed();
}

export function onRoute(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function changed() {
  const before = now;
  now = parse();
  for (const l of listeners) l(now, before);
}

addEventListener('hashchange', changed);
