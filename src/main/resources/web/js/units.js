// Numbers as people read them: three significant digits, a unit always, the same width from one second to the next.

const NBSP = '\u00a0';

/** Steps of each unit: from which absolute value on, divided by what, told as what. Largest first. */
const SCALES = {
  ms: [
    [86_400_000, 86_400_000, 'd'],
    [3_600_000, 3_600_000, 'h'],
    [60_000, 60_000, 'min'],
    [999.5, 1000, 's'],
    [0.9995, 1, 'ms'],
    [0, 1e-3, 'µs'],
  ],
  s: [
    [86_400, 86_400, 'd'],
    [3600, 3600, 'h'],
    [60, 60, 'min'],
    [0.9995, 1, 's'],
    [0.0009995, 1e-3, 'ms'],
    [0.0000009995, 1e-6, 'µs'],
    [0, 1e-9, 'ns'],
  ],
  bytes: binary('B'),
  'bytes/s': binary('B/s'),
  bytes_per_second: binary('B/s'),
  bits_per_second: decimal('bit/s'),
  usd: decimal('$'),
  ops: decimal('/s'),
  short: decimal(''),
  percent: [[0, 1, '%']],
  ratio: [[0, 0.01, '%']],
};

function binary(unit) {
  const steps = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
  return steps.map((p, i) => [i === 0 ? 0 : 999.5 * 1024 ** (i - 1), 1024 ** i, p + unit]).reverse();
}

function decimal(unit) {
  const steps = ['', 'k', 'M', 'G', 'T'];
  return steps.map((p, i) => [i === 0 ? 0 : 999.5 * 1000 ** (i - 1), 1000 ** i, p + unit]).reverse();
}

function stepFor(magnitude, unit) {
  const steps = SCALES[unit] ?? SCALES.short;
  return steps.find(([from]) => magnitude >= from) ?? steps[steps.length - 1];
}

/** Three significant digits, without an exponent where it can be helped. */
function digits3(v) {
  const a = Math.abs(v);
  if (a === 0) return '0';
  if (a >= 99.95) return a < 1e6 ? String(Math.round(v)) : v.toExponential(2);
  if (a >= 9.995) return v.toFixed(1);
  if (a >= 0.9995) return v.toFixed(2);
  if (a >= 0.001) return String(Number(v.toPrecision(3)));
  return v.toExponential(1);
}

/** A value as `[number, unit]`, either part possibly empty. */
export function parts(v, unit = 'short') {
  if (v === null || v === undefined || Number.isNaN(v)) return ['–', ''];
  if (!Number.isFinite(v)) return [v > 0 ? '+∞' : '−∞', ''];
  if (v === 0) return ['0', stepFor(unit === 'ms' || unit === 's' ? 1 : 0, unit)[2]];
  const [, divisor, name] = stepFor(Math.abs(v), unit);
  const scaled = v / divisor;
  const whole = divisor === 1 && Number.isInteger(v) && (unit === 'short' || unit === 'bytes');
  return [(whole ? String(v) : digits3(scaled)).replace('-', '−'), name];
}

/** A value and its unit in one string, e.g. `12.3 ms`. */
export function format(v, unit) {
  const [number, name] = parts(v, unit);
  return name ? number + NBSP + name : number;
}

/** Labels of an axis: all in the step of its largest tick, with no more digits than the ticks differ in. */
export function formatTicks(ticks, unit) {
  const largest = Math.max(...ticks.map(Math.abs));
  if (!(largest > 0)) return ticks.map((t) => format(t, unit));
  const [, divisor, name] = stepFor(largest, unit);
  const gap = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) / divisor : 1;
  const decimals = Math.min(6, Math.max(0, Math.ceil(-Math.log10(gap) - 1e-9)));
  const enough = [0, 1, 2].map((d) => d + decimals).find((d) => isWhole(gap * 10 ** d)) ?? decimals;
  return ticks.map((t) => {
    const number = (t / divisor).toFixed(enough).replace('-', '−');
    return t === 0 ? '0' : name ? number + NBSP + name : number;
  });
}

function isWhole(x) {
  return Math.abs(x - Math.round(x)) < 1e-6 * Math.max(1, Math.abs(x));
}

const NICE = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10];

/** The smallest calm number that is not below `v`; for bytes, calm in powers of 1024. */
export function niceCeil(v, unit) {
  if (!(v > 0)) return 1;
  const base = unit?.startsWith('bytes') ? 1024 ** Math.floor(Math.log(v) / Math.log(1024)) : 1;
  const scaled = v / base;
  const power = 10 ** Math.floor(Math.log10(scaled));
  return NICE.find((n) => n * power >= scaled * (1 - 1e-9)) * power * base;
}

/** Ticks of an axis from `min` to `max`: three to five, at numbers that can be read. */
export function niceTicks(min, max, unit, most = 4) {
  const span = max - min;
  if (!(span > 0)) return [min];
  const base = unit?.startsWith('bytes') ? 1024 ** Math.floor(Math.log(Math.max(span, 1)) / Math.log(1024)) : 1;
  const rough = span / base / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((n) => n * power >= rough * (1 - 1e-9)) * power * base;
  const ticks = [];
  for (let t = Math.ceil(min / step - 1e-9) * step + 0; t <= max + step * 1e-6; t += step) ticks.push(t);
  return ticks;
}

/** How long something took or lasts, in at most two units: `3 min 12 s`; both always where it is `ticking`. */
export function duration(seconds, ticking = false) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}${NBSP}s`;
  const [large, small, divisor, part] =
    s < 3600 ? ['min', 's', 60, 1] : s < 86_400 ? ['h', 'min', 3600, 60] : ['d', 'h', 86_400, 3600];
  const rest = Math.floor((s % divisor) / part);
  const first = `${Math.floor(s / divisor)}${NBSP}${large}`;
  return rest || ticking ? `${first} ${pad(rest)}${NBSP}${small}` : first;
}

const pad = (n) => String(n).padStart(2, '0');

/** Local wall time `14:03:09`. */
export function clockTime(millis) {
  const d = new Date(millis);
  return `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
}

/** Local date and time, the date left out where it is today's. */
export function dateTime(millis, nowMillis = Date.now()) {
  const d = new Date(millis);
  const today = new Date(nowMillis).toDateString() === d.toDateString();
  return (today ? '' : `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())} `) + clockTime(millis);
}

/** What a metric's name says about its unit; `kind` is Prometheus' type. */
export function unitOf(name, kind, declared) {
  if (declared) {
    const known = { seconds: 's', milliseconds: 'ms', millisecond: 'ms', second: 's', bytes: 'bytes', byte: 'bytes' };
    if (known[declared]) return known[declared];
  }
  const n = name.replace(/_total$/, '');
  if (/_bytes$|(^|_)bytes(_|$)/.test(n)) return 'bytes';
  if (/percent(age)?$|_pct$/.test(n)) return 'percent';
  if (/(^|[_:])ratio/.test(n)) return 'ratio';
  if (/_seconds$/.test(n)) return 's';
  if (/_(ms|milliseconds|millis)$/.test(n)) return 'ms';
  if (kind === 'histogram' && /(duration|latency|time|elapsed|delay)/.test(n)) return 'ms';
  return 'short';
}

/** The unit of a rate of something. */
export function rateUnit(unit) {
  return unit === 'bytes' ? 'bytes/s' : unit === 's' ? 'ratio' : 'ops';
}
