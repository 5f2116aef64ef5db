// A text area with numbered lines, one of which can be marked as faulty.

import { h } from './dom.js';

export class LinedEditor {
  #numbers = h('pre', { class: 'lined-numbers', 'aria-hidden': 'true' });
  #band = h('div', { class: 'lined-band', 'aria-hidden': 'true', hidden: true });

  /** @param label what it is called for people who hear the page; `describedBy` is the id of what tells its fault */
  constructor({ label, describedBy, onChange }) {
    this.input = h('textarea', {
      class: 'lined-text',
      spellcheck: 'false',
      autocomplete: 'off',
      autocapitalize: 'off',
      wrap: 'off',
      'aria-label': label,
      'aria-describedby': describedBy,
      oninput: () => {
        this.mark(null);
        this.#draw();
        onChange(this.value);
      },
    });
    this.el = h('div', { class: 'lined' }, this.#numbers, h('div', { class: 'lined-field' }, this.#band, this.input));
  }

  get value() {
    return this.input.value;
  }

  set value(text) {
    this.input.value = text;
    this.mark(null);
    this.#draw();
  }

  /** Marks a line, from 1; null for none. */
  mark(line) {
    this.line = line;
    this.#band.hidden = line === null;
    this.input.setAttribute('aria-invalid', String(line !== null));
    if (line !== null) this.#band.style.setProperty('--line', line - 1);
    [...this.#numbers.children].forEach((n, i) => n.classList.toggle('faulty', i + 1 === line));
  }

  #draw() {
    const count = this.value.split('\n').length;
    while (this.#numbers.children.length > count) this.#numbers.lastChild.remove();
    while (this.#numbers.children.length < count)
      this.#numbers.append(h('span', { text: `${this.#numbers.children.length + 1}\n` }));
    this.input.rows = Math.max(8, count);
  }
}
