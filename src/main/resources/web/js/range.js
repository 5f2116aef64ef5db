// The span of time in view: live (a stream frame each tick), rolling (asked for again each step), or fixed.

import { stream } from './stream.js';

const PRESETS = {
  '5m': { seconds: 300, step: 1, kind: 'live' },
  '15m': { seconds: 900, step: 1, kind: 'live' },
  '1h': { seconds: 3600, step: 10, kind: 'rolling' },
  '6h': { seconds: 21_600, step: 60, kind: 'rolling' },
  '24h': { seconds: 86_400, step: 240, kind: 'rolling' },
  '7d': { seconds: 604_800, step: 1800, kind: 'rolling' },
  '30d': { seconds: 2_592_000, step: 7200, kind: 'rolling' },
};

export const NAMES = Object.keys(PRESETS);
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200];

/**
 * The range that the address asks for.
 *
 * @returns `{name, kind: 'live'|'rolling'|'fixed', seconds, step, from, to}`; `from` and `to` are seconds, of a fixed
 *     range only
 */
export function rangeOf(params, tickSeconds = stream.tickMillis / 1000) {
  const from = Number(params.from) / 1000;
  const to = Number(params.to) / 1000;
  if (from > 0 && to > from) {
    return spanning(from, to);
  }
  const name = PRESETS[params.range] ? params.range : '5m';
  const preset = PRESETS[name];
  return {
    name,
    ...preset,
    step: preset.kind === 'live' ? Math.max(preset.step, Math.round(tickSeconds)) : preset.step,
  };
}

/** The range from one second to another, at steps that a chart can show. */
export function spanning(from, to) {
  const seconds = Math.max(10, to - from);
  const step = STEPS.find((s) => seconds / s <= 720) ?? Math.ceil(seconds / 720);
  const start = Math.floor(from / step) * step;
  return { name: 'fixed', kind: 'fixed', seconds, step, from: start, to: Math.ceil(to / step) * step };
}

/** Seconds that rates and percentiles of this range look back over. */
export function windowSecondsOf(range) {
  return range.step <= 2 ? 10 : Math.max(60, range.step * 4);
}

/**
 * The same as PromQL writes it.
 *
 * @param least seconds that it has at least
 */
export function windowOf(range, least = 0) {
  const seconds = Math.max(least, windowSecondsOf(range));
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
