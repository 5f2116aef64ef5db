// Rules as YAML, in the form of Prometheus' rule files.

/** A scalar as YAML writes it on one line. */
function scalar(text) {
  const plain = /^[A-Za-z_(][^\n]*$/.test(text) && !/: | #|[:\s]$/.test(text) && !/^(true|false|yes|no|null|on|off)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}

/** An expression: on one line where it has one, else as a block that keeps its lines. */
function expression(expr, indent) {
  if (!expr.includes('\n')) return scalar(expr);
  return `|-\n${expr.replace(/^/gm, ' '.repeat(indent + 2))}`;
}

/** Seconds as Prometheus writes a duration: `5m`, `90s`. */
export function durationText(seconds) {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ];
  const [unit, size] = units.find(([, n]) => seconds % n === 0 && seconds >= n) ?? ['ms', 0.001];
  return `${Math.round(seconds / size)}${unit}`;
}

/**
 * A rule file with one group.
 *
 * @param rules as the rules API tells them: `{name, query, duration, labels, annotations}`; durations in seconds
 */
export function ruleFile(group, rules) {
  const lines = ['groups:', `  - name: ${scalar(group)}`, '    rules:'];
  for (const r of rules) {
    lines.push(`      - alert: ${scalar(r.name)}`, `        expr: ${expression(r.query, 8)}`);
    if (r.duration > 0) lines.push(`        for: ${durationText(r.duration)}`);
    if (r.keepFiringFor > 0) lines.push(`        keep_firing_for: ${durationText(r.keepFiringFor)}`);
    if (r.missing && r.missing !== 'hold') lines.push(`        missing: ${r.missing}`);
    for (const part of ['labels', 'annotations']) {
      const entries = Object.entries(r[part] ?? {});
      if (entries.length) lines.push(`        ${part}:`);
      for (const [k, v] of entries) lines.push(`          ${k}: ${scalar(v)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** `{line, message}` of an error in a rule file, as the API words it; line from 1, null where it tells none. */
export function faultOf(text) {
  const m = /^[^\s:]*:(\d+): ([\s\S]*)$/.exec(text);
  return m ? { line: Number(m[1]), message: m[2] } : { line: null, message: text };
}

/** The name of the file for a draft: of its first alert, as file names are written. */
export function fileNameOf(draft) {
  const name = /\balert:\s*["']?([A-Za-z0-9_-]+)/.exec(draft)?.[1] ?? 'mine';
  return `${name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()}.yaml`;
}
