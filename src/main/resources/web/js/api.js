// Prometheus' HTTP API as promises. An error carries the server's own words.

class ApiError extends Error {
  constructor(message, type, status) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** How far this machine's clock is ahead of the server's, in ms; 0 where it is not worth telling. */
let skewMillis = 0;
const SKEW_WORTH_TELLING_MILLIS = 1500;

export function serverNow() {
  return Date.now() - skewMillis;
}

/** Compares this machine's clock with the server's: charts and ages go by the latter. */
export async function syncClock() {
  const asked = Date.now();
  const { timestamp } = await health();
  const skew = (asked + Date.now()) / 2 - Date.parse(timestamp);
  skewMillis = Math.abs(skew) > SKEW_WORTH_TELLING_MILLIS ? skew : 0;
}

async function post(path, body) {
  return ask(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function get(path, params, signal) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params ?? {})) {
    for (const v of Array.isArray(value) ? value : [value]) if (v !== undefined && v !== null) query.append(key, v);
  }
  const search = query.toString();
  return ask(search ? `${path}?${search}` : path, { signal, headers: { accept: 'application/json' } });
}

async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new ApiError('The server does not answer.', 'unreachable', 0);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body?.status === 'error') {
    // Alertmanager's API tells an error as a bare string.
    const told = typeof body === 'string' ? body : (body?.error ?? body?.message);
    throw new ApiError(told ?? `HTTP ${response.status}`, body?.errorType ?? 'http', response.status);
  }
  return body;
}

const data = async (path, params, signal) => (await get(path, params, signal))?.data;

export const query = (expr, timeSeconds, signal) => data('/api/v1/query', { query: expr, time: timeSeconds }, signal);
/** The result, and `missing`: what of the data could not be read, in the server's words, if anything. */
export async function queryRange(expr, start, end, step, signal) {
  const body = await get('/api/v1/query_range', { query: expr, start, end, step }, signal);
  return { ...body?.data, missing: missingOf(body) };
}
const missingOf = (body) => body?.warnings?.find((text) => !text.startsWith('PromQL ')) ?? null;
/** Columns of observations, see heat-rows.js. */
export async function heatmap(expr, from, to, step, rows, signal) {
  const body = await get('/api/v1/heatmap', { query: expr, from, to, step, rows }, signal);
  return { ...body.data, missing: missingOf(body) };
}
/** Values at percentiles, `points: [[percentile, value], …]`, of the `window` seconds before `at`. */
export async function spectrum(expr, at, window, offsets, signal) {
  const body = await get('/api/v1/spectrum', { query: expr, at, window, offset: offsets }, signal);
  const curves = body.data.curves.map((c) => ({
    ...c,
    points: Array.from({ length: c.points.length / 2 }, (_, i) => [c.points[2 * i], c.points[2 * i + 1]]),
  }));
  return { ...body.data, curves, missing: missingOf(body) };
}
/** From which label values the observations of a region came. */
export const labelShares = (expr, region, signal) => data('/api/v1/heatmap/labels', { query: expr, ...region }, signal);
export const metadata = (signal) => data('/api/v1/metadata', {}, signal);
export const series = (match, limit, signal) => data('/api/v1/series', { 'match[]': match, limit }, signal);
export const labelNames = (match, signal) => data('/api/v1/labels', { 'match[]': match }, signal);
export const labelValues = (name, match, limit, signal, start, end) =>
  data(`/api/v1/label/${encodeURIComponent(name)}/values`, { 'match[]': match, limit, start, end }, signal);
export const alerts = async (signal) => (await data('/api/v1/alerts', {}, signal))?.alerts ?? [];
/** What is held of the alerts that fire, those that others post too, and which began last. */
export const heldAlerts = (signal) => data('/api/v1/alerts/held', {}, signal);
export const drill = (signal) => data('/api/v1/drill', {}, signal);
export const drillNow = () => post('/api/v1/drill', {});
export const rules = async (signal) => (await data('/api/v1/rules', {}, signal))?.groups ?? [];
export const tsdbStatus = (signal) => data('/api/v1/status/tsdb', {}, signal);
export const runtime = (signal) => data('/api/v1/status/runtimeinfo', {}, signal);
export const build = (signal) => data('/api/v1/status/buildinfo', {}, signal);
export const annotations = (start, end, signal) => data('/api/v1/annotations', { start, end }, signal);
export const recentLogLines = (of, signal) => data('/api/v1/logs/recent', of, signal);
/** What is known of every check, without its last results. */
export const checks = (signal) => data('/api/v1/checks', { results: 0 }, signal);
/** The same of one, with them. */
export const check = (name, signal) => data(`/api/v1/checks/${encodeURIComponent(name)}`, {}, signal);
export const dashboards = (signal) => get('/api/v1/dashboards', {}, signal);
export const dashboard = (name, signal) => get(`/api/v1/dashboards/${encodeURIComponent(name)}`, {}, signal);

export const alertHistory = (id, signal) => data(`/api/v1/alerts/${id}/history`, {}, signal);
/** Says something to an alert: `word` is ack, unack or resolve. */
export const answer = (id, word, said) => post(`/api/v1/alerts/${id}/${word}`, said);
export const silence = (silence) => post('/api/v2/silences', silence);

/** `/health` answers with a status other than 200 when something is down; its body is wanted all the same. */
export async function health(signal) {
  const response = await fetch('/health', { signal, headers: { accept: 'application/json' } });
  return response.json();
}

/** `"+Inf"` and friends, as the API writes numbers. */
export function number(text) {
  if (typeof text === 'number') return text;
  if (text === '+Inf' || text === 'Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return text === null || text === 'NaN' ? NaN : Number(text);
}
