// PromQL as text: enough of its grammar to colour it, to complete it, and to find the threshold of an alert. The server
// is the one that parses it.

const TOKEN =
  /(\s+)|(#[^\n]*)|("(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`[^`]*`?)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:ms|[smhdwy])?(?:\d+(?:ms|[smhdwy]))*)|([a-zA-Z_:][\w:]*)|(==|!=|>=|<=|=~|!~|[-+*/%^=<>(){}[\],@])|([\s\S])/g;

export const AGGREGATIONS = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'group',
  'count_values',
];

/** Functions, each with what it is given. */
export const FUNCTIONS = {
  rate: 'range vector → per second',
  irate: 'range vector → per second, of the last two points',
  increase: 'range vector → growth',
  delta: 'range vector → difference',
  idelta: 'range vector → difference of the last two points',
  deriv: 'range vector → slope per second',
  predict_linear: 'range vector, seconds → value then',
  changes: 'range vector → how often it changed',
  resets: 'range vector → how often a counter began anew',
  histogram_quantile: 'q, distribution → value',
  histogram_count: 'distribution → count',
  histogram_sum: 'distribution → sum',
  histogram_avg: 'distribution → mean',
  histogram_fraction: 'lower, upper, distribution → share',
  histogram_stddev: 'distribution → spread',
  histogram_stdvar: 'distribution → variance',
  avg_over_time: 'range vector → mean',
  min_over_time: 'range vector → smallest',
  max_over_time: 'range vector → largest',
  sum_over_time: 'range vector → sum',
  count_over_time: 'range vector → number of points',
  last_over_time: 'range vector → newest',
  quantile_over_time: 'q, range vector → quantile',
  stddev_over_time: 'range vector → spread',
  present_over_time: 'range vector → 1',
  absent_over_time: 'range vector → 1 where there is none',
  absent: 'vector → 1 where there is none',
  abs: 'vector',
  ceil: 'vector',
  floor: 'vector',
  round: 'vector, to nearest',
  sqrt: 'vector',
  exp: 'vector',
  ln: 'vector',
  log2: 'vector',
  log10: 'vector',
  sgn: 'vector',
  clamp: 'vector, min, max',
  clamp_min: 'vector, min',
  clamp_max: 'vector, max',
  label_replace: 'vector, dst, replacement, src, regex',
  label_join: 'vector, dst, separator, src…',
  sort: 'vector',
  sort_desc: 'vector',
  scalar: 'vector → number',
  vector: 'number → vector',
  time: 'seconds since 1970',
  timestamp: 'vector → seconds',
  minute: 'vector',
  hour: 'vector',
  day_of_week: 'vector',
  day_of_month: 'vector',
  days_in_month: 'vector',
  month: 'vector',
  year: 'vector',
};

const WORDS = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'and',
  'or',
  'unless',
  'bool',
  'offset',
]);

/** Tokens `{text, kind, at}`; kind is space, comment, string, number, function, word, name, op or bad. */
export function tokens(text) {
  const out = [];
  for (const m of text.matchAll(TOKEN)) {
    const kind =
      m[1] !== undefined
        ? 'space'
        : m[2] !== undefined
          ? 'comment'
          : m[3] !== undefined
            ? 'string'
            : m[4] !== undefined
              ? 'number'
              : m[5] !== undefined
                ? wordKind(m[5], text, m.index + m[0].length)
                : m[6] !== undefined
                  ? 'op'
                  : 'bad';
    out.push({ text: m[0], kind, at: m.index });
  }
  return out;
}

function wordKind(word, text, end) {
  if (WORDS.has(word)) return 'word';
  if (AGGREGATIONS.includes(word) && /^\s*(\(|by\b|without\b)/.test(text.slice(end))) return 'function';
  if (/^\s*\(/.test(text.slice(end))) return 'function';
  return 'name';
}

/** Whether the expression is a selector alone, whose value as a distribution would be all since the start. */
export function isSelector(expr) {
  return /^\s*[a-zA-Z_:][\w:]*\s*(\{[^{}]*\})?\s*$/.test(expr) || /^\s*\{[^{}]+\}\s*$/.test(expr);
}

/**
 * Cuts an alert's expression at its outermost comparison with a number.
 *
 * @returns `{left, op, threshold}`, or null where it has none
 */
export function splitThreshold(expr) {
  const outer = outermost(tokens(expr));
  if (outer.some((t) => t.kind === 'word' && /^(and|or|unless)$/.test(t.text))) return null;
  const comparison = outer.findLast((t) => t.kind === 'op' && /^(==|!=|>=|<=|>|<)$/.test(t.text));
  if (!comparison || comparison.at === 0) return null;
  const { at, text: op } = comparison;
  const threshold = arithmetic(
    expr
      .slice(at + op.length)
      .trim()
      .replace(/^bool\b/, ''),
  );
  return threshold === null ? null : { left: expr.slice(0, at).trim(), op, threshold };
}

/** The tokens that stand in no bracket. */
function outermost(all) {
  let depth = 0;
  return all.filter(({ kind, text }) => {
    if (kind !== 'op') return depth === 0;
    if ('({['.includes(text)) depth++;
    else if (')}]'.includes(text)) depth--;
    return depth === 0;
  });
}

/** The value of a number, or of a product or quotient of numbers such as `10 * 1024 / 3`; null where it is neither. */
function arithmetic(text) {
  const terms = text.replace(/[()\s]/g, '').match(/^-?[\d.]+(?:e[+-]?\d+)?(?:[*/][\d.]+(?:e[+-]?\d+)?)*$/i);
  if (!terms) return null;
  const [first, ...rest] = terms[0].split(/(?=[*/])/);
  return rest.reduce((v, t) => (t[0] === '*' ? v * Number(t.slice(1)) : v / Number(t.slice(1))), Number(first));
}

/** `{line, column, message}` (both from 1) of a parse error, as the API words it; null where it tells no place. */
export function errorPlace(text) {
  const m = /(\d+):(\d+):\s*([\s\S]*)/.exec(text);
  if (m) return { line: Number(m[1]), column: Number(m[2]), message: m[3].replace(/^parse error:\s*/, '') };
  const p = /(?:at )?(?:position|char(?:acter)?|column) (\d+)[,:]?\s*([\s\S]*)/.exec(text);
  return p ? { line: 1, column: Number(p[1]), message: p[2] || text } : null;
}
