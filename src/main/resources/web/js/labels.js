// Label sets as keys, as text, and as what tells one series of a chart from the others.

/** One string per label set, whatever the order in which its labels came. */
export function keyOf(labels) {
  const names = Object.keys(labels).sort();
  let key = '';
  for (const n of names) key += `${n}\u0001${labels[n]}\u0002`;
  return key;
}

/** A string as PromQL writes it. */
export function quote(s) {
  return JSON.stringify(String(s));
}

export function withoutName(labels) {
  const { __name__: _, ...rest } = labels;
  return rest;
}

/** `{{route}} {{status}}` filled in; an unknown label leaves nothing. */
export function fillTemplate(template, labels) {
  return template.replace(/\{\{\s*\.?(?:Labels\.)?([a-zA-Z_]\w*)\s*\}\}/g, (_, name) => labels[name] ?? '').trim();
}

/**
 * Short names for the series of one chart: only the labels in which they differ; a lone series is called by its
 * metric, or `fallback`.
 */
export function shortNames(all, fallback) {
  if (all.length === 1) {
    const only = withoutName(all[0]);
    const values = Object.values(only);
    return [values.length && values.length <= 2 ? values.join(' ') : all[0].__name__ || fallback];
  }
  const names = new Set(all.flatMap((l) => Object.keys(l)));
  const differing = [...names].filter((n) => all.some((l) => l[n] !== all[0][n])).sort(nameFirst);
  return all.map(
    (l) =>
      differing
        .map((n) => l[n])
        .filter(Boolean)
        .join(' ') ||
      l.__name__ ||
      fallback,
  );
}

/** The metric's name, then who it is about, then the rest by name. */
function nameFirst(a, b) {
  const place = (n) => (n === '__name__' ? 0 : n === 'service' ? 1 : 2);
  return place(a) - place(b) || (a < b ? -1 : 1);
}

/** FNV-1a over 64 bits, as Prometheus and Alertmanager compute a fingerprint; 16 hexadecimal digits. */
export function fingerprint(labels) {
  const utf8 = new TextEncoder();
  let hash = 0xcbf29ce484222325n;
  const byte = (b) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(b)) * 0x100000001b3n);
  };
  for (const name of Object.keys(labels).sort()) {
    utf8.encode(name).forEach(byte);
    byte(255);
    utf8.encode(labels[name]).forEach(byte);
    byte(255);
  }
  return hash.toString(16).padStart(16, '0');
}

/** A small stable hash, for colours. */
export function hash32(text) {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash ^= hash >>> 15;
  return hash >>> 0;
}
