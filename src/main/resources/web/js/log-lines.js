// The last lines of the log that an alert is about, beside it.

import { recentLogLines } from './api.js';
import { h } from './dom.js';
import { clockTime } from './units.js';

const LINES = 5;

/** Which category and source of log events an expression with these labels is about; null where it is about none. */
export function logOf(expr, labels) {
  if (!/\blog_events_total\b/.test(expr)) return null;
  const of = {};
  for (const name of ['category', 'source']) {
    const chosen = labels[name] ?? new RegExp(`\\b${name}\\s*=\\s*["']([^"']+)["']`).exec(expr)?.[1];
    if (chosen) of[name] = chosen;
  }
  return of;
}

/** An element that fills itself with the newest lines; null where the alert is about no log. */
export function logLines(expr, labels) {
  const of = logOf(expr, labels);
  if (!of) return null;
  const section = h('section', { class: 'log-lines', 'aria-label': 'Last log lines', hidden: true });
  recentLogLines({ ...of, limit: LINES })
    .then((lines) => {
      section.hidden = lines.length === 0;
      for (const line of lines) {
        section.append(
          h('p', { class: 'muted small', text: `${clockTime(Date.parse(line.time))} ${line.source} · ${line.file}` }),
          h('pre', { class: 'expr', text: line.text }),
        );
      }
    })
    .catch((e) => {
      section.hidden = false;
      section.append(h('p', { class: 'muted', text: `The last log lines can't be had: ${e.message}` }));
    });
  return section;
}
