// What people say to one alert, and what happened to it: the buttons, the one form under them, and the time line.

import * as api from './api.js';
import { h, keyed, setText } from './dom.js';
import { nowSeconds } from './live.js';
import { clockTime, dateTime, duration } from './units.js';
import { shape } from './severity.js';

const NAME_KEY = 'tocsin.name';
const ASK_EVERY_MILLIS = 2000;

const SPANS = { '30m': '30 min', '1h': '1 h', '4h': '4 h', '8h': '8 h', '24h': '1 day', '7d': '7 days' };
const SPAN_MILLIS = { '30m': 18e5, '1h': 36e5, '4h': 144e5, '8h': 288e5, '24h': 864e5, '7d': 6048e5 };

/** What can be said: its button, in which states, and for how long. */
const ACTIONS = {
  ack: { word: 'Acknowledge', in: ['firing', 'suppressed'], spans: ['30m', '1h', '4h', '24h'], forever: 'it is over' },
  unack: { word: 'Un-acknowledge', in: ['acknowledged'], spans: [] },
  silence: { word: 'Silence', in: ['firing', 'acknowledged'], spans: ['1h', '4h', '8h', '24h', '7d'] },
  resolve: {
    word: 'Resolve',
    in: ['firing', 'acknowledged', 'suppressed'],
    spans: ['1h', '4h', '24h'],
    forever: 'its rule was false once',
  },
};

const WORDS = {
  fired: 'Fires',
  resolved: 'Over',
  refused: 'Refused',
  routed: 'Route',
  waiting: 'Waits',
  inhibited: 'Inhibited',
  silenced: 'Silenced',
  muted: 'Muted',
  deduplicated: 'Nothing new',
  not_repeated: 'Not repeated',
  handed_over: 'Handed over',
  attempt_failed: 'Attempt failed',
  accepted: 'Told',
  given_up: 'Given up',
  acknowledged: 'Acknowledged',
  unacknowledged: 'Given back',
  acknowledgement_expired: 'Acknowledgement ran out',
  escalated: 'Escalated',
  fell_back: 'Told another instead',
  flapping: 'Flaps',
  calm: 'Calm again',
};

const LOOKS = {
  accepted: 'told',
  acknowledged: 'answer',
  unacknowledged: 'answer',
  attempt_failed: 'failed',
  given_up: 'failed',
  refused: 'failed',
};

/**
 * @param id the alert's fingerprint
 * @param asked the action whose form is open from the beginning, if any
 * @param found called with the record each time it was read, and with null where there is none
 */
export function answers(id, asked, found) {
  const state = h('p', { class: 'answer-state' });
  const buttons = h('div', { class: 'answer-buttons', role: 'group', 'aria-label': 'Answer this alert' });
  const form = answerForm();
  const receipts = h('p', { class: 'muted', hidden: true });
  const list = h('ol', { class: 'timeline' });
  const heading = h('h3', { text: 'What happened', hidden: true });
  const el = h('section', { class: 'answers', 'aria-label': 'Answers and history' });
  el.append(state, buttons, form.el, heading, receipts, list);

  let record = null;
  let readAt = 0;
  let gone = false;
  let wanted = asked;

  async function read() {
    readAt = Date.now();
    try {
      record = await api.alertHistory(id);
    } catch (e) {
      if (e.status !== 404) return;
      record = null;
    }
    if (gone) return;
    found?.(record);
    draw();
  }

  function draw() {
    const can = Object.entries(ACTIONS).filter(([, action]) => action.in.includes(record?.state));
    keyed(buttons, can, ([name]) => name, actionButton);
    state.replaceChildren(...(record ? stateWords(record) : []));
    const told = (record?.receipts ?? []).at(-1);
    receipts.hidden = !told;
    if (told) setText(receipts, receiptWords(told));
    const events = [...(record?.events ?? [])].reverse();
    heading.hidden = events.length === 0;
    keyed(list, events, (e) => e.id, eventRow, updateEvent);
    if (wanted && can.some(([name]) => name === wanted)) open(wanted);
    wanted = null;
  }

  function actionButton([name]) {
    const expanded = name === 'unack' ? null : 'false';
    return h('button', {
      type: 'button',
      class: 'button',
      text: ACTIONS[name].word,
      dataset: { action: name },
      'aria-expanded': expanded,
      onclick: () => open(name),
    });
  }

  function open(name) {
    for (const b of buttons.children) {
      if (b.hasAttribute('aria-expanded')) b.setAttribute('aria-expanded', String(b.dataset.action === name));
    }
    form.open(name, async (said) => {
      if (name === 'silence') await api.silence(silenceOf(record.labels, said));
      else await api.answer(id, name, said);
      await read();
    });
  }

  form.onclose = () => {
    for (const b of buttons.children) if (b.hasAttribute('aria-expanded')) b.setAttribute('aria-expanded', 'false');
  };

  read();
  return {
    el,
    /** Opens the form of an action, now or when it is known to be possible. */
    open(name) {
      if (record && ACTIONS[name].in.includes(record.state)) open(name);
      else wanted = name;
    },
    /** Called with every beat. */
    update() {
      const next = state.querySelector('.answer-next');
      if (record?.next && next) setText(next.lastChild, nextWords(record.next));
      if (Date.now() - readAt > ASK_EVERY_MILLIS) read();
    },
    destroy() {
      gone = true;
      el.remove();
    },
  };
}

/** An alert that no rule of ours says: posted by others, or over. */
export function outsideDetail(id, asked) {
  const name = h('strong');
  const facts = h('p', { class: 'muted' });
  const said = answers(id, asked, (record) => {
    setText(name, record ? `${record.labels.alertname}: ${record.state}` : `No alert ${id} is known.`);
    setText(
      facts,
      Object.entries(record?.labels ?? {})
        .filter(([k]) => k !== 'alertname')
        .map(([k, v]) => `${k} ${v}`)
        .join(' · '),
    );
  });
  const el = h('div', { class: 'alert-outside' }, h('p', {}, name), facts, said.el);
  return {
    id,
    el,
    isOutside: true,
    open: said.open,
    update: said.update,
    destroy() {
      said.destroy();
      el.remove();
    },
  };
}

function silenceOf(labels, { by, comment, expires }) {
  const now = api.serverNow();
  return {
    matchers: Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + SPAN_MILLIS[expires]).toISOString(),
    createdBy: by,
    comment,
  };
}

function answerForm() {
  const name = h('input', { name: 'by', required: true, maxlength: 200, autocomplete: 'name' });
  const comment = h('input', { name: 'comment', maxlength: 2000, autocomplete: 'off' });
  const span = h('select', { name: 'expires' });
  const spanLabel = h('label', {}, 'Until', span);
  const submit = h('button', { type: 'submit', class: 'button primary' });
  const error = h('p', { class: 'answer-error', role: 'alert', hidden: true });
  const close = () => {
    el.hidden = true;
    form.onclose?.();
  };
  const cancel = h('button', { type: 'button', class: 'button', text: 'Cancel', onclick: close });
  const el = h(
    'form',
    { class: 'answer-form', hidden: true, onkeydown: (e) => e.key === 'Escape' && close() },
    h('label', {}, 'Your name', name),
    h('label', { class: 'wide' }, 'Comment', comment),
    spanLabel,
    submit,
    cancel,
    error,
  );
  let say = null;
  el.addEventListener('submit', async (e) => {
    e.preventDefault();
    submit.disabled = true;
    error.hidden = true;
    try {
      remember(name.value.trim());
      await say({ by: name.value, comment: comment.value, expires: span.value });
      comment.value = '';
      close();
    } catch (failure) {
      setText(error, failure.message);
      error.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  const form = {
    el,
    onclose: null,
    open(action, toSay) {
      const { word, spans, forever } = ACTIONS[action];
      say = toSay;
      name.value ||= remembered();
      setText(submit, word);
      span.replaceChildren(
        ...(forever ? [h('option', { value: '', text: forever })] : []),
        ...spans.map((s) => h('option', { value: s, text: SPANS[s] })),
      );
      spanLabel.hidden = span.options.length === 0;
      error.hidden = true;
      el.hidden = false;
      (name.value ? comment : name).focus();
    },
  };
  return form;
}

function remembered() {
  try {
    return localStorage.getItem(NAME_KEY) ?? '';
  } catch {
    return '';
  }
}

function remember(name) {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // Asked for again next time.
  }
}

/** "acknowledged by ann, 3 min ago: on it, until 14:00" */
export function answerWords(word, { by, comment, at, expiresAt }) {
  const ago = duration(Math.max(0, nowSeconds() - Date.parse(at) / 1000));
  const until = expiresAt ? `, until ${dateTime(Date.parse(expiresAt))}` : '';
  return `${word} by ${by} ${ago} ago${until}${comment ? `: ${comment}` : ''}`;
}

function stateWords(record) {
  return [
    record.acknowledged && h('strong', { text: answerWords('Acknowledged', record.acknowledged) }),
    record.resolved && h('strong', { text: answerWords('Resolved', record.resolved) }),
    record.next && record.state !== 'acknowledged' && h('span', { class: 'answer-next' }, shape('pending'), nextWords(record.next)),
    record.why && h('span', { text: `Nobody was told: ${inLocalTime(record.why)}` }),
  ].filter(Boolean);
}

/** "Next: chat and mail in 7 min", counting down. */
function nextWords({ receivers, at, policy, level }) {
  const left = Math.max(0, Date.parse(at) / 1000 - nowSeconds());
  const when = left < 1 ? 'now' : left < 120 ? `in ${Math.ceil(left)} s` : `in ${Math.ceil(left / 60)} min`;
  const names = [receivers.slice(0, -1).join(', '), receivers.at(-1)].filter(Boolean).join(' and ');
  return `Next: ${names} ${when} (${policy}, level ${level})`;
}

function receiptWords(r) {
  const legs = [
    ['closed', r.closedMillis],
    ['judged', r.judgedMillis],
    ['grouped', r.groupedMillis],
    ['handed over', r.handedOverMillis],
    ['accepted', r.acceptedMillis],
  ];
  const came =
    r.sampleMillisAtMost === undefined
      ? ''
      : `the sample came ${r.sampleMillisAtLeast} to ${r.sampleMillisAtMost} ms before the tick; `;
  return `Last told ${r.integration} (${r.reason}); ${came}milliseconds after the tick: ${legs.map(([w, ms]) => `${w} ${ms}`).join(' · ')}`;
}

function eventRow(event) {
  const at = Date.parse(event.at);
  const detail = h('span');
  const el = h(
    'li',
    {},
    h('time', { datetime: event.at, title: event.at, text: timeOf(at) }),
    h('span', { class: LOOKS[event.kind], text: WORDS[event.kind] ?? event.kind }),
    detail,
  );
  el._detail = detail;
  return el;
}

/** The server's moments within a text, as this reader's clock shows them. */
export function inLocalTime(text) {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (moment) => timeOf(Date.parse(moment)));
}

function timeOf(millis) {
  return Date.now() - millis < 864e5 ? clockTime(millis) : dateTime(millis);
}

function updateEvent(el, event) {
  const what = [event.actor, inLocalTime(event.detail)].filter(Boolean).join(': ');
  const last = event.count > 1 ? ` (${event.count} times, last ${timeOf(Date.parse(event.lastAt))})` : '';
  setText(el._detail, what + last);
}
