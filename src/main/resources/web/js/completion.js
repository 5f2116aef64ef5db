// What could come next in the query box: metrics, functions, label names after a brace or `by (`, label values after
// an operator, durations in a bracket.

import * as api from './api.js';
import { catalogue, onCatalogue } from './catalogue.js';
import { h } from './dom.js';
import { AGGREGATIONS, FUNCTIONS, tokens } from './promql-text.js';

const MOST = 12;
const MOST_VALUES = 500;
const WINDOWS = ['10s', '30s', '1m', '5m', '15m', '1h', '1d'];
const MODIFIERS = [
  'by',
  'without',
  'on',
  'ignoring',
  'offset',
  'and',
  'or',
  'unless',
  'bool',
  'group_left',
  'group_right',
];

const cache = new Map();

function remembered(key, ask) {
  if (!cache.has(key)) {
    cache.set(
      key,
      ask().catch(() => []),
    );
    setTimeout(() => cache.delete(key), 10_000);
  }
  return cache.get(key);
}

/**
 * What stands at the caret.
 *
 * @returns `{what: 'label'|'value'|'window'|'any', from, word, metric, label}`; `from` is where the word begins
 */
export function contextAt(text, caret) {
  const before = tokens(text.slice(0, caret));
  const last = before.at(-1);
  const inWord = last && ['name', 'function', 'word', 'number'].includes(last.kind);
  const quoted =
    last?.kind === 'string' && !/^(["'`])[\s\S]*\1$/.test(last.text.length > 1 ? last.text : `${last.text}\u0000`);
  const word = inWord ? last.text : quoted ? last.text.slice(1) : '';
  const from = caret - word.length;
  const stack = [];
  let pending = null;
  let label = null;
  const significant = before.filter((t) => t.kind !== 'space' && t.kind !== 'comment');
  significant.forEach((t, i) => {
    if (t.kind === 'name') pending = t.text;
    if (t.kind !== 'op') return;
    if (t.text === '{') stack.push({ open: '{', metric: pending });
    else if (t.text === '[') stack.push({ open: '[' });
    else if (t.text === '(') stack.push({ open: '(', after: significant[i - 1]?.text });
    else if (')}]'.includes(t.text)) stack.pop();
    else if (stack.at(-1)?.open === '{' && /^(=|!=|=~|!~)$/.test(t.text)) label = significant[i - 1]?.text ?? null;
    else if (t.text === ',') label = null;
  });
  const inside = stack.at(-1);
  if (inside?.open === '{')
    return quoted
      ? { what: 'value', from, word, metric: inside.metric, label }
      : { what: 'label', from, word, metric: inside.metric };
  if (inside?.open === '[') return { what: 'window', from, word };
  if (inside?.open === '(' && /^(by|without|on|ignoring|group_left|group_right)$/.test(inside.after ?? '')) {
    const any = tokens(text).find((t) => t.kind === 'name' && catalogue().has(t.text));
    return { what: 'label', from, word, metric: any?.text ?? null };
  }
  return { what: 'any', from, word };
}

async function candidates(context) {
  const { what, metric, label } = context;
  if (what === 'window') return WINDOWS.map((text) => ({ text, about: 'window' }));
  if (what === 'label') {
    const names = await remembered(`l ${metric}`, () => api.labelNames(metric ?? undefined));
    return names.filter((n) => n !== '__name__').map((text) => ({ text, about: 'label' }));
  }
  if (what === 'value') {
    if (!label) return [];
    const values = await remembered(`v ${metric} ${label}`, () =>
      api.labelValues(label, metric ?? undefined, MOST_VALUES),
    );
    return values.map((text) => ({ text, about: label, insert: text.replace(/[\\"]/g, '\\$&') }));
  }
  const kinds = { histogram: 'distribution' };
  return [
    ...[...catalogue().values()].map((m) => ({ text: m.name, about: kinds[m.kind] ?? m.kind })),
    ...AGGREGATIONS.map((text) => ({ text, about: 'aggregation', insert: `${text}()`, back: 1 })),
    ...Object.entries(FUNCTIONS).map(([text, about]) => ({ text, about, insert: `${text}()`, back: 1 })),
    ...MODIFIERS.map((text) => ({ text, about: '', insert: `${text} ` })),
  ];
}

/** Those that begin with the word first, then those in which a part begins with it, then those that hold it. */
export function choose(all, word) {
  const w = word.toLowerCase();
  const score = ({ text }) => {
    const t = text.toLowerCase();
    if (t.startsWith(w)) return 0;
    if (t.includes(`_${w}`) || t.includes(`:${w}`)) return 1;
    return t.includes(w) ? 2 : 3;
  };
  return all
    .map((c) => [score(c), c])
    .filter(([s, c]) => s < 3 && c.text !== word)
    .sort((a, b) => a[0] - b[0] || a[1].text.length - b[1].text.length || (a[1].text < b[1].text ? -1 : 1))
    .slice(0, MOST)
    .map(([, c]) => c);
}

export class Completion {
  #list = h('ul', { class: 'completion', role: 'listbox', id: 'completion', hidden: true });
  #items = [];
  #at = 0;
  #context = null;
  #turn = 0;
  /** Somebody waits for suggestions: what is typed before the names have come is completed once they have. */
  #wanted = false;
  #leave;

  constructor(editor) {
    this.editor = editor;
    editor.el.append(this.#list);
    editor.input.setAttribute('aria-autocomplete', 'list');
    editor.input.setAttribute('aria-controls', 'completion');
    this.#leave = onCatalogue(() => {
      if (this.#wanted && this.#items.length === 0) this.suggest();
    });
  }

  destroy() {
    this.close();
    this.#leave();
  }

  async suggest(asked = false) {
    const { input } = this.editor;
    const context = contextAt(input.value, input.selectionEnd);
    const turn = ++this.#turn;
    const eager = asked || context.what === 'value' || context.what === 'label';
    if (!eager && context.word === '') return this.close();
    this.#wanted = true;
    const found = choose(await candidates(context), context.word);
    if (turn !== this.#turn) return;
    this.#context = context;
    this.#items = found;
    this.#at = 0;
    this.#draw();
  }

  close() {
    this.#turn++;
    this.#wanted = false;
    this.#items = [];
    this.#list.hidden = true;
    this.editor.input.removeAttribute('aria-activedescendant');
  }

  /** @returns whether the key was for the list */
  key(e) {
    if (this.#items.length === 0) return false;
    if (e.key === 'ArrowDown') this.#move(1);
    else if (e.key === 'ArrowUp') this.#move(-1);
    else if (e.key === 'Tab' || (e.key === 'Enter' && this.#moved)) this.#take(this.#at);
    else if (e.key === 'Escape') this.close();
    else return false;
    e.preventDefault();
    return true;
  }

  #moved = false;

  #move(by) {
    this.#moved = true;
    this.#at = (this.#at + by + this.#items.length) % this.#items.length;
    this.#draw(true);
  }

  #take(i) {
    const { text, insert = text, back = 0 } = this.#items[i];
    const { from } = this.#context;
    const { input } = this.editor;
    const follows = input.value.slice(input.selectionEnd);
    const open = insert.endsWith('()') && follows.startsWith('(');
    this.editor.replace(from, input.selectionEnd, open ? text : insert, open ? 0 : back);
    this.close();
    input.focus();
  }

  #draw(moved = false) {
    this.#moved = moved;
    const { input } = this.editor;
    this.#list.hidden = this.#items.length === 0;
    this.#list.replaceChildren(
      ...this.#items.map((item, i) =>
        h(
          'li',
          {
            id: `completion-${i}`,
            role: 'option',
            'aria-selected': String(i === this.#at),
            onpointerdown: (e) => (e.preventDefault(), this.#take(i)),
          },
          h('span', { class: 'mono', text: item.text }),
          h('span', { class: 'muted', text: item.about }),
        ),
      ),
    );
    if (this.#items.length) input.setAttribute('aria-activedescendant', `completion-${this.#at}`);
    const left = this.#context ? caretLeft(input, this.#context.from) : 0;
    this.#list.style.left = `${Math.max(0, Math.min(left, this.editor.el.clientWidth - 320))}px`;
  }
}

/** Where a character of a one-line mono text stands, in px from the box's edge. */
function caretLeft(input, offset) {
  const line = input.value.slice(0, offset).split('\n').at(-1);
  const style = getComputedStyle(input);
  const ctx = (caretLeft.canvas ??= document.createElement('canvas')).getContext('2d');
  ctx.font = style.font;
  return parseFloat(style.paddingLeft) + ctx.measureText(line).width - input.scrollLeft;
}
