// The query box: a text area over its own coloured copy, with completion. Enter runs, Shift+Enter breaks the line.

import { Completion } from './completion.js';
import { h } from './dom.js';
import { tokens } from './promql-text.js';

export class Editor {
  #back = h('pre', { class: 'editor-back', 'aria-hidden': 'true' });
  #fault = null;
  #completion;

  constructor({ onRun }) {
    this.onRun = onRun;
    this.input = h('textarea', {
      id: 'promql',
      rows: 1,
      spellcheck: 'false',
      autocomplete: 'off',
      autocapitalize: 'off',
      placeholder: 'rate(http_requests[10s])',
      'aria-label': 'PromQL expression',
      oninput: () => {
        this.#fault = null;
        this.#draw();
        this.#completion.suggest();
      },
      onkeydown: (e) => this.#key(e),
      onclick: () => this.#completion.close(),
      onblur: () => setTimeout(() => this.#completion.close(), 150),
    });
    this.el = h('div', { class: 'editor' }, this.#back, this.input);
    this.#completion = new Completion(this);
    this.#draw();
  }

  get value() {
    return this.input.value;
  }

  set value(text) {
    this.input.value = text;
    this.#completion.close();
    this.#draw();
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  run() {
    this.#completion.close();
    this.onRun(this.value.trim());
  }

  /** Underlines what begins at an offset; null for nothing. */
  mark(offset) {
    this.#fault = offset;
    this.#draw();
  }

  /** Replaces [from, to) and puts the caret behind it, less `back` characters. */
  replace(from, to, text, back = 0) {
    this.input.setRangeText(text, from, to, 'end');
    const at = this.input.selectionEnd - back;
    this.input.setSelectionRange(at, at);
    this.#draw();
  }

  destroy() {
    this.#completion.destroy();
  }

  #key(e) {
    if (this.#completion.key(e)) return;
    if (e.key === 'Enter' && !e.shiftKey) {
      e.preventDefault();
      this.run();
    } else if (e.key === ' ' && e.ctrlKey) {
      e.preventDefault();
      this.#completion.suggest(true);
    } else if (e.key === 'Escape') {
      this.input.blur();
    }
  }

  #draw() {
    const text = this.value;
    const out = [];
    for (const t of tokens(text)) {
      const hit =
        this.#fault !== null && t.kind !== 'space' && this.#fault >= t.at && this.#fault < t.at + t.text.length;
      out.push(h('span', { class: `tok-${t.kind}${hit ? ' tok-fault' : ''}`, text: t.text }));
    }
    if (this.#fault !== null && this.#fault >= text.length) out.push(h('span', { class: 'tok-fault', text: '\u00a0' }));
    this.#back.replaceChildren(...out, '\n');
    this.input.style.height = 'auto';
    this.input.style.height = `${this.#back.offsetHeight || 36}px`;
  }
}
