// The span of time that the page shows: live, the last hours or days, or from one moment to another.

import { h, icon, setText } from './dom.js';
import { nowSeconds } from './live.js';
import { NAMES, rangeOf } from './range.js';
import { setParams } from './route.js';
import { dateTime } from './units.js';

/** Pages that show no span of time, or choose their own. */
const WITHOUT_RANGE = ['/alerts', '/status', '/dashboards', '/rule'];
const CALENDAR = 'M2 3.5h12v10.5H2zM2 6.5h12M5 1.8v3M11 1.8v3';
const SPOKEN = { m: 'minutes', h: 'hours', d: 'days' };

export function rangePicker() {
  const choose = (name) => setParams({ range: name === '5m' ? '' : name, from: '', to: '' });
  const buttons = NAMES.map((name) =>
    h('button', {
      class: `range-${name}`,
      text: name,
      'aria-label': `Last ${parseInt(name, 10)} ${SPOKEN[name.at(-1)]}`,
      onclick: () => choose(name),
    }),
  );
  const fixed = h('button', { hidden: true, 'aria-pressed': 'true', title: 'Back to live (Esc)', onclick: () => choose('5m') });
  const opener = h(
    'button',
    { class: 'range-open', 'aria-label': 'From one moment to another', title: 'From … to …', 'aria-expanded': 'false' },
    icon(CALENDAR),
  );
  const from = momentInput('From');
  const to = momentInput('To');
  const wrong = h('p', { class: 'range-wrong', role: 'alert', hidden: true });
  const form = h(
    'form',
    { class: 'range-form', hidden: true, 'aria-label': 'From one moment to another' },
    from.label,
    to.label,
    wrong,
    h('button', { class: 'button primary', type: 'submit', text: 'Show' }),
  );
  const el = h(
    'div',
    { class: 'range-picker' },
    h('div', { class: 'range', role: 'group', 'aria-label': 'Time range' }, ...buttons, fixed, opener),
    form,
  );
  let shown = rangeOf({});

  function open(on) {
    form.hidden = !on;
    opener.setAttribute('aria-expanded', String(on));
    wrong.hidden = true;
    if (!on) return;
    const end = shown.to ?? nowSeconds();
    from.set(shown.from ?? end - shown.seconds);
    to.set(end);
    from.input.focus();
  }

  opener.addEventListener('click', () => open(form.hidden));
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    const [begin, end] = [from.millis(), to.millis()];
    if (!(end > begin)) {
      setText(wrong, 'The end must be after the begin.');
      wrong.hidden = false;
      return;
    }
    open(false);
    opener.focus();
    setParams({ from: begin, to: end }, true);
  });
  form.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    e.stopPropagation();
    open(false);
    opener.focus();
  });
  addEventListener('pointerdown', (e) => !form.hidden && !el.contains(e.target) && open(false));

  return {
    el,
    draw(params, path) {
      shown = rangeOf(params);
      el.hidden = WITHOUT_RANGE.includes(path);
      for (const b of buttons) {
        b.setAttribute('aria-pressed', String(b.textContent === shown.name));
        b.hidden = shown.kind === 'fixed' && b.textContent !== '5m';
      }
      fixed.hidden = shown.kind !== 'fixed';
      if (shown.kind === 'fixed') setText(fixed, `${spanText(shown)} ✕`);
    },
  };
}

/** Both ends, the date of the second left out where it is the first's. */
function spanText({ from, to }) {
  const [a, b] = [dateTime(from * 1000), dateTime(to * 1000)];
  const day = a.includes(' ') && a.split(' ')[0] === b.split(' ')[0];
  return `${a} – ${day ? b.split(' ')[1] : b}`;
}

/** A box for a moment in the reader's own time. */
function momentInput(name) {
  const input = h('input', { type: 'datetime-local', step: 1, required: true });
  return {
    input,
    label: h('label', {}, h('span', { text: name }), input),
    set(seconds) {
      const local = new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60_000);
      input.value = local.toISOString().slice(0, 19);
    },
    millis: () => new Date(input.value).getTime(),
  };
}
