// Series colours: Okabe and Ito's set, chosen by the hash of what a series is called, so that a service keeps its
// colour on every panel. Where two of one panel collide, the later name takes the next free colour.

import { hash32 } from './labels.js';

const COUNT = 7;
/** Names that one panel remembers the colours of. */
const MOST_REMEMBERED = 200;

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

let cached = null;

/** The colours of the theme in view; asked for again after `forgetColours`. */
export function theme() {
  cached ??= {
    series: Array.from({ length: COUNT }, (_, i) => css(`--series-${i}`)),
    quantiles: { p50: css('--p50'), p95: css('--p95'), p99: css('--p99') },
    text: css('--text'),
    muted: css('--muted'),
    accent: css('--accent'),
    grid: css('--grid'),
    panel: css('--panel'),
    ground: css('--ground'),
    severity: Object.fromEntries(['critical', 'high', 'medium', 'low', 'ok', 'nodata'].map((s) => [s, css(`--${s}`)])),
  };
  return cached;
}

export function forgetColours() {
  cached = null;
}

/** Remembers which name has which colour on one panel: a series never changes its colour while it is watched. */
export class Palette {
  #slots = new Map();

  /** @returns `{colour, dash}`: past seven names, the same colours come again, dashed */
  of(name) {
    const fixed = theme().quantiles[name];
    if (fixed) return { colour: fixed, dash: null };
    if (this.#slots.size > MOST_REMEMBERED) this.#slots.clear();
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      const used = new Map();
      for (const s of this.#slots.values()) used.set(s, (used.get(s) ?? 0) + 1);
      const fewest = used.size < COUNT ? 0 : Math.min(...used.values());
      slot = hash32(name) % COUNT;
      while ((used.get(slot) ?? 0) > fewest) slot = (slot + 1) % COUNT;
      this.#slots.set(name, slot);
    }
    const turn = [...this.#slots].filter(([, s]) => s === slot).findIndex(([n]) => n === name);
    return { colour: theme().series[slot], dash: [null, [6, 3], [2, 2], [8, 3, 2, 3]][turn % 4] };
  }
}
