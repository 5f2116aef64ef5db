// Dark and light, and the colours of states and series. theme-first.js has chosen already; this changes it while the
// page is open.

import { forgetColours } from './colours.js';
import { restyleAll } from './panels/panel.js';
import { current, onRoute, setParams } from './route.js';
import { beatNow, beatSoon } from './live.js';

const ALLOWED = { theme: ['dark', 'light'], palette: ['usual', 'safe'] };

const listeners = new Set();

export function themeName() {
  return document.documentElement.dataset.theme;
}

/** `usual`, or `safe`: told apart by people who see no difference between red and green. */
export function paletteName() {
  return document.documentElement.dataset.palette;
}

export function onTheme(listener) {
  listeners.add(listener);
}

function apply(name, value) {
  const { dataset } = document.documentElement;
  if (dataset[name] === value) return;
  dataset[name] = value;
  forgetColours();
  restyleAll();
  for (const l of listeners) l();
  beatSoon();
}

function stored(name) {
  try {
    return localStorage.getItem(`tocsin.${name}`);
  } catch {
    return null;
  }
}

/** @param name `theme` or `palette`: kept for the next visit, and put into the address */
function choose(name, value) {
  try {
    localStorage.setItem(`tocsin.${name}`, value);
  } catch {
    // Storage can be forbidden; the address still carries the choice.
  }
  setParams({ [name]: value });
  apply(name, value);
}

export const toggleTheme = () => choose('theme', themeName() === 'dark' ? 'light' : 'dark');
export const togglePalette = () => choose('palette', paletteName() === 'safe' ? 'usual' : 'safe');

onRoute(({ params }) => {
  for (const [name, allowed] of Object.entries(ALLOWED)) if (allowed.includes(params[name])) apply(name, params[name]);
});

matchMedia('(prefers-color-scheme: light)').addEventListener('change', (e) => {
  if (!current().params.theme && !stored('theme')) apply('theme', e.matches ? 'light' : 'dark');
});

// Paper is light. Charts are pictures, so they have to be drawn anew before they are printed.
let beforePrint = null;
addEventListener('beforeprint', () => {
  beforePrint = themeName();
  apply('theme', 'light');
  beatNow();
});
addEventListener('afterprint', () => apply('theme', beforePrint));
