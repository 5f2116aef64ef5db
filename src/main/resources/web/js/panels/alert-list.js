// The alerts that fire, as a panel.

import { feed, firing, onAlerts } from '../alerts-feed.js';
import { h, keyed, setText } from '../dom.js';
import { nowSeconds } from '../live.js';
import { link } from '../route.js';
import { badge, shape, wordOf } from '../severity.js';
import { duration } from '../units.js';
import { chips } from '../views/trouble.js';

export function alertList(host) {
  const body = h('tbody');
  const calm = h('p', { class: 'calm panel-calm', hidden: true }, shape('ok'), 'Nothing fires.');
  host.replaceChildren(h('table', {}, body), calm);

  const draw = () => {
    const bad = firing(feed());
    calm.hidden = bad.length > 0 || !feed().loaded;
    keyed(
      body,
      bad,
      (a) => a.id + a.kind,
      row,
      (tr, a) => setText(tr.lastChild, duration(nowSeconds() - a.since / 1000, true)),
    );
  };
  const stop = onAlerts(draw);
  return {
    draw,
    destroy() {
      stop();
      host.replaceChildren();
    },
  };
}

const row = (a) =>
  h(
    'tr',
    {},
    h('td', {}, badge(a.kind, wordOf(a))),
    h('td', {}, h('a', { href: link('/alerts', { alert: a.id }), text: a.labels.alertname })),
    h('td', {}, chips(a)),
    h('td', { class: 'num muted' }),
  );
