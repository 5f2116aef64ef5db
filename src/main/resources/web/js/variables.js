// The variables of a dashboard as text: in the address, in expressions, in titles. What is chosen of one is
// `{all, values, open}`; `open`: "all" means whatever there is, not only the values that are offered.

import { tokens } from './promql-text.js';

/** As the server reads it: a name begins with a letter, so that `$1` is none. */
const REFERENCE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;
const ALL = '*';

/** Names that a text refers to. */
export function references(text) {
  return [...new Set([...text.matchAll(REFERENCE)].map((m) => m[1] ?? m[2]))];
}

/** What an address says of a variable: `a,b` with commas escaped, `*` for all. */
export function parseChoice(text) {
  if (text === ALL) return { all: true, values: [] };
  const values = text.match(/(?:\\.|[^,\\])+/gs) ?? [];
  return { all: false, values: values.map((v) => v.replace(/\\(.)/gs, '$1')) };
}

export function writeChoice({ all, values }) {
  return all ? ALL : values.map((v) => (v === ALL ? '\\*' : v.replace(/[\\,]/g, '\\$&'))).join(',');
}

/** An expression with what is chosen in the place of its variables; names that there are not stay as they are. */
export function fillExpr(expr, chosen) {
  if (!expr.includes('$')) return expr;
  let out = '';
  let plain = '';
  const raw = (text) => replace(text, chosen, (c) => c.values.join('|'));
  for (const { text, kind } of tokens(expr)) {
    if (kind !== 'string') {
      plain += text;
      continue;
    }
    const operator = /(=~|!~|!=|=)\s*$/.exec(plain);
    out += raw(plain);
    out = fillString(out, text, operator ? out.length - operator[0].length : -1, chosen);
    plain = '';
  }
  return out + raw(plain);
}

/** Appends a string to `out`, whose matching operator stands at `operator` there, or -1 for none. */
function fillString(out, text, operator, chosen) {
  const found = references(text).filter((name) => chosen[name]);
  if (found.length === 0) return out + text;
  const raw = text[0] === '`';
  const body = text.slice(1, -1);
  const content = raw ? body : unescape(body);
  if (operator < 0) return out + quote(replace(content, chosen, (c) => c.values.join('|')));
  const symbol = out.slice(operator).trim();
  if (symbol.endsWith('~')) return out + quote(replace(content, chosen, pattern));
  if (found.every((name) => isOne(chosen[name]))) {
    return out + quote(replace(content, chosen, (c) => c.values[0]));
  }
  // Several values: the label is compared with a regular expression, in which what stands beside them is literal.
  const before = out.slice(0, operator) + out.slice(operator).replace(symbol, symbol === '=' ? '=~' : '!~');
  return before + quote(replace(content, chosen, pattern, escapeRegex));
}

const isOne = (c) => !c.all && c.values.length === 1;

function pattern(c) {
  if ((c.all && c.open) || c.values.length === 0) return '.*';
  return c.values.length === 1 ? escapeRegex(c.values[0]) : `(${c.values.map(escapeRegex).join('|')})`;
}

/** Titles and words: all is called so. */
export function fillText(text, chosen) {
  return replace(text, chosen, (c) => (c.all ? 'all' : c.values.join(', ')));
}

/** @param rest what becomes of the text between variables */
function replace(text, chosen, say, rest = (t) => t) {
  let out = '';
  let at = 0;
  for (const m of text.matchAll(REFERENCE)) {
    const c = chosen[m[1] ?? m[2]];
    if (!c) continue;
    out += rest(text.slice(at, m.index)) + say(c);
    at = m.index + m[0].length;
  }
  return out + rest(text.slice(at));
}

const escapeRegex = (text) => text.replace(/[\\.^$|?*+()[\]{}]/g, '\\$&');
const quote = (text) => `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
const unescape = (text) =>
  text.replace(/\\(.)/gs, (all, c) => ({ n: '\n', t: '\t', r: '\r' })[c] ?? (/["'`\\]/.test(c) ? c : all));
