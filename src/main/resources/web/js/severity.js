// The states of an alert: a rank, a word and a shape each, since colour alone tells nobody who can't see it.

import { h, svg } from './dom.js';

const RANK = { critical: 0, high: 1, medium: 2, low: 3, nodata: 4, pending: 5, ok: 6 };

const BY_WORD = {
  critical: 'critical',
  page: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  high: 'high',
  error: 'high',
  major: 'high',
  warning: 'medium',
  warn: 'medium',
  medium: 'medium',
  minor: 'medium',
  low: 'low',
  info: 'low',
  notice: 'low',
  none: 'low',
};

const SHAPES = {
  critical: ['M5.3 1h5.4L15 5.3v5.4L10.7 15H5.3L1 10.7V5.3z', 'M8 4.2v4.6M8 11.2v.6'],
  high: ['M8 1.2 15.4 14.4H.6z', 'M8 6v3.8M8 11.8v.6'],
  medium: ['M8 .8 15.2 8 8 15.2.8 8z', null],
  low: ['M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z', null],
  ok: [null, 'M2.5 8.5 6.3 12.2 13.5 4.5'],
  nodata: [null, 'M8 2a6 6 0 1 1-.01 0'],
  flapping: [null, 'M1 11l3.5-7 3.5 8 3.5-8 3.5 7'],
  latched: ['M3 7.2h10V14H3z', 'M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2'],
  silenced: [null, 'M4 6.5h2L9 3.8v8.4L6 9.5H4zM11.5 6l3 4M14.5 6l-3 4'],
  acknowledged: ['M8 1.5a6.5 6.5 0 1 1-.01 0', 'M5 8.2l2.2 2.2 4-4.4'],
  pending: [null, 'M8 2a6 6 0 1 1-.01 0M8 4.8V8l2.2 1.6'],
};

/** The severity class of an alert, by its own label or, where it has none, medium. */
export function severityOf(labels) {
  return BY_WORD[(labels.severity ?? '').toLowerCase()] ?? 'medium';
}

/** The class that an alert's state is shown as. */
export function shownAs(alert) {
  const noDataState = /^no[_ ]?data$/i.test(alert.state);
  if (noDataState || (isNoData(alert) && alert.state === 'pending')) return 'nodata';
  return alert.state === 'pending' ? 'pending' : severityOf(alert.labels);
}

/** Whether the series of an alert has ended: it is held, and neither fires anew nor is resolved. */
export function isNoData(alert) {
  return /^no[_ ]?data$/i.test(alert.state) || Boolean(alert.annotations?.no_data_since);
}

/** Words beside the shape: the user's own severity where there is one. */
export function wordOf(alert) {
  const kind = shownAs(alert);
  if (kind === 'nodata') return 'no data';
  if (kind === 'pending') return 'pending';
  return alert.labels.severity || 'firing';
}

export function rank(kind) {
  return RANK[kind] ?? 9;
}

/** The shape of a state; `label` names it for people who hear the page. */
export function shape(kind, label) {
  const [solid, line] = SHAPES[kind] ?? SHAPES.low;
  return svg(
    'svg',
    {
      viewBox: '0 0 16 16',
      width: 14,
      height: 14,
      class: `shape shape-${kind}`,
      role: label ? 'img' : null,
      'aria-label': label,
      'aria-hidden': label ? null : 'true',
    },
    solid && svg('path', { d: solid, class: 'solid' }),
    line && svg('path', { d: line, class: solid ? 'mark' : 'stroke' }),
  );
}

/** Shape and word together. */
export function badge(kind, word) {
  return h('span', { class: `badge badge-${kind}` }, shape(kind), h('span', { text: word }));
}

/** The word of a severity class, where the user's own is not at hand. */
export function wordFor(kind) {
  return kind === 'nodata' ? 'no data' : kind === 'medium' ? 'warning' : kind;
}
