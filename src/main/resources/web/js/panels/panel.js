// A panel: a title, a body of one kind, and what is wrong with it where something is. It asks for its data while it is
// in or near the view, and gives it back a little after it has left.

import { h, setClass, setText } from '../dom.js';
import { onBeat } from '../live.js';
import { acquire, release } from '../track.js';
import { clockTime, duration } from '../units.js';
import { pushPaste } from '../views/first-steps.js';

const LEAVE_MILLIS = 4000;
/** Kinds whose body is as large as its place. */
const STILL = ['timeseries', 'stat', 'heatmap', 'spectrum'];

const observer = new IntersectionObserver(
  (entries) => {
    for (const e of entries) {
      if (e.isIntersecting) e.target._panel?.arrive();
      else e.target._panel?.leave();
    }
  },
  { rootMargin: '160px 0px' },
);

const mounted = new Set();

export class Panel {
  #tracks = [];
  #endBeat = null;
  #leaving = 0;
  #body = null;

  /**
   * @param spec `{title, href, hint, unit, queries: [{expr, legend}], ...}`; `waits`: a query is not known yet; `push`:
   *     a StatsD line that would fill it, shown while it is empty; what else it has is read by its body
   * @param makeBody `(host, panel) → {draw(now), restyle?(), destroy()}`: made when the panel comes into view; where it
   *     has a `track`, `(expr, range, spec) → track`, its data come from that
   */
  constructor(spec, makeBody) {
    this.spec = spec;
    this.makeBody = makeBody;
    this.title = spec.href
      ? h('a', { href: spec.href, text: spec.title, title: `${spec.title}: open in Explore` })
      : h('span', { text: spec.title, title: spec.title });
    this.hint = h('span', { class: 'panel-hint', text: spec.hint ?? '' });
    this.now = h('span', { class: 'panel-now' });
    const scrolls = spec.kind && !STILL.includes(spec.kind);
    this.host = h('div', {
      class: 'panel-body',
      tabindex: scrolls ? '0' : null,
      role: scrolls ? 'group' : null,
      'aria-label': scrolls ? spec.title : null,
      style: { minHeight: `${spec.bodyHeight ?? 0}px` },
    });
    this.message = h('div', { class: 'panel-message', hidden: true });
    this.el = h(
      'section',
      { class: `panel panel-${spec.kind ?? 'timeseries'}`, 'aria-label': spec.title },
      h('header', {}, h(`h${spec.level ?? 3}`, { class: 'panel-title' }, this.title), this.hint, this.now),
      this.host,
      this.message,
    );
    this.teach = null;
    this.el._panel = this;
    this.el._gone = () => this.destroy();
    observer.observe(this.el);
    mounted.add(this);
  }

  get tracks() {
    return this.#tracks;
  }

  /** Other queries or another range, in the same place. */
  change(spec, range) {
    const same =
      range === this.range &&
      JSON.stringify(spec.queries) === JSON.stringify(this.spec.queries) &&
      this.spec.unit === spec.unit &&
      this.spec.text === spec.text;
    Object.assign(this.spec, spec);
    setText(this.hint, spec.hint ?? '');
    if (spec.title !== undefined) this.#call(spec.title);
    if (spec.href) this.title.setAttribute?.('href', spec.href);
    this.range = range;
    if (!same && this.#endBeat) this.#ask();
  }

  #call(title) {
    setText(this.title, title);
    this.title.title = this.spec.href ? `${title}: open in Explore` : title;
    this.el.setAttribute('aria-label', title);
  }

  arrive() {
    clearTimeout(this.#leaving);
    if (this.#endBeat) return;
    this.spec.onArrive?.();
    this.#ask();
    this.#endBeat = onBeat((now, paused) => (!paused || !this.drawn) && this.#draw(now));
    this.#draw(Date.now() / 1000);
  }

  leave() {
    if (!this.#endBeat) return;
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => this.#rest(), LEAVE_MILLIS);
  }

  #ask() {
    const before = this.#tracks;
    const track = this.makeBody.track ?? ((expr, range) => acquire(expr, range));
    this.#tracks = this.range ? (this.spec.queries ?? []).map((q) => track(q.expr, this.range, this.spec)) : [];
    before.forEach(release);
    this.#body?.destroy();
    this.#body = null;
    this.drawn = false;
  }

  #rest() {
    this.#endBeat?.();
    this.#endBeat = null;
    this.#tracks.forEach(release);
    this.#tracks = [];
    this.#body?.destroy();
    this.#body = null;
  }

  #draw(now) {
    if (!this.range) return;
    this.#body ??= this.makeBody(this.host, this);
    const end = this.range?.kind === 'live' ? now : (this.#tracks[0]?.end ?? now);
    this.#tell(end);
    this.#body.draw(end);
    this.drawn = this.#tracks.every((t) => !t.loading);
  }

  /** The one thing that is wrong with the data, if any. */
  #tell(now) {
    const tracks = this.#tracks;
    if (tracks.length === 0 && !this.spec.waits) return;
    const failed = tracks.find((t) => t.error);
    const loading = tracks.some((t) => t.loading);
    const last = Math.max(...tracks.map((t) => t.lastSeen() ?? -Infinity));
    const stale = this.range.kind === 'live' && last > -Infinity && now - last > Math.max(5, 1.5 * this.range.step);
    setClass(this.el, 'is-failed', Boolean(failed));
    setClass(this.el, 'is-stale', stale && !failed);
    const dropped = Math.max(...tracks.map((t) => t.dropped));
    let text = '';
    const missing = tracks.find((t) => t.missing);
    if (failed) text = failed.error;
    else if (missing) text = missing.missing;
    else if (last === -Infinity && !loading) text = this.spec.push ? '' : (this.spec.whenEmpty ?? 'No samples in this range');
    else if (stale) text = `No data since ${clockTime(last * 1000)} (${duration(now - last, true)})`;
    else if (dropped > 0) text = `${dropped} more series are not shown`;
    setText(this.message, text);
    this.message.hidden = text === '';
    const empty = last === -Infinity && !loading;
    setClass(this.el, 'is-empty', empty);
    this.#showPush(empty && !failed && !missing && this.spec.push);
  }

  /** While there is nothing to draw, the line that would change that. */
  #showPush(line) {
    if (Boolean(line) === Boolean(this.teach)) return;
    this.teach?.remove();
    this.teach = line ? h('div', { class: 'panel-teach' }, 'Nothing yet. Push it:', pushPaste(line)) : null;
    if (this.teach) this.el.insertBefore(this.teach, this.message);
    this.host.hidden = Boolean(line);
  }

  restyle() {
    this.#body?.restyle?.();
  }

  destroy() {
    observer.unobserve(this.el);
    clearTimeout(this.#leaving);
    this.#rest();
    mounted.delete(this);
  }
}

/** The theme has changed. */
export function restyleAll() {
  for (const p of mounted) p.restyle();
}
