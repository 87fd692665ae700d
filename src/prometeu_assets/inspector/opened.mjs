/** A pack that is open in the worker: its verdict, its table, and which bytes are what. */
import { openPack } from '../../../conformance/readers/javascript/reader.mjs';
import { decoded, follow, outline, partAt } from './spans.mjs';

const PRELUDE = 32;
const MAX_HEADER = 16_777_216;
/** Bytes of a value that a verdict shows. */
const VALUE = 60;
/** Faults of what is no pack at all: nothing says where its header would be. */
const NO_PACK = ['prelude-truncated-magic', 'prelude-legacy', 'prelude-magic'];

export class Opened {
  /** @param {{size: number, read: (offset: number, size: number) => Uint8Array}} source @param {string} [profile] */
  constructor(source, profile = 'reader') {
    this.source = source;
    this.result = openPack(source, { profile: /** @type {any} */ (profile) });
    const head = source.read(0, Math.min(source.size, PRELUDE)).slice();
    const told = head.length === PRELUDE ? new DataView(head.buffer).getUint32(8, true) : 0;
    this.head = head;
    const isPack = this.result.ok || !NO_PACK.includes(this.result.rule);
    /** What of the header there is; of a length beyond the limit nothing is read. */
    this.headerSize = !isPack || told > MAX_HEADER ? 0 : Math.max(0, Math.min(told, source.size - PRELUDE));
    this.text = source.read(PRELUDE, this.headerSize).slice();
    this.outline = outline(this.text);
    this.assets = this.result.ok ? this.result.assets : this.#entries('asset_table');
    this.payload = this.result.ok ? this.result.prelude.payload_offset
      : Math.ceil((PRELUDE + this.headerSize) / 16) * 16;
  }

  /** The entries of a pack that is refused, as they stand there; what is no object is left empty.
   * @param {'asset_table'|'preload'} list */
  #entries(list) {
    return this.outline.lists[list].map(({ start, end }) => {
      const value = decoded(this.text, start, end);
      return value !== null && typeof value === 'object' ? value : {};
    });
  }

  /** A part of the header as it stands there, or its beginning.  @param {{start: number, end: number}} part @param {number} [most] bytes */
  #written({ start, end }, most = Infinity) {
    return new TextDecoder().decode(this.text.subarray(start, Math.min(end, start + most)));
  }

  /** What a fault of the header is about: the value at its pointer, and the entry that this is in.
   * @param {string | undefined} pointer */
  #about(pointer) {
    const part = pointer === undefined ? undefined : follow(this.text, this.outline, pointer);
    const value = part && this.#written(part, VALUE);
    const row = Number(/^\/asset_table\/(\d+)/.exec(pointer ?? '')?.[1] ?? NaN), entry = this.assets[row];
    return {
      value: value && !'[{'.includes(value[0]) ? value : undefined, row: entry && row,
      asset: entry && { id: Number(entry.asset_id), name: String(entry.asset_name ?? '') },
    };
  }

  /** All that a page shows at once, in columns: a table of 65 536 rows is copied in no time. */
  summary() {
    const { result, assets } = this;
    const numbers = (/** @type {string} */ name) => Float64Array.from(assets, (entry) => Number(entry[name] ?? NaN));
    const texts = (/** @type {string} */ name) => assets.map((entry) => String(entry[name] ?? ''));
    const preload = result.ok ? result.preload : this.#entries('preload');
    return {
      ok: result.ok,
      fault: result.ok ? null : { ...result, message: result.message, ...this.#about(result.pointer) },
      size: this.source.size, headerSize: this.headerSize, payload: this.payload, head: this.head,
      ids: numbers('asset_id'), offsets: numbers('offset'), sizes: numbers('size'), decoded: numbers('decoded_size'),
      names: texts('asset_name'), banks: texts('bank_type'),
      preload: preload.map(({ asset_id, slot }) => ({ asset_id: Number(asset_id), slot: Number(slot) })),
    };
  }

  /** Where a place of a fault is: the bytes, from `start` to `end`.  @param {{pointer?: string, offset?: number}} place */
  span({ pointer, offset }) {
    if (pointer !== undefined) {
      const part = follow(this.text, this.outline, pointer);
      return part && { start: PRELUDE + part.from, end: PRELUDE + part.end };
    }
    return { start: offset ?? 0, end: (offset ?? 0) + 1 };
  }

  /** What of the header holds the byte `at` of the file: its pointer, its bytes and its value.  @param {number} at */
  at(at) {
    const part = partAt(this.text, this.outline, at - PRELUDE);
    return { pointer: part.pointer, start: PRELUDE + part.from, end: PRELUDE + part.end, value: this.#written(part, 200) };
  }

  /** One entry as it stands in the header, and its bytes there.  @param {number} k */
  entry(k) {
    const part = this.outline.lists.asset_table[k];
    return { text: this.#written(part), start: PRELUDE + part.start, end: PRELUDE + part.end };
  }

  /** The bytes of one slice, as far as the file goes.  @param {number} k @param {number} [most] */
  slice(k, most = Infinity) {
    const { offset, size } = this.assets[k];
    const start = this.payload + Number(offset);
    const length = Math.max(0, Math.min(Number(size), most, this.source.size - start));
    return Number.isFinite(start + length) ? this.source.read(start, length) : new Uint8Array();
  }
}
