// What a panel's thresholds say of a value.

import { rank } from './severity.js';

/** The most severe threshold that the value has reached, as a state; null where all is well. */
export function stateOf(value, thresholds = []) {
  if (value === null || value === undefined) return null;
  const reached = thresholds.filter((t) => (t.below ? value <= t.value : value >= t.value));
  return reached.sort((a, b) => rank(a.severity) - rank(b.severity))[0]?.severity ?? null;
}

/**
 * The spans of a scale that have a state: `[{from, to, severity}]`, cut to [min, max], where two overlap the more
 * severe one.
 */
export function spansOf(thresholds, min, max) {
  const cuts = [min, ...thresholds.map((t) => t.value).filter((v) => v > min && v < max), max];
  cuts.sort((a, b) => a - b);
  const spans = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const severity = stateOf((cuts[i] + cuts[i + 1]) / 2, thresholds);
    if (severity && cuts[i + 1] > cuts[i]) spans.push({ from: cuts[i], to: cuts[i + 1], severity });
  }
  return spans;
}
