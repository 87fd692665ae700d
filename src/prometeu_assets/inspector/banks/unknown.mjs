/** A bank that the inspector does not know: the first bytes of its slice. */
import { counted, el, hex } from '../dom.mjs';

const SHOWN = 512;

/** @type {import('./index.mjs').Bank} */
export const UNKNOWN = {
  read: (opened, k) => ({ first: opened.slice(k, SHOWN).slice(), size: Number(opened.assets[k].size) }),

  show({ first, size }) {
    const lines = [];
    for (let at = 0; at < first.length; at += 16) {
      lines.push(`${hex(at, 4)}  ${Array.from(first.subarray(at, at + 16), (b) => hex(b)).join(' ')}`);
    }
    const note = first.length < size ? `The first ${first.length} of ${counted(size, 'byte')}.` : counted(size, 'byte');
    return el('div', {}, el('p', { class: 'soft' }, note),
      el('pre', { class: 'raw', tabindex: 0, role: 'region', 'aria-label': 'Bytes of the slice' }, lines.join('\n')));
  },
};
