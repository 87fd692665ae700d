/** The bytes of the whole file, each of which says what it is. */
import { el, hex } from './dom.mjs';
import { Rows } from './rows.mjs';

const ROW = 24;
const CHUNK = 4096;
/** Pixels that a row of sixteen bytes takes. */
const WIDE = 600;

/**
 * @param {{size: number, load: (offset: number, size: number) => Promise<Uint8Array>, classOf: (at: number) => string,
 *   tell: (at: number) => void, fail: (error: Error) => void}} given `classOf` a byte, and `tell` what it is; `fail` says why bytes are
 *   not there
 */
export function bytesView({ size, load, classOf, tell, fail }) {
  /** @type {Map<number, Uint8Array | null>} chunk to its bytes; null while they are read */
  const chunks = new Map();
  let width = 16, cursor = 0, lit = { start: 0, end: 0 };
  const frame = el('div', { class: 'bytes', tabindex: 0, role: 'group', 'aria-label': 'Bytes of the file. The arrow keys move from byte to byte.' });

  /** @param {number} at */
  function byte(at) {
    const chunk = Math.floor(at / CHUNK);
    const held = chunks.get(chunk);
    if (held === undefined) {
      if (chunks.size > 200) chunks.clear();
      chunks.set(chunk, null);
      load(chunk * CHUNK, CHUNK).then((data) => {
        chunks.set(chunk, data);
        rows.render();
      }, (error) => {
        chunks.delete(chunk); // asked for again when it is shown again
        fail(error);
      });
    }
    return held?.[at % CHUNK];
  }

  const rows = new Rows({ scroller: frame, height: ROW, draw(index) {
    const start = index * width, end = Math.min(size, start + width);
    let text = '';
    const cells = [];
    for (let at = start; at < end; at++) {
      const value = byte(at);
      text += value === undefined ? ' ' : value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '·';
      const isLit = at >= lit.start && at < lit.end;
      cells.push(el('span', { 'data-at': at, class: `${classOf(at)}${isLit ? ' lit' : ''}${at === cursor ? ' here' : ''}` },
        value === undefined ? '··' : hex(value)));
    }
    return el('div', { class: 'line', 'aria-hidden': 'true' }, el('span', { class: 'offset' }, hex(start, 8)),
      el('span', { class: 'cells' }, ...cells), el('span', { class: 'ascii' }, text));
  } });

  const fit = () => {
    const now = frame.clientWidth < WIDE ? 8 : 16;
    if (now === width && rows.count === Math.ceil(size / width)) return;
    width = now;
    rows.setCount(Math.ceil(size / width));
    rows.center(Math.floor(cursor / width));
  };
  new ResizeObserver(fit).observe(frame);

  /** @param {number} at */
  function moveTo(at) {
    cursor = Math.max(0, Math.min(size - 1, at));
    rows.reveal(Math.floor(cursor / width));
    tell(cursor);
  }
  frame.addEventListener('click', (/** @type {any} */ event) => {
    if (event.target.dataset.at !== undefined) moveTo(Number(event.target.dataset.at));
  });
  frame.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const page = width * rows.room;
    const to = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, ArrowUp: cursor - width, ArrowDown: cursor + width,
      PageUp: cursor - page, PageDown: cursor + page, Home: 0, End: size - 1 }[event.key];
    if (to === undefined || size === 0) return;
    event.preventDefault();
    moveTo(to);
  });

  return {
    element: frame,
    /** Lights the bytes from `start` to `end`, and shows the first; the cursor goes there unless it `stays`.
     * @param {number} start @param {number} end @param {boolean} [stays] */
    light(start, end, stays = false) {
      lit = { start, end };
      if (!stays) cursor = Math.max(0, Math.min(size - 1, start));
      rows.center(Math.floor((stays ? cursor : Math.min(start, size - 1)) / width));
      rows.render();
    },
  };
}
