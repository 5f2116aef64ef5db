// A dashboard's file, to be made another of.

import * as api from '../api.js';
import { h } from '../dom.js';
import { link } from '../route.js';
import { paste } from './first-steps.js';

/** The dashboard that was looked at last. */
let seen = null;

export function remember(dashboard) {
  if (dashboard.panels.length) seen = dashboard;
}

/** A button that shows the file of the dashboard in view, and what it shows. */
export function yamlButton(dashboard) {
  const shown = h('div', { class: 'dashboard-yaml', hidden: true });
  const button = h('button', {
    class: 'link',
    text: 'YAML',
    'aria-expanded': 'false',
    onclick: () => {
      if (!shown.firstChild) shown.append(...howTo(dashboard, 'another'));
      shown.hidden = !shown.hidden;
      button.setAttribute('aria-expanded', String(!shown.hidden));
    },
  });
  return { button, shown };
}

const howTo = (from, name) => [
  h('p', {}, 'Under another name, e.g. ', h('code', { text: `conf/dashboards/${name}.yaml` }), ', this is a dashboard of your own after ', h('code', { text: 'POST /-/reload' }), ':'),
  paste(from.yaml.trimEnd()),
];

/** What stands where a dashboard has no panels, or there is none of the name: the file of one that there is. */
export async function startingPoint(name, title, why) {
  const from = seen ?? (await first().catch(() => null));
  const file = /^[A-Za-z0-9][\w-]{0,63}$/.test(name) ? name : 'mine';
  return h(
    'div',
    { class: 'empty' },
    h('h2', { text: title }),
    h('p', { text: why }),
    ...(from
      ? [
          h('p', {}, 'To make it, begin with the one called ', h('a', { href: link(`/d/${from.name}`), text: from.title }), ': put this into ', h('code', { text: `conf/dashboards/${file}.yaml` }), ', change it, and ', h('code', { text: 'POST /-/reload' }), '.'),
          paste(from.yaml.trimEnd()),
        ]
      : []),
    h('p', {}, h('a', { href: link('/dashboards'), text: 'All dashboards' })),
  );
}

async function first() {
  const list = await api.dashboards();
  return list.length ? api.dashboard(list[0].name) : null;
}
