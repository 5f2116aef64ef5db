// The list of dashboards that are written down in conf/dashboards.

import * as api from '../api.js';
import { h } from '../dom.js';
import { link } from '../route.js';
import { paste } from './first-steps.js';

const EXAMPLE = `title: My service
panels:
  - title: Latency
    unit: ms
    x: 0
    y: 0
    width: 6
    height: 4
    queries:
      - expr: histogram_quantile(0.99, sum by (route) (rate(api_latency[10s])))
        legend: "{{route}}"
    thresholds:
      - { value: 200, severity: warning }`;

export function dashboardsView(root) {
  let ended = false;
  root.append(h('h1', { class: 'sr', text: 'Dashboards' }));
  api
    .dashboards()
    .then((list) => {
      if (ended) return;
      if (list.length === 0) {
        root.append(teach());
        return;
      }
      root.append(
        h(
          'ul',
          { class: 'dashboard-list' },
          ...list.map((d) =>
            h(
              'li',
              {},
              h(
                'a',
                { href: link(`/d/${encodeURIComponent(d.name)}`) },
                h('strong', { text: d.title || d.name }),
                h('span', { class: 'muted', text: `conf/dashboards/${d.name}.yaml` }),
              ),
            ),
          ),
        ),
        h('p', {
          class: 'muted dashboard-how',
          text: 'A dashboard is a YAML file in conf/dashboards; what has changed there is read again on reload.',
        }),
      );
    })
    .catch(
      (e) =>
        !ended &&
        root.append(
          h('div', { class: 'empty' }, h('h2', { text: 'The dashboards did not come' }), h('p', { text: e.message })),
        ),
    );
  return {
    unmount() {
      ended = true;
    },
  };
}

function teach() {
  return h(
    'div',
    { class: 'empty' },
    h('h2', { text: 'No dashboard yet' }),
    h('p', {
      text: 'The overview draws itself. To arrange panels yourself, put this into conf/dashboards/service.yaml and reload:',
    }),
    paste(EXAMPLE),
  );
}
