// The simplest of selectors, `name{label="value", …}`, as a page builds it from a metric and filters.

import { quote } from './labels.js';

const MATCHER = /\s*([a-zA-Z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*")\s*(,|$)/y;

/** `{metric, labels}`, or null for anything that is more than that. */
export function parseSelector(text) {
  const found = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?\s*$/s.exec(text ?? '');
  if (!found) return null;
  const labels = {};
  const inside = (found[2] ?? '').trim();
  MATCHER.lastIndex = 0;
  while (MATCHER.lastIndex < inside.length) {
    const matcher = MATCHER.exec(inside);
    if (!matcher) return null;
    try {
      labels[matcher[1]] = JSON.parse(matcher[2]);
    } catch {
      return null;
    }
  }
  return { metric: found[1], labels };
}

export function selectorText({ metric, labels }) {
  const pairs = Object.entries(labels).map(([k, v]) => `${k}=${quote(v)}`);
  return pairs.length ? `${metric}{${pairs.join(',')}}` : metric;
}
