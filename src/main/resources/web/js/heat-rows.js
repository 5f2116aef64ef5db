// Distributions as the stream and /api/v1/heatmap tell them: rows on a log scale, each power of two cut into 2^bits
// equal parts (HdrHistogram's own cut, coarser). Joining rows is a shift of their numbers, so no count is ever split.

export const FINEST = 4;
const COARSEST = -5;

/** The lower end of a row. Row 0 has zero in it. */
export function lowerOf(row, bits) {
  if (row === 0) return 0;
  if (bits <= 0) return 2 ** (row * 2 ** -bits - 1023);
  const parts = 2 ** bits;
  return 2 ** (Math.floor(row / parts) - 1023) * (1 + (row % parts) / parts);
}

/** `[bits, count, p50, p99, row, n, step, n, …]` from `at` on, as a column. */
export function columnOf(values, at = 0) {
  const [bits, count, p50, p99] = values.slice(at, at + 4);
  const rows = [];
  const counts = [];
  let row = 0;
  for (let i = at + 4; i + 1 < values.length; i += 2) {
    row += values[i];
    rows.push(row);
    counts.push(values[i + 1]);
  }
  return { bits, count, p50, p99, rows, counts };
}

/** The same column in rows of fewer bits. */
export function coarsened(column, bits) {
  if (bits >= column.bits) return column;
  const shift = column.bits - bits;
  const rows = [];
  const counts = [];
  column.rows.forEach((fine, i) => {
    const row = fine >> shift;
    if (rows.at(-1) === row) counts[counts.length - 1] += column.counts[i];
    else {
      rows.push(row);
      counts.push(column.counts[i]);
    }
  });
  return { ...column, bits, rows, counts };
}

/**
 * The finest rows of which no more than `most` reach from the lowest value to the highest.
 *
 * @returns `{bits, low, high, zero}`: first and last row, and whether there are values of zero besides; null of nothing
 */
export function scaleFor(columns, most) {
  let low = Infinity;
  let high = 0;
  let bits = FINEST;
  let zero = false;
  for (const c of columns) bits = Math.min(bits, c.bits);
  for (const { bits: own, rows } of columns) {
    zero ||= rows[0] === 0;
    const first = rows[0] === 0 ? rows[1] : rows[0];
    if (first === undefined) continue;
    low = Math.min(low, first >> (own - bits));
    high = Math.max(high, rows.at(-1) >> (own - bits));
  }
  if (high === 0) return zero ? { bits, low: 1, high: 1, zero } : null;
  while (high - low >= most && bits > COARSEST) {
    bits--;
    low >>= 1;
    high >>= 1;
  }
  return { bits, low, high, zero };
}

/** Whether `scale` also serves for what `needed` is the scale of, without wasting most of its height. */
export function stillServes(scale, needed) {
  if (!scale || scale.bits !== needed.bits || (needed.zero && !scale.zero)) return false;
  const spare = scale.high - scale.low - (needed.high - needed.low);
  return scale.low <= needed.low && scale.high >= needed.high && spare <= Math.max(8, (needed.high - needed.low) * 0.6);
}

/** Counts in the cells of a region: columns in (from, to], rows [low, high). */
export function countIn(columns, bits, { from, to, low, high }) {
  let n = 0;
  for (const [time, column] of columns) {
    if (time <= from || time > to) continue;
    const { rows, counts } = coarsened(column, bits);
    rows.forEach((row, i) => {
      const lower = lowerOf(row, bits);
      if (lower >= low && lower < high) n += counts[i];
    });
  }
  return n;
}
