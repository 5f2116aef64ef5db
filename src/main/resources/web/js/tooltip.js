// What stands beside the pointer over a chart: the time, each series' value, and how far the figures can be trusted.

import { h, setText } from './dom.js';

const MOST_ROWS = 14;

let box = null;
let owner = null;

function build() {
  const time = h('div', { class: 'tip-time' });
  const rows = h('div', { class: 'tip-rows' });
  const note = h('div', { class: 'tip-note' });
  box = h('div', { class: 'tip', 'aria-hidden': 'true', hidden: true }, time, rows, note);
  Object.assign(box, { time, rows, note });
  document.body.append(box);
}

/**
 * Shows `rows` of `{name, value, colour, dash}` at a place in the window; called again for the same owner it only
 * changes its text.
 */
export function show(by, x, y, time, rows, note) {
  if (!box) build();
  owner = by;
  box.hidden = false;
  setText(box.time, time);
  const shown = rows.slice(0, MOST_ROWS);
  while (box.rows.children.length > shown.length) box.rows.lastChild.remove();
  while (box.rows.children.length < shown.length) {
    box.rows.append(h('div', { class: 'tip-row' }, h('i', { class: 'swatch' }), h('span'), h('b')));
  }
  shown.forEach((row, i) => {
    const [swatch, name, value] = box.rows.children[i].children;
    swatch.style.background = row.colour;
    swatch.classList.toggle('dashed', Boolean(row.dash));
    setText(name, row.name);
    setText(value, row.value);
  });
  const more = rows.length - shown.length;
  setText(box.note, [more > 0 ? `${more} more` : '', note ?? ''].filter(Boolean).join(' · '));
  box.note.hidden = box.note.textContent === '';
  const { offsetWidth: w, offsetHeight: hh } = box;
  const left = x + 16 + w > innerWidth - 8 ? Math.max(8, x - 16 - w) : x + 16;
  const top = Math.max(8, Math.min(y - hh / 2, innerHeight - hh - 8));
  box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

export function hide(by) {
  if (box && (by === owner || by === undefined)) {
    box.hidden = true;
    owner = null;
  }
}
