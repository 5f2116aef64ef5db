// The beat of the page: everything that draws is told once per tick, in one animation frame, unless drawing is paused.

import { serverNow } from './api.js';
import { stream } from './stream.js';

const drawers = new Set();
let frame = 0;
let paused = false;
const pauseListeners = new Set();

/** `draw(nowSeconds)` is called once per tick while the page is visible and not paused. Returns a function to end it. */
export function onBeat(draw) {
  drawers.add(draw);
  return () => drawers.delete(draw);
}

/** Asks for a beat soon, e.g. because history has arrived. */
export function beatSoon() {
  if (!frame && !document.hidden) frame = requestAnimationFrame(beat);
}

/** Draws everything at once. */
export function beatNow() {
  cancelAnimationFrame(frame);
  beat();
}

function beat() {
  frame = 0;
  const now = nowSeconds();
  for (const draw of drawers) draw(now, paused);
}

/** The second that charts end at: the last tick, or the server's clock while there is none. */
export function nowSeconds() {
  const { lastTick, state } = stream;
  if (lastTick !== null && state.name !== 'lost') return Math.floor(lastTick / 1000);
  return Math.floor(serverNow() / 1000) - 1;
}

export function isPaused() {
  return paused;
}

export function setPaused(on) {
  paused = on;
  for (const l of pauseListeners) l(paused);
  if (!paused) beatSoon();
}

export function onPause(listener) {
  pauseListeners.add(listener);
}

stream.watch((state, tick) => {
  if (tick !== null) beatSoon();
});
// Rolling ranges, and a page whose connection is lost, go on without frames.
setInterval(() => {
  if (stream.state.name !== 'live') beatSoon();
}, 1000);
document.addEventListener('visibilitychange', beatSoon);
