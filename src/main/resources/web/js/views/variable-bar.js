// The choices above a dashboard. What is chosen stands in the address; the values that are offered are asked for again
// every few seconds, those that depend on another choice with it.

import * as api from '../api.js';
import { h, setText } from '../dom.js';
import { setParams } from '../route.js';
import { fillExpr, parseChoice, references, writeChoice } from '../variables.js';

const REFRESH_MILLIS = 5000;
const MOST_VALUES = 500;
/** Values of series that have gone are offered this long, or as long as the range in view. */
const LEAST_SECONDS = 900;
const FILTER_FROM = 12;

const key = (name) => `var-${name}`;

export class VariableBar {
  #variables;
  #changed;
  #params = {};
  #range = null;
  #options = new Map();
  #controls = new Map();
  #timer = 0;
  #asking = 0;

  /** @param changed called when what is chosen means something else, because other values are offered */
  constructor(variables, params, range, changed) {
    this.#variables = variables;
    this.#changed = changed;
    this.#params = params;
    this.#range = range;
    for (const v of variables) {
      this.#options.set(v.name, v.values ?? null);
      const choose = (choice) => this.#choose(v, choice);
      this.#controls.set(v.name, v.multi ? several(v, choose) : single(v, choose));
    }
    this.el = h('div', { class: 'variables' }, ...[...this.#controls.values()].map((c) => c.el));
    this.#show();
    this.#refresh();
  }

  /** The address has changed. What depends on a choice is not known until it has been asked for anew. */
  update(params, range) {
    const before = this.chosen();
    this.#params = params;
    this.#range = range;
    const after = this.chosen();
    const changed = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
    for (const name of changed) for (const other of this.#dependents(name)) this.#options.set(other, null);
    this.#show();
    if (changed.length) this.#refresh();
  }

  /** What is chosen of each, as `fillExpr` takes it. */
  chosen() {
    return Object.fromEntries(this.#variables.map((v) => [v.name, this.#chosenOf(v)]));
  }

  /** Whether it is known what is offered, and so what is chosen where nobody has. */
  get ready() {
    return this.#variables.every((v) => this.#options.get(v.name) !== null);
  }

  #chosenOf(v) {
    const options = this.#options.get(v.name) ?? [];
    const said = this.#params[key(v.name)];
    const open = v.kind === 'label';
    const choice = said ? parseChoice(said) : { all: false, values: v.chosen };
    if (choice.all && v.all) return { all: true, values: options, open };
    if (choice.values.length) return { all: false, values: v.multi ? choice.values : choice.values.slice(0, 1), open };
    return v.all ? { all: true, values: options, open } : { all: false, values: options.slice(0, 1), open };
  }

  #choose(v, choice) {
    const params = { [key(v.name)]: writeChoice(choice) };
    for (const name of this.#dependents(v.name)) params[key(name)] = '';
    setParams(params, true);
  }

  /** Variables whose values depend on this one, at any remove. */
  #dependents(name) {
    const found = new Set([name]);
    for (const v of this.#variables) if (v.of && references(v.of).some((n) => found.has(n))) found.add(v.name);
    found.delete(name);
    return found;
  }

  async #refresh() {
    clearTimeout(this.#timer);
    const asking = ++this.#asking;
    const before = JSON.stringify([this.chosen(), this.ready]);
    if (!document.hidden) {
      for (const v of this.#variables) {
        if (v.kind !== 'label') continue;
        const values = await this.#valuesOf(v).catch(() => this.#options.get(v.name) ?? []);
        if (asking !== this.#asking) return;
        this.#options.set(v.name, values);
      }
      this.#show();
      if (JSON.stringify([this.chosen(), this.ready]) !== before) this.#changed();
    }
    this.#timer = setTimeout(() => this.#refresh(), REFRESH_MILLIS);
  }

  async #valuesOf({ label, of, isSelector }) {
    const expr = fillExpr(of, this.chosen());
    const { kind, from, to, seconds } = this.#range;
    const until = kind === 'fixed' ? to : api.serverNow() / 1000;
    if (isSelector) {
      const since = kind === 'fixed' ? from : until - Math.max(LEAST_SECONDS, seconds);
      return api.labelValues(label, expr, MOST_VALUES, null, since, until);
    }
    const { result } = await api.query(expr, kind === 'fixed' ? until : undefined);
    return [...new Set(result.map((r) => r.metric?.[label]).filter(Boolean))].sort().slice(0, MOST_VALUES);
  }

  #show() {
    for (const v of this.#variables) {
      const options = this.#options.get(v.name);
      if (options) this.#controls.get(v.name).show(options, this.#chosenOf(v));
    }
  }

  destroy() {
    this.#asking++;
    clearTimeout(this.#timer);
  }
}

/** What is offered, and what is chosen though it is not. */
const offered = (options, chosen) => [...options, ...chosen.values.filter((v) => !options.includes(v))];

function single(v, choose) {
  const select = h('select', {
    onchange: () => {
      const at = select.options[select.selectedIndex];
      choose(at.dataset.all ? { all: true, values: [] } : { all: false, values: [at.value] });
    },
  });
  let drawn = '';
  return {
    el: h('label', { class: 'variable' }, h('span', { text: v.title }), select),
    show(options, chosen) {
      const all = v.all ? [h('option', { text: 'all', value: '', dataset: { all: '1' } })] : [];
      const shown = offered(options, chosen.all ? { values: [] } : chosen);
      const now = JSON.stringify([shown, chosen.all, chosen.values[0]]);
      if (now === drawn || document.activeElement === select && drawn && !changedChoice(drawn, now)) return;
      drawn = now;
      select.replaceChildren(...all, ...shown.map((o) => h('option', { text: o, value: o })));
      select.disabled = select.options.length === 0;
      if (select.disabled) select.append(h('option', { text: 'no values yet' }));
      select.selectedIndex = chosen.all ? 0 : Math.max(0, all.length + shown.indexOf(chosen.values[0]));
    },
  };
}

/** A list that is open is not rebuilt under the hand, unless something else was chosen. */
const changedChoice = (before, now) =>
  JSON.stringify(JSON.parse(before).slice(1)) !== JSON.stringify(JSON.parse(now).slice(1));

function several(v, choose) {
  const says = h('b');
  const filter = h('input', { type: 'search', placeholder: 'Filter', 'aria-label': `Filter ${v.title}`, hidden: true });
  const list = h('div', { class: 'variable-list' });
  const el = h(
    'details',
    { class: 'variable variable-several' },
    h('summary', {}, h('span', { text: v.title }), says),
    h('div', { class: 'variable-menu', role: 'group', 'aria-label': v.title }, filter, list),
  );
  let drawn = '';
  let state = { options: [], chosen: { all: false, values: [] } };
  const hideOthers = () => {
    for (const item of list.children) item.hidden = !item.textContent.toLowerCase().includes(filter.value.toLowerCase());
  };
  filter.addEventListener('input', hideOthers);
  el.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !el.open) return;
    el.open = false;
    el.querySelector('summary').focus();
    e.stopPropagation();
  });
  el.addEventListener('focusout', (e) => {
    if (e.relatedTarget && !el.contains(e.relatedTarget)) el.open = false;
  });

  function toggle(value) {
    const { chosen } = state;
    if (value === null) return choose({ all: true, values: [] });
    const now = chosen.all ? [value] : chosen.values.filter((x) => x !== value);
    if (!chosen.all && now.length === chosen.values.length) now.push(value);
    if (now.length) choose({ all: false, values: now });
    else if (v.all) choose({ all: true, values: [] });
    else drawn = ''; // one stays chosen
  }

  const item = (text, value, checked) =>
    h(
      'label',
      {},
      h('input', { type: 'checkbox', checked, onchange: () => toggle(value) }),
      h('span', { text }),
    );

  return {
    el,
    show(options, chosen) {
      state = { options, chosen };
      setText(says, chosen.all ? 'all' : chosen.values.join(', ') || 'no values yet');
      const shown = offered(options, chosen.all ? { values: [] } : chosen);
      const now = JSON.stringify([shown, chosen]);
      if (now === drawn) return;
      drawn = now;
      const at = [...list.children].indexOf(document.activeElement?.closest?.('.variable-list > label'));
      list.replaceChildren(
        ...(v.all ? [item('all', null, chosen.all)] : []),
        ...shown.map((o) => item(o, o, !chosen.all && chosen.values.includes(o))),
      );
      if (at >= 0) list.children[at]?.querySelector('input').focus();
      filter.hidden = shown.length < FILTER_FROM;
      hideOthers();
    },
  };
}
