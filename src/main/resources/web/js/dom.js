// Elements without a framework. Text always goes in as text, so a label value can never become markup.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element. Keys of `props`: `class`, `text`, `style` (an object, set through CSSOM), `dataset`,
 * `onclick`-style listeners; everything else is an attribute. `null`, `undefined` and `false` are left out.
 */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(el, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'class') el.setAttribute('class', value);
    else if (key === 'text') el.textContent = value;
    else if (key === 'style') for (const [k, v] of Object.entries(value)) setStyle(el, k, v);
    else if (key === 'dataset') Object.assign(el.dataset, value);
    else if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
    else el.setAttribute(key, value === true ? '' : value);
  }
  el.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

function setStyle(el, key, value) {
  if (key.startsWith('--')) el.style.setProperty(key, value);
  else el.style[key] = value;
}

/** Writes text only where it differs, so that an unchanged value costs no layout. */
export function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

export function setClass(el, name, on) {
  if (el.classList.contains(name) !== on) el.classList.toggle(name, on);
}

/**
 * Makes the children of `parent` those of `items`, in order, keeping the element of every key that stays.
 *
 * @param make called once per new key
 * @param update called for every item, with its element
 */
export function keyed(parent, items, keyOf, make, update) {
  const old = parent._keyed ?? new Map();
  const now = new Map();
  let at = parent.firstChild;
  for (const item of items) {
    const key = keyOf(item);
    if (now.has(key)) continue;
    const el = old.get(key) ?? make(item);
    now.set(key, el);
    update?.(el, item);
    if (el === at) at = at.nextSibling;
    else parent.insertBefore(el, at);
  }
  for (const [key, el] of old) {
    if (!now.has(key)) {
      el.remove();
      el._gone?.();
    }
  }
  parent._keyed = now;
}

/** An icon drawn with strokes on a 16-px square. */
export function icon(path, props) {
  return svg(
    'svg',
    { viewBox: '0 0 16 16', width: 16, height: 16, class: 'icon', 'aria-hidden': 'true', ...props },
    svg('path', { d: path }),
  );
}

const sheets = new Map();

/** Resolves when the sheet `/css/NAME.css` is in force; it is fetched once, and again only where that failed. */
export function stylesheet(name) {
  let sheet = sheets.get(name);
  if (!sheet) {
    sheet = new Promise((resolve, reject) => {
      const el = h('link', { rel: 'stylesheet', href: `/css/${name}.css`, onload: resolve });
      el.addEventListener('error', () => {
        sheets.delete(name);
        el.remove();
        reject(new Error(`css/${name}.css did not come`));
      });
      document.head.append(el);
    });
    sheets.set(name, sheet);
  }
  return sheet;
}
