/** The payload to scale: which asset has which bytes. */
import { bytes, el } from './dom.mjs';

const COLUMNS = 400;
const SVG = 'http://www.w3.org/2000/svg';

/** For each of at most `columns` equal parts of the payload its share of each bank, as [bank, share].
 * @param {any} pack in columns @param {number} total bytes of the payload @param {number} columns */
export function shares(pack, total, columns) {
  /** @type {Map<string, number>[]} */
  const parts = Array.from({ length: columns }, () => new Map());
  const width = total / columns;
  for (let k = 0; k < pack.ids.length; k++) {
    const start = pack.offsets[k], end = Math.min(total, start + pack.sizes[k]);
    if (!(start >= 0 && end > start)) continue;
    for (let c = Math.floor(start / width); c < columns && c * width < end; c++) {
      const held = Math.min(end, (c + 1) * width) - Math.max(start, c * width);
      parts[c].set(pack.banks[k], (parts[c].get(pack.banks[k]) ?? 0) + held / width);
    }
  }
  return parts.map((part) => [...part]);
}

/** The asset whose slice begins last at or before a byte of the payload; -1 for none.
 * @param {Float64Array} offsets increasing @param {number} at */
export function sliceAt(offsets, at) {
  let low = 0, high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The assets that have a place in the payload, by where their slices begin; those of a pack that is refused may
 * be in any order.  @param {any} pack in columns @returns {{ks: number[], starts: Float64Array}} */
export function placed({ offsets, sizes }) {
  const ks = [...offsets.keys()].filter((k) => offsets[k] >= 0 && sizes[k] > 0).sort((a, b) => offsets[a] - offsets[b] || a - b);
  return { ks, starts: Float64Array.from(ks, (k) => offsets[k]) };
}

/** @param {any} pack in columns @param {(k: number) => void} select @param {(bank: string) => string} classOf */
export function payloadMap(pack, select, classOf) {
  const count = pack.ids.length, total = Math.max(1, pack.size - pack.payload);
  const svg = document.createElementNS(SVG, 'svg');
  const rect = (/** @type {string} */ name, /** @type {number[]} */ [x, y, width, height]) => {
    const element = document.createElementNS(SVG, 'rect');
    Object.entries({ class: name, x, y, width, height }).forEach(([key, value]) => element.setAttribute(key, String(value)));
    svg.append(element);
  };
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('viewBox', `0 0 ${COLUMNS} 60`);
  if (count <= COLUMNS) {
    for (let k = 0; k < count; k++) {
      const [x, width] = [pack.offsets[k], pack.sizes[k]].map((bytes) => COLUMNS * bytes / total);
      if (x >= 0 && width > 0) rect(`${classOf(pack.banks[k])}${k % 2 ? ' odd' : ''}`, [x, 0, Math.max(0.4, width), 60]);
    }
  } else {
    shares(pack, total, COLUMNS).forEach((part, c) => {
      let y = 0;
      for (const [bank, share] of part) rect(classOf(bank), [c, y, 1.02, 60 * share]), y += 60 * share;
    });
  }
  const mark = el('div', { class: 'mark', hidden: true });
  const element = el('div', { class: 'map', tabindex: 0, role: 'slider', 'aria-label': 'Payload map', 'aria-valuemin': 0,
    'aria-valuemax': Math.max(0, count - 1), 'aria-valuenow': 0, 'aria-valuetext': 'no asset chosen' }, svg, mark);
  let current = -1;

  /** @param {number} k */
  function show(k) {
    current = k;
    mark.hidden = false;
    mark.style.left = `${100 * pack.offsets[k] / total}%`;
    mark.style.width = `${100 * pack.sizes[k] / total}%`;
    element.setAttribute('aria-valuenow', String(k));
    element.setAttribute('aria-valuetext', `#${pack.ids[k]} ${pack.names[k]}, ${bytes(pack.sizes[k])}`);
  }
  element.addEventListener('click', (/** @type {MouseEvent} */ event) => {
    const box = element.getBoundingClientRect();
    const n = sliceAt(pack.places.starts, (event.clientX - box.left) / box.width * total);
    if (n >= 0) select(pack.places.ks[n]);
  });
  element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const to = { ArrowRight: current + 1, ArrowUp: current + 1, ArrowLeft: current - 1, ArrowDown: current - 1,
      PageUp: current + 10, PageDown: current - 10, Home: 0, End: count - 1 }[event.key];
    if (to === undefined || count === 0) return;
    event.preventDefault();
    select(Math.max(0, Math.min(count - 1, to)));
  });
  return { element, show };
}
