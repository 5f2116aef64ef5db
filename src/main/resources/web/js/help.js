// The drawer with the keys, the colours, and where more is written.

import { h, icon, setText } from './dom.js';
import { link } from './route.js';
import { onTheme, paletteName, themeName, togglePalette, toggleTheme } from './theme.js';

const KEYS = [
  [
    'Go',
    [
      ['g o', 'Overview'],
      ['g l', 'Latency'],
      ['g d', 'Dashboards'],
      ['g a', 'Alerts'],
      ['g c', 'Checks'],
      ['g s', 'Status'],
      ['e', 'Explore'],
    ],
  ],
  [
    'Here',
    [
      ['/', 'Search: filter metrics, or the query box'],
      ['p', 'Pause and resume drawing'],
      ['a', 'On the alerts page: acknowledge what is open, or the first'],
      ['Esc', 'Leave a box; back to live'],
    ],
  ],
  [
    'Page',
    [
      ['t', 'Dark or light'],
      ['c', 'Colours for the colour-blind, or the usual'],
      ['?', 'This'],
    ],
  ],
];

let drawer = null;
let opener = null;

export function helpIsOpen() {
  return drawer !== null;
}

export function helpButton() {
  return h('button', {
    class: 'icon-button help-button',
    'aria-label': 'Keys, colours, documentation',
    title: 'Keys, colours, documentation (?)',
    text: '?',
    onclick: toggleHelp,
  });
}

export function toggleHelp() {
  if (drawer) {
    drawer.remove();
    drawer = null;
    opener?.focus?.();
    return;
  }
  opener = document.activeElement;
  drawer = h(
    'aside',
    { class: 'drawer', 'aria-label': 'Help' },
    h(
      'h2',
      {},
      h('span', { text: 'Keys' }),
      h(
        'button',
        { class: 'icon-button', 'aria-label': 'Close', onclick: toggleHelp },
        icon('M3.5 3.5l9 9M12.5 3.5l-9 9'),
      ),
    ),
    ...KEYS.flatMap(([title, rows]) => [h('h3', { text: title }), h('dl', {}, ...rows.flatMap(keyRow))]),
    h('h3', { text: 'Pointer' }),
    h('p', {
      class: 'muted',
      text: 'Drag across a chart to look at that span on the whole page, double-click to go back. Everything in view stands in the address: copy it to show somebody the same.',
    }),
    ...appearance(),
    h('p', {}, h('a', { class: 'link', href: '/docs', text: 'Documentation' })),
  );
  document.body.append(drawer);
  drawer.querySelector('button').focus();
}

const keyRow = ([keys, what]) => [
  h('dt', {}, ...keys.split(' ').flatMap((k, i) => (i ? [' ', h('kbd', { text: k })] : [h('kbd', { text: k })]))),
  h('dd', { text: what }),
];

function appearance() {
  const theme = h('button', { class: 'button', onclick: toggleTheme });
  const palette = h('button', { class: 'button', onclick: togglePalette });
  const draw = () => {
    setText(theme, themeName() === 'dark' ? 'Light theme' : 'Dark theme');
    setText(palette, paletteName() === 'safe' ? 'Usual colours' : 'Colour-blind-safe colours');
  };
  draw();
  redraw = draw;
  return [
    h('h3', { text: 'Appearance' }),
    h(
      'div',
      { class: 'drawer-buttons' },
      theme,
      palette,
      h('a', { class: 'button', href: link('/', { wall: 'overview' }), text: 'Wall screen' }),
    ),
  ];
}

let redraw = () => {};
onTheme(() => redraw());
