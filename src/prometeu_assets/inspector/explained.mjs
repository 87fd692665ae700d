/** The bytes of a pack with what they are: fields of the prelude, members of the header, slices, padding. */
import { excuse } from './asset.mjs';
import { bytesView } from './bytesview.mjs';
import { bytes, counted, el, fill, hex, number } from './dom.mjs';
import { sliceAt } from './map.mjs';

const PRELUDE = 32;

/** What a byte is by its place alone; in a pack that is refused there may be bytes of which nothing is known.
 * @param {any} pack in columns @param {any[]} fields of the prelude @param {number} at
 * @returns {{part: 'prelude'|'header'|'padding'|'slice'|'unknown', k: number, start: number, end: number}} */
export function partOf(pack, fields, at) {
  if (at < PRELUDE) {
    const k = fields.findIndex((field) => at < field.offset + field.size);
    return { part: 'prelude', k, start: fields[k].offset, end: Math.min(pack.size, fields[k].offset + fields[k].size) };
  }
  const header = PRELUDE + pack.headerSize;
  if (at < header) return { part: 'header', k: -1, start: PRELUDE, end: header };
  const { ks, starts } = pack.places;
  const n = at < pack.payload ? -1 : sliceAt(starts, at - pack.payload), k = n < 0 ? -1 : ks[n];
  const end = k < 0 ? header : pack.payload + pack.offsets[k] + pack.sizes[k];
  if (k >= 0 && at < end) return { part: 'slice', k, start: pack.payload + pack.offsets[k], end };
  const next = n + 1 < ks.length ? pack.payload + starts[n + 1] : pack.size;
  if (at < pack.payload && pack.headerSize > 0) return { part: 'padding', k: -1, start: header, end: Math.min(pack.payload, pack.size) };
  return { part: pack.ok ? 'padding' : 'unknown', k: -1, start: k < 0 ? Math.max(header, pack.payload) : end, end: Math.min(next, pack.size) };
}

/** @type {{[part: string]: string}} */
const WORDS = { padding: 'padding: zero bytes up to the next multiple of 16', unknown: 'unknown: no part of the pack that this page could read' };

/** The value of a field as people read it.  @param {Uint8Array} head @param {any} field */
function valueOf(head, { offset, size, type }) {
  const held = head.subarray(offset, offset + size);
  if (held.length < size) return 'the file ends before it';
  if (type !== 'bytes') return number(new DataView(held.buffer, held.byteOffset).getUint32(0, true));
  const text = String.fromCharCode(...held);
  return /^[\x20-\x7e]+$/.test(text) ? `“${text}”` : Array.from(held, (b) => hex(b)).join(' ');
}

/**
 * @param {{pack: any, engine: import('./engine.mjs').Engine, reference: any, select: (k: number) => void,
 *   classOf: (bank: string) => string}} given
 */
export function explained({ pack, engine, reference, select, classOf }) {
  const fields = reference.prelude;
  const told = el('div', { class: 'told', 'aria-live': 'polite' }), missing = el('div', { role: 'status' });
  const classAt = (/** @type {number} */ at) => {
    const { part, k } = partOf(pack, fields, at);
    if (part === 'slice') return `slice ${classOf(pack.banks[k])}${k % 2 ? ' odd' : ''}`;
    return part === 'prelude' ? `prelude${k % 2 ? ' odd' : ''}` : part;
  };
  const view = bytesView({ size: pack.size, classOf: classAt, tell,
    fail: (error) => { if (error.name !== 'Cancelled') fill(missing, el('p', { class: 'excuse' }, excuse(error))); },
    load: (offset, size) => engine.ask('bytes', { offset, size }).then((data) => (fill(missing), data)) });
  let asked = 0;

  const range = (/** @type {number} */ start, /** @type {number} */ end) =>
    el('span', { class: 'soft' }, ` bytes ${number(start)} … ${number(end - 1)}, ${counted(end - start, 'byte')}`);

  /** Says what a byte is, and lights all of its kind.  @param {number} at */
  async function tell(at) {
    const mine = ++asked;
    const { part, k, start, end } = partOf(pack, fields, at);
    const where = el('b', {}, `Byte ${number(at)}`);
    if (part === 'header') {
      const found = await engine.ask('at', { at }).catch(() => null);
      if (mine !== asked || found === null) return;
      view.light(found.start, found.end, true);
      const index = Number(/^\/asset_table\/(\d+)/.exec(found.pointer)?.[1]), name = pack.names[index];
      fill(told, where, ' · ', el('code', {}, found.pointer || 'header'), range(found.start, found.end),
        el('code', { class: 'value' }, found.value),
        name !== undefined && el('button', { type: 'button', onclick: () => select(index) }, `Show ${name}`));
      return;
    }
    view.light(start, end, true);
    const name = part === 'prelude' ? fields[k].name : part === 'slice' ? `slice of #${pack.ids[k]} ${pack.names[k]}` : WORDS[part];
    fill(told, where, ' · ', el('code', {}, name), range(start, end),
      part === 'prelude' ? el('p', {}, `${valueOf(pack.head, fields[k])}. ${fields[k].docs.replaceAll('`', '')}`) : null,
      part === 'slice' ? el('button', { type: 'button', onclick: () => select(k) }, 'Show the asset') : null);
  }

  /** Lights bytes, and says what they are.  @param {number} start @param {number} end */
  const mark = async (start, end) => {
    const first = Math.min(start, pack.size - 1); // what is missing begins behind the last byte
    await tell(first);
    view.light(first, Math.max(end, first + 1));
  };

  /** Does so from elsewhere on the page, and brings them into view.  @param {number} start @param {number} end */
  function light(start, end) {
    mark(start, end);
    view.element.scrollIntoView({ block: 'center' });
    view.element.focus({ preventScroll: true });
  }

  const row = (/** @type {string} */ name, /** @type {string} */ value, /** @type {number} */ start, /** @type {number} */ end, /** @type {string} */ title) =>
    el('tr', {}, el('th', { scope: 'row' }, el('button', { type: 'button', class: 'plain', title, onclick: () => light(start, end) }, name)),
      el('td', {}, value), el('td', { class: 'soft' }, `${number(start)} … ${number(end - 1)}`));
  const rows = fields.filter((/** @type {any} */ f) => f.offset < pack.size).map((/** @type {any} */ field) =>
    row(field.name, valueOf(pack.head, field), field.offset, field.offset + field.size, field.docs.replaceAll('`', '')));
  if (pack.headerSize > 0) rows.push(row('header', `JSON, ${bytes(pack.headerSize)}`, PRELUDE, PRELUDE + pack.headerSize, 'The header in canonical JSON'));
  if (pack.headerSize > 0 && pack.payload < pack.size) rows.push(row('payload', bytes(pack.size - pack.payload), pack.payload, pack.size, 'The slices of all assets, with padding between them'));
  return {
    element: el('div', { class: 'explained' },
      el('div', { class: 'fields' }, el('table', {}, el('caption', {}, 'Prelude and regions'),
        el('thead', {}, el('tr', {}, ...['Field', 'Value', 'Bytes'].map((head) => el('th', { scope: 'col' }, head)))), el('tbody', {}, ...rows)), told, missing),
      view.element),
    light, mark,
  };
}
