// What a check was over time: one bar for each slice of the range. Trouble stands taller than what was well, and what was
// not asked lower, so that no state is told by its colour alone.

import { queryRange } from './api.js';
import { h, svg } from './dom.js';
import { hide, show } from './tooltip.js';
import { clockTime, dateTime } from './units.js';

/** Seconds of a slice. The shortest is longer than what lies between two samples of a check. */
const SLICES = [15, 20, 30, 60, 120, 300, 450, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400];
const MOST_BARS = 60;
const HEIGHT = 24;
/** Tops of what was well and of what was not asked. */
const TOP = { up: 8, unreachable: 14, maintenance: 18, none: 22 };
const LEAST_TROUBLE = 8;
const STEP = 4;
const WIDTH = 3;

/** Whole slices that cover a range which ends now, the last of them still open; of a fixed one those within it. */
export function slicesOf(range, nowSeconds) {
  const seconds = SLICES.find((s) => range.seconds / s <= MOST_BARS) ?? Math.ceil(range.seconds / MOST_BARS);
  const end = Math.ceil((range.kind === 'fixed' ? range.to : nowSeconds) / seconds) * seconds;
  const count = Math.max(1, Math.round(range.seconds / seconds));
  return { seconds, count, first: end - (count - 1) * seconds, end };
}

/** @returns by check, one `{share, state}` a slice: the share of it that it was up, null where that is not known */
export async function history(slices, signal) {
  const { seconds, first, end } = slices;
  const [up, other] = await Promise.all([
    queryRange(`avg by (check) (avg_over_time(check_up[${seconds}s]))`, first, end, seconds, signal),
    queryRange(
      `max by (check, state) (max_over_time(check_state{state=~"unreachable|maintenance"}[${seconds}s]))`,
      first,
      end,
      seconds,
      signal,
    ),
  ]);
  const all = new Map();
  const slice = (check, time) => {
    if (!all.has(check)) all.set(check, Array.from({ length: slices.count }, () => ({ share: null, state: null })));
    return all.get(check)[Math.round((time - first) / seconds)];
  };
  for (const { metric, values } of up.result ?? []) {
    for (const [time, value] of values) slice(metric.check, time).share = Number(value);
  }
  for (const { metric, values } of other.result ?? []) {
    for (const [time] of values) slice(metric.check, time).state = metric.state;
  }
  return { all, missing: up.missing ?? other.missing };
}

/** @returns `{el, draw(slices, bars)}` */
export function checkBars() {
  const paths = Object.fromEntries(
    ['up', 'down', 'unreachable', 'maintenance', 'none'].map((k) => [k, svg('path', { class: `bar-${k}` })]),
  );
  const picture = svg(
    'svg',
    { preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...Object.values(paths),
  );
  const words = h('span', { class: 'sr' });
  const el = h('span', { class: 'check-bars' }, picture, words);
  let drawn = null;

  el.addEventListener('mousemove', (e) => {
    if (!drawn) return;
    const { left, width } = picture.getBoundingClientRect();
    const { slices, bars } = drawn;
    const i = Math.min(slices.count - 1, Math.max(0, Math.floor(((e.clientX - left) / width) * slices.count)));
    const to = slices.first + i * slices.seconds;
    const span = `${dateTime((to - slices.seconds) * 1000)} – ${clockTime(to * 1000)}`;
    show(el, e.clientX, e.clientY, span, [{ name: wordsOf(bars[i]), value: '', colour: 'transparent' }]);
  });
  el.addEventListener('mouseleave', () => hide(el));
  el._gone = () => hide(el);

  return {
    el,
    draw(slices, bars) {
      drawn = { slices, bars };
      picture.setAttribute('viewBox', `0 0 ${slices.count * STEP - 1} ${HEIGHT}`);
      const shapes = { up: '', down: '', unreachable: '', maintenance: '', none: '' };
      bars.forEach((bar, i) => {
        const at = (top, bottom) => `M${i * STEP} ${top}h${WIDTH}V${bottom}h-${WIDTH}z`;
        if (bar.share === null) shapes[bar.state ?? 'none'] += at(TOP[bar.state ?? 'none'], HEIGHT);
        else if (bar.share >= 1) shapes.up += at(TOP.up, HEIGHT);
        else {
          const trouble = Math.max(LEAST_TROUBLE, Math.round(HEIGHT * (1 - bar.share)));
          shapes.down += at(0, trouble);
          if (trouble < HEIGHT) shapes.up += at(trouble, HEIGHT);
        }
      });
      for (const [kind, path] of Object.entries(paths)) path.setAttribute('d', shapes[kind]);
      const known = bars.filter((b) => b.share !== null);
      words.textContent = `well in ${known.filter((b) => b.share >= 1).length} of ${known.length} slices`;
    },
  };
}

function wordsOf({ share, state }) {
  if (share === null) return state ?? 'nothing known';
  const also = state ? `, ${state} for a while` : '';
  return share >= 1 ? `up${also}` : share <= 0 ? `down${also}` : `up ${percent(share)}${also}`;
}

/** A share as people read it: never a whole hundred where something was missed. */
export function percent(share) {
  if (share === null || share === undefined) return '–';
  const text = share >= 1 ? '100' : (Math.floor(share * 10_000) / 100).toFixed(share >= 0.9995 || share < 0.1 ? 2 : 1);
  return `${text}\u00a0%`;
}
