// What is drawn over a chart beside its lines: thresholds, events, spans in which something fired, holes in the data.
// Each takes uPlot's instance, or what has the same `ctx`, `bbox` and `valToPos`; places are canvas pixels.

import { theme } from './colours.js';

/** Levels of DogStatsD's events and service checks, as states. */
const LEVELS = { success: 'ok', ok: 'ok', info: 'low', warning: 'medium', error: 'critical', critical: 'critical' };
/** Height of the strip that tells when something fired, in CSS px. */
const STRIP = 3;

/** Runs `paint` with the canvas as it was afterwards, in one colour. */
function within(u, colour, alpha, paint) {
  const { ctx } = u;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.globalAlpha = alpha;
  ctx.lineWidth = devicePixelRatio;
  paint(ctx, u.bbox, devicePixelRatio);
  ctx.restore();
}

const xOf = (u, seconds) => Math.round(u.valToPos(seconds, 'x', true)) + 0.5;

function upright(ctx, bbox, x) {
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
}

/** A dashed line across at each threshold that the scale `[lo, hi]` holds. */
export function drawThresholds(u, thresholds, [lo, hi]) {
  for (const { value, severity } of thresholds) {
    if (value < lo || value > hi) continue;
    within(u, theme().severity[severity] ?? theme().muted, 0.75, (ctx, bbox, px) => {
      const y = Math.round(u.valToPos(value, 'y', true)) + 0.5;
      ctx.setLineDash([4 * px, 4 * px]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    });
  }
}

/** A dotted line for each event, with a flag at its foot; a deployment's is a diamond, in a colour of its own. */
export function drawEvents(u, events) {
  for (const event of events) {
    const colour = event.deploy ? theme().accent : (theme().severity[LEVELS[event.level]] ?? theme().muted);
    within(u, colour, 0.85, (ctx, bbox, px) => {
      const x = xOf(u, event.seconds);
      const foot = bbox.top + bbox.height;
      ctx.setLineDash(event.deploy ? [3 * px, 2 * px] : [px, 3 * px]);
      upright(ctx, bbox, x);
      ctx.beginPath();
      ctx.moveTo(x - 4 * px, event.deploy ? foot - 4 * px : foot);
      ctx.lineTo(x, event.deploy ? foot - 8 * px : foot - 6 * px);
      ctx.lineTo(x + 4 * px, event.deploy ? foot - 4 * px : foot);
      if (event.deploy) ctx.lineTo(x, foot);
      ctx.fill();
    });
  }
}

/** A line at the second at which something began. */
export function drawMark(u, seconds) {
  within(u, theme().text, 0.55, (ctx, bbox) => upright(ctx, bbox, xOf(u, seconds)));
}

/**
 * A strip along the top where something fired.
 *
 * @param spans `[{from, to, severity}]`, in seconds, the least severe first
 * @param filled whether the whole height is tinted as well
 */
export function drawSpans(u, spans, filled) {
  for (const { from, to, severity } of spans) {
    within(u, theme().severity[severity] ?? theme().muted, 1, (ctx, bbox, px) => {
      const left = Math.max(bbox.left, u.valToPos(from, 'x', true));
      const right = Math.min(bbox.left + bbox.width, Math.max(u.valToPos(to, 'x', true), left + px));
      if (right <= left) return;
      ctx.fillRect(left, bbox.top, right - left, STRIP * px);
      if (!filled) return;
      ctx.globalAlpha = 0.14;
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
    });
  }
}

/** Spans `[fromSecond, toSecond]` whose points were missed: hatched, never drawn as if all were well. */
export function drawHoles(u, holes) {
  if (holes.length === 0) return;
  within(u, theme().muted, 0.35, (ctx, bbox, px) => {
    ctx.beginPath();
    for (const [from, to] of holes) {
      const left = Math.max(bbox.left, u.valToPos(from, 'x', true));
      const right = Math.min(bbox.left + bbox.width, u.valToPos(to, 'x', true));
      if (right > left) ctx.rect(left, bbox.top, right - left, bbox.height);
    }
    ctx.clip();
    ctx.beginPath();
    for (let x = bbox.left - bbox.height; x < bbox.left + bbox.width; x += 7 * px) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
  });
}
