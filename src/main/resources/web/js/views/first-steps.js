// What a page without metrics shows: the line to paste, with the port that is really listened on.

import * as api from '../api.js';
import { h } from '../dom.js';

const DEFAULT_UDP_PORT = 8125;

/** A button that copies what `textOf` yields, and says so. */
export function copyButton(label, textOf) {
  const button = h('button', {
    class: 'button',
    text: label,
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(textOf());
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Copying is forbidden here';
      }
      setTimeout(() => (button.textContent = label), 1500);
    },
  });
  return button;
}

export function paste(text) {
  const code = h('code', { text });
  const copy = h('button', {
    text: 'Copy',
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        copy.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(code);
        copy.textContent = 'Selected';
      }
      setTimeout(() => (copy.textContent = 'Copy'), 1500);
    },
  });
  const el = h('pre', { class: 'paste' }, code, copy);
  el.setCode = (t) => (code.textContent = t);
  return el;
}

const line = (sample, port) => `echo "${sample}" | nc -u -w0 ${location.hostname || '127.0.0.1'} ${port}`;

let port = null;

/** The command that pushes a line, with the port that is really listened on. */
export function pushPaste(sample) {
  const el = paste(line(sample, DEFAULT_UDP_PORT));
  port ??= api.runtime().then((r) => r?.udpPort);
  port.then(
    (known) => known && el.setCode(line(sample, known)),
    () => (port = null), // the default port stands; the next one asks again
  );
  return el;
}

export function firstSteps() {
  return h(
    'div',
    { class: 'empty' },
    h('h2', { text: 'Nothing has been pushed yet' }),
    h('p', {
      text: 'Paste this into a terminal. The metric is here, in a chart, one second later, with its percentiles.',
    }),
    pushPaste('api.latency:320|ms|#route:/login'),
    h('p', { text: 'Any StatsD or DogStatsD client sends the same over UDP. Over HTTP:' }),
    paste(
      `curl -d '{"samples":[{"name":"orders.completed","type":"counter","value":1,"labels":{"service":"checkout"}}]}' \\\n  ${location.origin}/api/v1/samples`,
    ),
    h('p', {}, 'To see a page full of life first, start it with ', h('code', { text: '--demo' }), '.'),
  );
}
