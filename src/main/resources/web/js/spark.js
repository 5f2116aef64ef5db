// A line the size of a word.

import { h } from './dom.js';

export class Spark {
  #canvas = h('canvas', { class: 'spark', 'aria-hidden': 'true' });
  #size = null;

  get el() {
    return this.#canvas;
  }

  /** @param values numbers, null for none; drawn from zero to their largest, or `least` where that is larger */
  draw(values, colour, least = 0) {
    const c = this.#canvas;
    const px = devicePixelRatio;
    this.#size ??= [c.clientWidth, c.clientHeight];
    const [w, hh] = this.#size;
    if (!w) return void (this.#size = null);
    if (c.width !== Math.round(w * px)) {
      c.width = Math.round(w * px);
      c.height = Math.round(hh * px);
    }
    const ctx = c.getContext('2d');
    ctx.setTransform(px, 0, 0, px, 0, 0);
    ctx.clearRect(0, 0, w, hh);
    let max = least;
    for (const v of values) if (v !== null && v > max) max = v;
    if (max <= 0) max = 1;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.25;
    ctx.lineJoin = 'round';
    ctx.beginPath();
    let open = false;
    const n = values.length - 1;
    values.forEach((v, i) => {
      if (v === null) return void (open = false);
      const x = (i / n) * (w - 2) + 1;
      const y = hh - 1.5 - (Math.max(0, v) / max) * (hh - 4);
      if (open) ctx.lineTo(x, y);
      else ctx.moveTo(x, y);
      open = true;
    });
    ctx.stroke();
  }

  resized() {
    this.#size = null;
  }
}
