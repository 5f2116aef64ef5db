// Words that somebody wrote for the reader, in the part of Markdown that a note needs: headings, lists, paragraphs,
// bold, code, links. Everything becomes text nodes; there is no way from here to markup.

import { h } from '../dom.js';

const INLINE = /\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\(((?:https?:\/\/|#|\/)[^)\s]+)\)|(https?:\/\/[^\s)]+)/g;

function inline(line) {
  const out = [];
  let at = 0;
  for (const m of line.matchAll(INLINE)) {
    if (m.index > at) out.push(line.slice(at, m.index));
    if (m[1]) out.push(h('strong', { text: m[1] }));
    else if (m[2]) out.push(h('code', { text: m[2] }));
    else out.push(h('a', { href: m[4] ?? m[5], rel: 'noreferrer', text: m[3] ?? m[5] }));
    at = m.index + m[0].length;
  }
  if (at < line.length) out.push(line.slice(at));
  return out;
}

function markdown(source) {
  const out = [];
  for (const block of source.trim().split(/\n\s*\n/)) {
    const lines = block.split('\n');
    if (lines.every((l) => /^\s*[-*] /.test(l))) {
      out.push(h('ul', {}, ...lines.map((l) => h('li', {}, ...inline(l.replace(/^\s*[-*] /, ''))))));
    } else if (/^#{1,4} /.test(lines[0]) && lines.length === 1) {
      out.push(h('h4', {}, ...inline(lines[0].replace(/^#+ /, ''))));
    } else {
      out.push(h('p', {}, ...inline(lines.join(' '))));
    }
  }
  return out;
}

export function text(host, panel) {
  host.replaceChildren(h('div', { class: 'prose' }, ...markdown(panel.spec.text ?? '')));
  return {
    draw() {},
    destroy: () => host.replaceChildren(),
  };
}
