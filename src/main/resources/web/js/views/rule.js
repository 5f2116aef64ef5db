// A rule as it is written: what it would have done on the last day stands beside it while one types.

import * as api from '../api.js';
import { backtest } from '../backtest.js';
import { whenKnown } from '../catalogue.js';
import { h, setText } from '../dom.js';
import { LinedEditor } from '../lined-editor.js';
import { splitThreshold } from '../promql-text.js';
import { faultOf, fileNameOf, ruleFile } from '../rule-text.js';
import { link, setParams } from '../route.js';
import { niceCeil } from '../units.js';
import { copyButton, paste } from './first-steps.js';
import { verdict } from './rule-verdict.js';

const OVER = { '1h': 3600, '6h': 21_600, '24h': 86_400, '7d': 604_800 };
const DEFAULT_OVER = '24h';
/** After the last keystroke, so long until the draft is judged. */
const PAUSE_MILLIS = 700;
const WHENCE = { expr: '', name: '' };

export function ruleView(root, route) {
  let params = route.params;
  let running = null;
  let timer = 0;
  let judged = null;
  let ended = false;

  const editor = new LinedEditor({
    label: 'Rule file, YAML',
    describedBy: 'rule-fault',
    onChange: (yaml) => {
      setParams({ ...WHENCE, yaml });
      clearTimeout(timer);
      timer = setTimeout(judge, PAUSE_MILLIS);
    },
  });
  const fault = h('p', { id: 'rule-fault', class: 'query-error', role: 'alert', hidden: true });
  const progress = h('progress', { max: 1, value: 0, 'aria-label': 'Judged so far', hidden: true });
  const over = h(
    'div',
    { class: 'range', role: 'group', 'aria-label': 'Judged on the last' },
    ...Object.keys(OVER).map((name) =>
      h('button', { text: name, onclick: () => setParams({ over: name === DEFAULT_OVER ? '' : name, from: '', to: '' }) }),
    ),
  );
  const file = h('code');
  const result = verdict();
  root.append(
    h('h1', { class: 'sr', text: 'Rule editor' }),
    h(
      'div',
      { class: 'rule-columns' },
      h(
        'section',
        { class: 'rule-draft', 'aria-label': 'Draft' },
        editor.el,
        fault,
        h(
          'div',
          { class: 'rule-buttons' },
          copyButton('Copy the YAML', () => editor.value),
          copyButton('Copy link', () => location.href),
        ),
        h('p', { class: 'muted' }, 'To put it in force, save it as ', file, ' and have it read:'),
        paste(`curl -X POST ${location.origin}/-/reload`),
        h('p', {}, h('a', { class: 'link', href: '/docs/rules', text: 'What a rule can say' })),
      ),
      h(
        'section',
        { class: 'rule-verdict', 'aria-label': 'What it would have done' },
        h('header', {}, h('h2', { text: 'On the last' }), over, progress),
        result.el,
      ),
    ),
  );

  async function judge() {
    clearTimeout(timer);
    const draft = editor.value;
    const name = OVER[params.over] ? params.over : DEFAULT_OVER;
    setText(file, `conf/rules/${fileNameOf(draft)}`);
    for (const b of over.children) b.setAttribute('aria-pressed', String(b.textContent === name));
    const key = `${name} ${draft}`;
    if (!draft.trim() || key === judged) return;
    judged = key;
    running?.abort();
    const mine = (running = new AbortController());
    progress.hidden = false;
    progress.value = 0;
    result.wait();
    try {
      const to = Math.floor(api.serverNow() / 1000);
      const told = (done) => mine === running && (progress.value = done);
      const [found] = await Promise.all([backtest(draft, to - OVER[name], to, told, mine.signal), whenKnown()]);
      if (mine !== running) return;
      fault.hidden = true;
      editor.mark(null);
      result.show(found, params);
    } catch (e) {
      if (mine !== running || e.name === 'AbortError') return;
      complain(e.message);
    }
    progress.hidden = true;
  }

  function complain(text) {
    const { line, message } = faultOf(text);
    setText(fault, line ? `Line ${line}: ${message}` : message);
    fault.hidden = false;
    editor.mark(line);
    result.clear();
  }

  /** The draft that the address means: a text, a rule in force, or an expression to make one of. */
  async function begin() {
    if (params.yaml) editor.value = params.yaml;
    else if (params.name) editor.value = await inForce(params.name);
    else editor.value = await fresh(params.expr);
    if (!ended) judge();
  }

  begin();
  return {
    update(next) {
      const before = params;
      params = next.params;
      const elsewhere = params.name !== before.name || params.expr !== before.expr;
      if (elsewhere && (params.name || params.expr)) begin();
      else if (params.yaml && params.yaml !== editor.value) begin();
      else if (params.over !== before.over) judge();
      else result.zoom(params);
    },
    unmount() {
      ended = true;
      clearTimeout(timer);
      running?.abort();
      running = null;
      result.clear();
    },
  };
}

async function inForce(name) {
  const groups = await api.rules().catch(() => []);
  const group = groups.find((g) => g.rules.some((r) => r.name === name));
  const rules = group?.rules.filter((r) => r.name === name) ?? [];
  return rules.length ? ruleFile(group.name, rules) : `# No rule called ${name} is in force.\n`;
}

/** A draft around an expression, called as no rule in force is. */
async function fresh(expr) {
  const [query, groups] = await Promise.all([compared(expr), api.rules().catch(() => [])]);
  const taken = new Set(groups.flatMap((g) => g.rules.map((r) => r.name)));
  let name = 'Mine';
  for (let i = 2; taken.has(name); i++) name = `Mine${i}`;
  return ruleFile(name.toLowerCase(), [{ name, query, duration: 60, labels: { severity: 'warning' } }]);
}

/** The expression with a comparison: where it has none, with what it does not reach now. */
async function compared(expr = 'host_cpu_usage_percent') {
  if (splitThreshold(expr) || /[<>]|[!=]=/.test(expr)) return expr;
  const now = await api.query(expr).catch(() => null);
  const values = (now?.resultType === 'vector' ? now.result : []).map((r) => api.number(r.value?.[1] ?? 'NaN'));
  const largest = Math.max(0, ...values.filter(Number.isFinite));
  return `${expr} > ${niceCeil(largest * 1.2)}`;
}

/** The address of the editor with a rule made of an expression. */
export const ruleFrom = (expr) => link('/rule', { expr, q: '', from: '', to: '' });
