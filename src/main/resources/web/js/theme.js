// Dark and light. theme-first.js has chosen already; this changes it while the page is open.

import { forgetColours } from './colours.js';
import { restyleAll } from './panels/panel.js';
import { current, onRoute, setParams } from './route.js';
import { beatSoon } from './live.js';

const listeners = new Set();

export function themeName() {
  return document.documentElement.dataset.theme;
}

export function onTheme(listener) {
  listeners.add(listener);
}

function apply(name) {
  if (name === themeName()) return;
  document.documentElement.dataset.theme = name;
  forgetColours();
  restyleAll();
  for (const l of listeners) l(name);
  beatSoon();
}

function stored() {
  try {
    return localStorage.getItem('tocsin.theme');
  } catch {
    return null;
  }
}

export function toggleTheme() {
  const name = themeName() === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem('tocsin.theme', name);
  } catch {
    // Storage can be forbidden; the address still carries the choice.
  }
  setParams({ theme: name });
  apply(name);
}

onRoute(({ params }) => {
  if (params.theme === 'dark' || params.theme === 'light') apply(params.theme);
});

matchMedia('(prefers-color-scheme: light)').addEventListener('change', (e) => {
  if (!current().params.theme && !stored()) apply(e.matches ? 'light' : 'dark');
});
