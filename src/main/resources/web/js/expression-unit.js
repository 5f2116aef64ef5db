// The unit of what an expression yields, as far as the names and the shape of it tell.

import { catalogue } from './catalogue.js';
import { tokens } from './promql-text.js';
import { rateUnit } from './units.js';

const PER_SECOND = /^(rate|irate|deriv)$/;
const COUNTING = /^(count|count_values|increase|histogram_count|changes|resets|absent|group)$/;
const OF_VALUES = /^histogram_(quantile|avg|stddev)$/;

/** @returns a unit that `format` knows; `short` where nothing tells */
export function unitOfExpression(expr) {
  const all = tokens(expr).filter((t) => t.kind !== 'space' && t.kind !== 'comment');
  const functions = all.filter((t) => t.kind === 'function').map((t) => t.text);
  if (functions.includes('histogram_fraction') || isShare(all)) return 'ratio';
  const units = new Set(
    all
      .filter((t) => t.kind === 'name')
      .map((t) => catalogue().get(t.text)?.unit)
      .filter(Boolean),
  );
  if (units.size !== 1 || all.some((t) => t.kind === 'op' && t.text === '/')) return 'short';
  const [unit] = units;
  if (functions.some((f) => OF_VALUES.test(f))) return unit;
  if (functions.some((f) => COUNTING.test(f))) return 'short';
  return functions.some((f) => PER_SECOND.test(f)) ? rateUnit(unit) : unit;
}

/** Whether it divides a sum by a sum of the same metric: errors by requests. */
function isShare(all) {
  const at = all.findIndex((t) => t.kind === 'op' && t.text === '/');
  if (at < 0) return false;
  const names = (part) => part.filter((t) => t.kind === 'name' && catalogue().has(t.text)).map((t) => t.text);
  const [above, below] = [names(all.slice(0, at)), names(all.slice(at + 1))];
  return above.length === 1 && below.length === 1 && above[0] === below[0];
}
