/**
 * A reader of PROMETEU packs, `assets.pa`, `schema_version` 1, and of the cartridges they are in,
 * `cartridge_version` 1, for Node and browsers alike.
 *
 * Written from the published texts only (spec/, schemas/, conformance/PROTOCOL.md); it shares no code with
 * the Python package.  Comments cite the clause they implement, as page#anchor.
 *
 * Pure functions over bytes: nothing is imported, nothing asynchronous.  A failing environment (a read that
 * throws or comes up short) throws; a wrong pack or cartridge never does (reader#verdicts).
 *
 * @typedef {{size: number, read: (offset: number, size: number) => Uint8Array}} Source
 *   Random access to one open file: its size in bytes, and exactly `size` bytes from byte `offset`.
 * @typedef {{ok: false, code: string, rule: string, message: string, offset?: number, pointer?: string}} Rejection
 *   `offset` in bytes from the start of the file, or `pointer`, a JSON Pointer (RFC 6901) into the header,
 *   the document or the manifest.
 * @typedef {{schema_version: number, header_len: number, payload_offset: number, header_checksum: number}} Prelude
 *   `header_len` and `payload_offset` in bytes.
 * @typedef {null|boolean|number|string|JsonNumber|Array<any>|{[name: string]: any}} Json
 * @typedef {{asset_id: number, asset_name: string, bank_type: 'TILES'|'SOUNDS', codec: 'NONE',
 *   decoded_size: number, metadata: {[name: string]: any}, offset: number, size: number}} Entry
 *   Sizes in bytes, `offset` in bytes from the payload region.
 * @typedef {{asset_id: number, slot: number}} Preload
 * @typedef {{tileSize: number, width: number, height: number, authored: number, indices: Uint8Array,
 *   palettes: Uint16Array}} Sheet  Lengths in pixels; one index 0 … 15 a pixel, row-major; 64 · 16 colours RGB565.
 * @typedef {{rate: number, frames: Int16Array}} Sound  `rate` in frames per second.
 * @typedef {{ok: true, prelude: Prelude, assets: Entry[], preload: Preload[],
 *   slice: (entry: Entry) => Uint8Array, decodeTiles: (entry: Entry) => Sheet,
 *   decodeSounds: (entry: Entry) => Sound[]}} Pack
 * @typedef {{app_id: number, app_mode: 'Game'|'System', app_version: string, capabilities: string[],
 *   title: string}} Manifest
 * @typedef {{ok: true, manifest: Manifest, pack: Pack | null}} Cartridge
 *   The pack is null where the capability `asset` is not declared.
 */

/** Every rule (reference/rules#rules) in the order of checks: its code, and what is wrong when it is broken. */
export const RULES = Object.freeze({
  'prelude-truncated-magic': ['PRELUDE_TRUNCATED', 'the file ends inside the magic'],
  'prelude-legacy': ['PRELUDE_LEGACY', 'a PPA1 artifact of the old packer: rebuild the pack from its workspace'],
  'prelude-magic': ['PRELUDE_MAGIC', 'the file does not begin with the magic of a pack'],
  'prelude-truncated-version': ['PRELUDE_TRUNCATED', 'the file ends inside schema_version'],
  'prelude-version': ['PRELUDE_VERSION', 'this reader supports schema_version 1 only'],
  'prelude-truncated': ['PRELUDE_TRUNCATED', 'the file ends inside the prelude'],
  'prelude-header-len': ['PRELUDE_HEADER_LEN', 'header_len is 0 or over the limit'],
  'prelude-payload-offset': ['PRELUDE_PAYLOAD_OFFSET', 'payload_offset is not the one valid value'],
  'prelude-flags': ['PRELUDE_FLAGS', 'a flag is set'],
  'prelude-reserved': ['PRELUDE_RESERVED', 'a reserved byte is not zero'],
  'file-size': ['FILE_SIZE', 'the file is longer than a pack may be'],
  'header-truncated': ['HEADER_TRUNCATED', 'the file ends before its payload region begins'],
  'header-checksum': ['HEADER_CHECKSUM', "the header's CRC-32 is not the one recorded"],
  'header-padding': ['HEADER_PADDING', 'a byte between header and payload is not zero'],
  'header-utf8': ['HEADER_UTF8', 'the header is not UTF-8'],
  'header-json': ['HEADER_JSON', 'the header is not JSON'],
  'header-nesting': ['HEADER_NESTING', 'more than 16 arrays and objects are open'],
  'header-number': ['HEADER_NUMBER', 'a number breaks the number rule'],
  'header-canonical': ['HEADER_CANONICAL', 'the header is not in canonical encoding'],
  'header-schema': ['HEADER_SCHEMA', 'the header breaks its schema'],
  'metadata-size': ['HEADER_SCHEMA', 'a metadata takes more than 65536 bytes'],
  'table-order': ['TABLE_ORDER', 'asset_id is not greater than the one before'],
  'table-offset': ['TABLE_OFFSET', 'the slice is not where the placement rule puts it'],
  'table-bounds': ['TABLE_BOUNDS', 'the slice reaches beyond the end of the file'],
  'table-name': ['TABLE_NAME', 'two entries have one asset_name'],
  'table-trailing': ['TABLE_TRAILING', 'bytes follow the last slice'],
  'bank-metadata': ['BANK_METADATA', 'the metadata is not what the bank lists'],
  'bank-samples': ['BANK_METADATA', 'the samples are not named 0 … n-1'],
  'bank-size': ['BANK_SIZE', "size or decoded_size differs from the bank's formula"],
  'bank-range': ['BANK_RANGE', 'the samples do not follow each other from 0 to size'],
  'preload-order': ['PRELOAD_ORDER', 'asset_id is not greater than the one before'],
  'preload-unknown': ['PRELOAD_UNKNOWN', 'the asset is not in the table'],
  'preload-slot': ['PRELOAD_SLOT', 'the slot is already claimed in that bank type'],
  'payload-padding': ['PAYLOAD_PADDING', 'a byte between two slices is not zero'],
  'payload-palette': ['PAYLOAD_PALETTE', 'a palette that was not authored is not zero'],
});

/** The checks of a document (PROTOCOL#migrate), which are no rules of a pack. */
const DOCUMENT_RULES = {
  'document-utf8': ['DOCUMENT_UTF8', 'the document is not UTF-8'],
  'document-json': ['DOCUMENT_JSON', 'the document is not JSON'],
  'document-nesting': ['DOCUMENT_NESTING', 'more than 16 arrays and objects are open'],
  'document-repeated': ['DOCUMENT_REPEATED', 'a member stands twice in one object'],
  'document-number': ['DOCUMENT_NUMBER', 'a number is so large that a double is infinite'],
  'document-kind': ['DOCUMENT_KIND', 'another kind of document stands here'],
  'document-version': ['DOCUMENT_VERSION', 'schema_version is missing, no integer, or not supported'],
};

/** Every rule of a cartridge (cartridge#order) in the order of checks, but for those of its pack. */
export const CARTRIDGE_RULES = Object.freeze({
  'manifest-missing': ['MANIFEST_MISSING', 'manifest.json is missing or empty'],
  'manifest-size': ['FILE_TOO_LARGE', 'the manifest is longer than 1048576 bytes'],
  'manifest-utf8': ['DOCUMENT_UTF8', 'the manifest is not UTF-8'],
  'manifest-json': ['DOCUMENT_JSON', 'the manifest is not JSON'],
  'manifest-nesting': ['DOCUMENT_NESTING', 'more than 16 arrays and objects are open'],
  'manifest-repeated': ['DOCUMENT_REPEATED', 'a member stands twice in one object'],
  'manifest-magic': ['MANIFEST_MAGIC', 'the manifest is no object whose magic is "PMTU"'],
  'manifest-version': ['MANIFEST_VERSION', 'this reader supports cartridge_version 1 only'],
  'manifest-schema': ['MANIFEST_SCHEMA', 'the manifest breaks its schema'],
  'manifest-title': ['MANIFEST_SCHEMA', 'a control character stands in the title'],
  'capability-unknown': ['CAPABILITY_UNKNOWN', 'there is no such capability'],
  'capability-repeated': ['CAPABILITY_REPEATED', 'the capability stood before'],
  'capability-order': ['CAPABILITY_ORDER', 'the capability is less than one before it'],
  'program-missing': ['PROGRAM_MISSING', 'program.pbx is missing or empty'],
  'pack-missing': ['PACK_MISSING', 'asset is declared, and assets.pa is missing'],
});

const MAX_FILE = 2147483647; // bytes, container#file-size
const MAX_HEADER = 16777216; // bytes, container#prelude-header-len
const MAX_MANIFEST = 1048576; // bytes, cartridge#manifest-size
const MAX_METADATA = 65536; // bytes of header text, header#metadata-size
const MAX_OPEN = 16; // arrays and objects, header#header-nesting
const TILES_SIZE = 34816; // bytes, banks#tiles
const TILES_DECODED = 67584; // bytes, banks#tiles
const PALETTES_AT = 32768; // bytes into a slice, banks#tiles

/** A wrong call of this module, which says nothing about any file. */
export class ArgumentError extends TypeError {}

/** A broken rule: thrown where it is found, caught by {@link verdict}. */
class Fault extends Error {
  /** @param {string} rule @param {any} place an offset in bytes, or an array: a path into the JSON */
  constructor(rule, place) {
    super(rule);
    this.rule = rule;
    this.place = place;
  }
}

/** @param {boolean} holds @param {string} rule @param {any} place as in a Fault @param {string} [member] below it */
function check(holds, rule, place, member) {
  if (!holds) throw new Fault(rule, member === undefined ? place : [...place, member]);
}

/** Runs `judge`, and turns the first broken rule into a rejection.
 * @template T @param {() => T} judge @returns {T | Rejection} */
function verdict(judge) {
  try {
    return judge();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault; // a failing environment is no verdict, reader#verdicts
    const { rule, place } = fault;
    const [code, message] = /** @type {any} */ ({ ...RULES, ...DOCUMENT_RULES, ...CARTRIDGE_RULES })[rule];
    const where = Array.isArray(place) ? { pointer: pointer(place) } : { offset: place };
    return { ok: false, code, rule, message, ...where };
  }
}

/** @param {(string|number)[]} path @returns {string} RFC 6901 */
const pointer = (path) => path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');

// ---------------------------------------------------------------------------------------------- bytes

/** @param {number} n up to 2^53-16, so no bit operators.  @returns {number} */
const roundUp16 = (n) => Math.ceil(n / 16) * 16;

/** @param {Uint8Array} bytes @param {number} from @param {number} to
 * @returns {number} where the first byte of the range that is not zero lies, or -1 */
function firstNonZero(bytes, from = 0, to = bytes.length) {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return at;
  return -1;
}

/** @type {Int32Array | undefined} sixteen tables of 256, made when first needed */
let crcTables;

/**
 * CRC-32/ISO-HDLC, sixteen bytes at a time (container#checksum).
 * @param {Uint8Array} bytes @param {number} [before] the CRC-32 of what precedes `bytes`
 * @returns {number} unsigned, 32 bits
 */
export function crc32(bytes, before = 0) {
  if (crcTables === undefined) {
    crcTables = new Int32Array(16 * 256);
    for (let n = 0; n < 256; n++) {
      let crc = n;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
      crcTables[n] = crc;
    }
    for (let n = 256; n < crcTables.length; n++) {
      const last = crcTables[n - 256];
      crcTables[n] = (last >>> 8) ^ crcTables[last & 255];
    }
  }
  const t = crcTables;
  const b = bytes;
  let crc = ~before;
  let at = 0;
  for (const end = b.length - 15; at < end; at += 16) {
    crc = t[3840 + (b[at] ^ (crc & 255))] ^ t[3584 + (b[at + 1] ^ ((crc >>> 8) & 255))]
      ^ t[3328 + (b[at + 2] ^ ((crc >>> 16) & 255))] ^ t[3072 + (b[at + 3] ^ (crc >>> 24))]
      ^ t[2816 + b[at + 4]] ^ t[2560 + b[at + 5]] ^ t[2304 + b[at + 6]] ^ t[2048 + b[at + 7]]
      ^ t[1792 + b[at + 8]] ^ t[1536 + b[at + 9]] ^ t[1280 + b[at + 10]] ^ t[1024 + b[at + 11]]
      ^ t[768 + b[at + 12]] ^ t[512 + b[at + 13]] ^ t[256 + b[at + 14]] ^ t[b[at + 15]];
  }
  for (; at < b.length; at++) crc = t[(crc ^ b[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * RFC 3629, no shortcuts: no overlong form, no surrogate, nothing above U+10FFFF (header#header-utf8).
 * @param {Uint8Array} bytes
 * @returns {number} where the first sequence that is not UTF-8 begins, or -1
 */
export function firstNonUtf8(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at];
    const more = lead < 0x80 ? 0 : lead < 0xc2 ? NaN : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : NaN;
    if (Number.isNaN(more)) return at;
    let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let k = 1; k <= more; k++) {
      if (!(bytes[at + k] >= low && bytes[at + k] <= high)) return at; // beyond the end: undefined
      low = 0x80;
      high = 0xbf;
    }
    at += more + 1;
  }
  return -1;
}

/** @returns {boolean} whether the name at a0 … a1 comes strictly before that at b0 … b1 (header#canonical)
 * @param {Uint8Array} bytes @param {number} a0 @param {number} a1 @param {number} b0 @param {number} b1 */
function increases(bytes, a0, a1, b0, b1) {
  while (a0 < a1 && b0 < b1) {
    const difference = bytes[a0++] - bytes[b0++];
    if (difference !== 0) return difference < 0;
  }
  return a0 === a1 && b0 < b1;
}

// ----------------------------------------------------------------------------------------------- JSON

/** A number of a document or manifest whose token JavaScript would not print back, such as `1.0`: kept as written. */
export class JsonNumber {
  /** @param {string} token */
  constructor(token) {
    this.token = token;
  }
}

/** A JSON object: it inherits nothing, so `__proto__` is a name like any other; cheaper than `Object.create(null)`. */
const Members = /** @type {{new (): {[name: string]: any}}} */ (/** @type {unknown} */ (function Members() {}));
Members.prototype = Object.create(null);

/** @param {Json} value @returns {string} its JSON text, numbers as they were written */
export function stringify(value) {
  if (value instanceof JsonNumber) return value.token;
  if (Array.isArray(value)) return `[${value.map(stringify).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).map((name) => `${JSON.stringify(name)}:${stringify(value[name])}`).join(',')}}`;
}

const ESCAPES = new Map([[0x22, '"'], [0x5c, '\\'], [0x2f, '/'], [0x62, '\b'], [0x66, '\f'], [0x6e, '\n'],
  [0x72, '\r'], [0x74, '\t']]);
const LITERALS = new Map([[0x74, ['true', true]], [0x66, ['false', false]], [0x6e, ['null', null]]]);
const isDigit = (/** @type {number} */ c) => c >= 0x30 && c <= 0x39; // not for undefined, the end
const [VALUE, FIRST_ELEMENT, FIRST_NAME, NAME, COLON, NEXT, DONE] = [0, 1, 2, 3, 4, 5, 6];

/**
 * Reads one JSON text that is UTF-8, from its first byte to its last, and stops at the first byte that it
 * cannot accept: header#first-violation, header#numbers; for documents PROTOCOL#migrate, for manifests
 * cartridge#text.
 * @param {Uint8Array} bytes @param {'header'|'document'|'manifest'} kind what the rules are named by; the
 *   number rule and the canonical encoding are a header's
 * @returns {{value: Json, departure: number, repeated: number, infinite: number, spans: Map<object, number>}} the
 *   value, with objects that inherit no name; where the text first departs from the canonical encoding, where a
 *   name first stands twice and where a number is first infinite as a double (-1 for nowhere); the bytes of text
 *   of each array and object with three around it
 */
export function scan(bytes, kind) {
  const utf8 = firstNonUtf8(bytes);
  check(utf8 < 0, `${kind}-utf8`, utf8);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // U+FEFF in a string stays
  const whole = decoder.decode(bytes);
  const ascii = whole.length === bytes.length; // then a byte is a character
  const text = (from, to) => ascii ? whole.slice(from, to) : decoder.decode(bytes.subarray(from, to));
  const notJson = () => new Fault(`${kind}-json`, at);
  const depart = (place) => { if (departure < 0) departure = place; };

  let at = 0, departure = -1, repeated = -1, infinite = -1;
  const spans = new Map();

  /** Reads a string from its opening quote; leaves `at` behind its closing one. */
  function string(isName) {
    let from = ++at, value = '';
    for (; bytes[at] !== 0x22; ) {
      if (!(bytes[at] >= 0x20)) throw notJson(); // a raw control character, or the end
      if (bytes[at] !== 0x5c) {
        at++;
        continue;
      }
      value += text(from, at);
      const begin = at++;
      const short = ESCAPES.get(bytes[at]);
      if (isName || bytes[at] === 0x2f) depart(begin); // header#canonical: no `\` in a name, `/` is raw
      if (short !== undefined) value += short;
      else if (bytes[at] === 0x75) value += escaped(begin);
      else throw notJson();
      from = ++at;
    }
    return value + text(from, at++);
  }

  /** Reads an escape, or the two of a pair, from its `u`; leaves `at` on its last digit. */
  function escaped(begin) {
    const unit = hex(false);
    const control = unit > 0 && unit < 0x20 && !(unit >= 8 && unit <= 13 && unit !== 11);
    if (!control || (bytes[at] >= 0x41 && bytes[at] <= 0x46)) depart(begin); // header#canonical
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (bytes[++at] !== 0x5c || bytes[++at] !== 0x75) throw notJson(); // a first half alone
    return String.fromCharCode(unit, hex(true));
  }

  /** Reads four hexadecimal digits after a `u`, which are a second half of a pair exactly if `second`. */
  function hex(second) {
    let unit = 0;
    for (let k = 0; k < 4; k++) {
      const c = bytes[++at];
      const lower = c | 0x20;
      const digit = isDigit(c) ? c - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : NaN;
      unit = unit * 16 + digit;
      if (Number.isNaN(digit) || (k === 0 && second && unit !== 0xd)
        || (k === 1 && second !== (unit >= 0xdc && unit <= 0xdf))) throw notJson();
    }
    return unit;
  }

  /** Reads a number: any of RFC 8259 in a document or manifest, an integer within 2^53-1 in a header (header#numbers). */
  function number() {
    const from = at;
    const digits = () => {
      if (!isDigit(bytes[at])) throw notJson();
      while (isDigit(bytes[++at]));
    };
    if (bytes[at] === 0x2d) at++;
    const first = at;
    if (bytes[at] !== 0x30) digits();
    else {
      check(kind !== 'header' || first === from, 'header-number', at); // -0
      if (isDigit(bytes[++at])) throw notJson();
    }
    if (kind === 'header') {
      const value = Number(text(from, at));
      if (!Number.isSafeInteger(value)) { // the 16th or the 17th digit passed the limit; none of them broke JSON
        throw new Fault('header-number', first + (Number.isSafeInteger(Number(text(first, first + 16))) ? 16 : 15));
      }
      check(bytes[at] !== 0x2e && (bytes[at] | 0x20) !== 0x65, 'header-number', at); // . e E
      return value;
    }
    if (bytes[at] === 0x2e) at++, digits();
    if ((bytes[at] | 0x20) === 0x65) {
      at++;
      if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
      digits();
    }
    const token = text(from, at);
    const value = Number(token);
    if (!Number.isFinite(value) && infinite < 0) infinite = from;
    return String(value) === token ? value : new JsonNumber(token);
  }

  /** @type {{object: any, start: number, first: number, name: string, nameFrom: number, nameTo: number}[]} */
  const stack = []; // what is open, `object` being null for an array; a list has no recursion to exhaust
  /** @type {Json[]} */
  const elements = []; // of all open arrays, those of the innermost last, from its `first` on
  let state = VALUE;
  /** @type {Json} */
  let root = null;
  for (;;) {
    let c = bytes[at];
    while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) {
      depart(at);
      c = bytes[++at];
    }
    const top = stack[stack.length - 1];
    let value;
    if (state === DONE) {
      if (at === bytes.length) return { value: root, departure, repeated, infinite, spans };
      throw notJson();
    } else if ((state === NEXT && c === 0x2c) || (state === COLON && c === 0x3a)) { // , :
      state = c === 0x3a || top.object === null ? VALUE : NAME;
      at++;
      continue;
    } else if ((state === NAME || state === FIRST_NAME) && c === 0x22) { // "
      const begin = at;
      const name = string(true);
      if (repeated < 0 && name in top.object) repeated = begin;
      if (state === NAME && !increases(bytes, top.nameFrom, top.nameTo, begin + 1, at - 1)) depart(begin);
      top.name = name;
      top.nameFrom = begin + 1;
      top.nameTo = at - 1;
      state = COLON;
      continue;
    } else if ((state === NEXT || state === FIRST_NAME || state === FIRST_ELEMENT)
      && c === (top.object === null ? 0x5d : 0x7d)) { // ] }
      stack.pop();
      at++;
      value = top.object ?? elements.splice(top.first);
      if (stack.length === 3) spans.set(value, at - top.start); // below header, table and entry
    } else if (state !== VALUE && state !== FIRST_ELEMENT) {
      throw notJson();
    } else if (c === 0x5b || c === 0x7b) { // [ {
      check(stack.length < MAX_OPEN, `${kind}-nesting`, at);
      const object = c === 0x5b ? null : new Members();
      stack.push({ object, start: at++, first: elements.length, name: '', nameFrom: 0, nameTo: 0 });
      state = c === 0x5b ? FIRST_ELEMENT : FIRST_NAME;
      continue;
    } else if (c === 0x22) {
      value = string(false);
    } else if (c === 0x2d || isDigit(c)) {
      value = number();
    } else if (LITERALS.has(c)) {
      const [word, meaning] = /** @type {[string, Json]} */ (LITERALS.get(c));
      for (let k = 0; k < word.length; k++, at++) if (bytes[at] !== word.charCodeAt(k)) throw notJson();
      value = meaning;
    } else {
      throw notJson();
    }
    const parent = stack[stack.length - 1];
    state = parent === undefined ? DONE : NEXT;
    if (parent === undefined) root = value;
    else if (parent.object === null) elements.push(value);
    else parent.object[parent.name] = value;
  }
}

/** Step 3 (header#text).  @param {Uint8Array} bytes @param {number} base where in the file they begin */
function headerText(bytes, base) {
  try {
    const scanned = scan(bytes, 'header');
    check(scanned.departure < 0, 'header-canonical', scanned.departure);
    return scanned;
  } catch (fault) {
    if (fault instanceof Fault) fault.place += base;
    throw fault;
  }
}

/**
 * Judges a JSON text as step 3 judges a header (PROTOCOL, kind `canonical-json`).
 * @param {Uint8Array} bytes @returns {{ok: true, value: Json} | Rejection}
 */
export function checkCanonicalJson(bytes) {
  return verdict(() => ({ ok: true, value: headerText(bytes, 0).value }));
}

// --------------------------------------------------------------------------------------------- schema

const isObject = (/** @type {any} */ v) => v instanceof Members;
/** By the number rule a number is an integer.  @returns {(v: any) => boolean} */
const integerIn = (/** @type {number} */ low, /** @type {number} */ high) =>
  (v) => typeof v === 'number' && v >= low && v <= high;
const oneOf = (/** @type {any[]} */ ...values) => (/** @type {any} */ v) => values.includes(v);
/** header#schema: 1–255 characters; split at `/`, no part is empty, `.` or `..`. */
const isAssetName = (/** @type {any} */ v) => typeof v === 'string' && v.length <= 255
  && /^[A-Za-z0-9_]/.test(v) && !/[^A-Za-z0-9_./-]/.test(v)
  && v.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
/** header#metadata: 1–64 characters. */
const isMetadataName = (/** @type {string} */ v) =>
  v.length <= 64 && /^[A-Za-z0-9]/.test(v) && !/[^A-Za-z0-9_.-]/.test(v);

const ENTRY = {
  asset_id: integerIn(1, 2147483647), asset_name: isAssetName, bank_type: oneOf('TILES', 'SOUNDS'),
  codec: oneOf('NONE'), decoded_size: integerIn(1, 16777216), metadata: isObject,
  offset: integerIn(0, 2147483647), size: integerIn(1, 16777216),
};
const PRELOAD = { asset_id: ENTRY.asset_id, slot: integerIn(0, 15) };
const BANKS = { // banks#tiles, banks#sounds
  TILES: {
    tile_size: oneOf(8, 16, 32), width: oneOf(256), height: oneOf(256), palette_count: oneOf(64),
    palette_authored: integerIn(1, 64),
  },
  SOUNDS: { sample_rate: integerIn(8000, 48000), channels: oneOf(1), samples: isObject },
};
const SAMPLE = {
  offset: integerIn(0, 16777216), length: (/** @type {any} */ v) => integerIn(2, 16777216)(v) && v % 2 === 0,
};

/** Checks that `value` is an object of exactly the listed members, and of others that `extra` admits.
 * @param {any} value @param {{[name: string]: (v: any) => boolean}} listed @param {string} rule
 * @param {(string|number)[]} path @param {(name: string) => boolean} [extra] */
function members(value, listed, rule, path, extra = () => false) {
  check(isObject(value), rule, path);
  for (const name of Object.keys(listed)) check(name in value && listed[name](value[name]), rule, path, name);
  for (const name of Object.keys(value)) check(Object.hasOwn(listed, name) || extra(name), rule, path, name);
}

/** Checks every name below a metadata value.  The recursion is bounded: at most 16 are open.
 * @param {any} value @param {(string|number)[]} path */
function metadataNames(value, path) {
  for (const name of Object.keys(value)) {
    check(Array.isArray(value) || isMetadataName(name), 'header-schema', path, name);
    if (typeof value[name] === 'object' && value[name] !== null) metadataNames(value[name], [...path, name]);
  }
}

/** Step 4 (header#schema).  @param {any} header @param {Map<object, number>} spans */
function checkSchema(header, spans) {
  members(header, { asset_table: Array.isArray, preload: Array.isArray }, 'header-schema', []);
  const { asset_table: table, preload } = header;
  check(table.length <= 65536, 'header-schema', ['asset_table']);
  check(preload.length <= 32, 'header-schema', ['preload']);
  table.forEach((/** @type {any} */ entry, /** @type {number} */ k) => {
    members(entry, ENTRY, 'header-schema', ['asset_table', k]);
    metadataNames(entry.metadata, ['asset_table', k, 'metadata']);
  });
  preload.forEach((/** @type {any} */ item, /** @type {number} */ k) => members(item, PRELOAD, 'header-schema', ['preload', k]));
  table.forEach((/** @type {any} */ { metadata }, /** @type {number} */ k) =>
    check(Number(spans.get(metadata)) <= MAX_METADATA, 'metadata-size', ['asset_table', k, 'metadata']));
}

// ------------------------------------------------------------------------------------ the other steps

/** Step 5 (header#asset-table, container#payload).
 * @param {Entry[]} table @param {number} region bytes of the payload region @param {number} start its offset */
function checkTable(table, region, start) {
  let last = 0, expected = 0, end = 0;
  table.forEach(({ asset_id, offset, size }, k) => {
    check(asset_id > last, 'table-order', ['asset_table', k], 'asset_id');
    check(offset === expected, 'table-offset', ['asset_table', k], 'offset');
    check(size <= region && offset <= region - size, 'table-bounds', ['asset_table', k]);
    last = asset_id;
    end = offset + size;
    expected = roundUp16(end);
  });
  const names = new Set(); // ASCII by the schema: equal strings are equal bytes
  table.forEach(({ asset_name }, k) => {
    check(!names.has(asset_name), 'table-name', ['asset_table', k], 'asset_name');
    names.add(asset_name);
  });
  check(region === end, 'table-trailing', start + end);
}

/** Step 6, one entry (banks).  @param {Entry} entry @param {(string|number)[]} path */
function checkBank({ bank_type, metadata, size, decoded_size }, path) {
  const within = [...path, 'metadata'];
  members(metadata, BANKS[bank_type], 'bank-metadata', within, (name) => name.startsWith('x_'));
  if (bank_type === 'TILES') {
    check(size === TILES_SIZE && decoded_size === TILES_DECODED, 'bank-size', path);
    return;
  }
  const { samples } = metadata;
  const names = Object.keys(samples);
  within.push('samples');
  check(names.length >= 1 && names.length <= 4096, 'bank-metadata', within);
  for (const name of names) members(samples[name], SAMPLE, 'bank-metadata', [...within, name]);
  for (let n = 0; n < names.length; n++) check(String(n) in samples, 'bank-samples', within);
  check(decoded_size === size, 'bank-size', path);
  let end = 0;
  for (let n = 0; n < names.length; n++) {
    check(samples[n].offset === end, 'bank-range', within, String(n));
    end += samples[n].length;
  }
  check(end === size, 'bank-range', within);
}

/** Step 7 (header#preload).  @param {Preload[]} preload @param {Map<number, Entry>} byId */
function checkPreload(preload, byId) {
  let last = 0;
  const claimed = new Set();
  preload.forEach(({ asset_id, slot }, k) => {
    check(asset_id > last, 'preload-order', ['preload', k], 'asset_id');
    check(byId.has(asset_id), 'preload-unknown', ['preload', k], 'asset_id');
    const claim = `${byId.get(asset_id)?.bank_type} ${slot}`;
    check(!claimed.has(claim), 'preload-slot', ['preload', k], 'slot');
    claimed.add(claim);
    last = asset_id;
  });
}

/** Step 8, profile writer: all padding, then all palettes (container#payload-padding, banks#payload-palette).
 * @param {Entry[]} table @param {number} start of the payload region, in bytes @param {Source['read']} read */
function checkPayload(table, start, read) {
  const zeros = (/** @type {string} */ rule, /** @type {number} */ from, /** @type {number} */ to) => {
    const at = firstNonZero(read(from, to - from));
    check(at < 0, rule, from + at);
  };
  table.slice(1).forEach((next, k) => zeros('payload-padding', start + table[k].offset + table[k].size, start + next.offset));
  for (const { bank_type, metadata, offset } of table) {
    if (bank_type !== 'TILES') continue;
    const at = start + offset;
    zeros('payload-palette', at + PALETTES_AT + 32 * metadata.palette_authored, at + TILES_SIZE);
  }
}

/** Step 1 (container#prelude).  @param {Uint8Array} head the first 32 bytes, or all of a shorter file
 * @returns {Prelude} */
function checkPrelude(head) {
  const u32 = (at) => new DataView(head.buffer, head.byteOffset).getUint32(at, true);
  check(head.length >= 4, 'prelude-truncated-magic', head.length);
  const magic = String.fromCharCode(...head.subarray(0, 4));
  check(magic !== 'PPA1', 'prelude-legacy', 0);
  check(magic === 'ASPA', 'prelude-magic', 0);
  check(head.length >= 8, 'prelude-truncated-version', head.length);
  check(u32(4) === 1, 'prelude-version', 4);
  check(head.length >= 32, 'prelude-truncated', head.length);
  const prelude = { schema_version: 1, header_len: u32(8), payload_offset: u32(12), header_checksum: u32(28) };
  check(prelude.header_len >= 1 && prelude.header_len <= MAX_HEADER, 'prelude-header-len', 8);
  check(prelude.payload_offset === roundUp16(32 + prelude.header_len), 'prelude-payload-offset', 12);
  check(u32(16) === 0, 'prelude-flags', 16);
  check(firstNonZero(head, 20, 28) < 0, 'prelude-reserved', 20);
  return prelude;
}

/** @param {string} profile */
function requireProfile(profile) {
  if (profile !== 'reader' && profile !== 'writer') throw new ArgumentError(`no profile ${profile}`);
}

/** @param {Source | ArrayBuffer | Uint8Array} given @returns {Source} whose reads are never short */
function sourceOf(given) {
  if (given instanceof ArrayBuffer) given = new Uint8Array(given);
  if (given instanceof Uint8Array) {
    const bytes = given;
    given = { size: bytes.length, read: (offset, size) => bytes.subarray(offset, offset + size) };
  }
  const { size, read } = given;
  return {
    size,
    read(offset, wanted) {
      const bytes = read.call(given, offset, wanted);
      if (bytes.length !== wanted) throw new Error(`a read of ${wanted} bytes at ${offset} gave ${bytes.length}`);
      return bytes;
    },
  };
}

/**
 * Reads a pack: the steps of reader#order, in that order.
 *
 * In a browser: `openPack(await file.arrayBuffer())`.
 * @param {Source | ArrayBuffer | Uint8Array} given the whole file, or random access to it
 * @param {{profile?: 'reader'|'writer'}} [options] reader#profiles; `reader` if not given
 * @returns {Pack | Rejection}
 * @throws when `given` fails to give its bytes, which is no verdict on them
 */
export function openPack(given, { profile = 'reader' } = {}) {
  requireProfile(profile);
  const source = sourceOf(given);
  return verdict(/** @returns {Pack} */ () => {
    const prelude = checkPrelude(source.read(0, Math.min(source.size, 32)));
    const { header_len, payload_offset } = prelude;
    check(source.size <= MAX_FILE, 'file-size', MAX_FILE);
    check(source.size >= payload_offset, 'header-truncated', source.size);
    const body = source.read(32, payload_offset - 32).slice(); // a copy: what was checked is what is used
    const header = body.subarray(0, header_len);
    check(crc32(header) === prelude.header_checksum, 'header-checksum', 28);
    const padding = firstNonZero(body, header_len);
    check(padding < 0, 'header-padding', 32 + padding);
    const { value, spans } = headerText(header, 32);
    checkSchema(value, spans);
    const { asset_table: assets, preload } = /** @type {{asset_table: Entry[], preload: Preload[]}} */ (value);
    checkTable(assets, source.size - payload_offset, payload_offset);
    assets.forEach((entry, k) => checkBank(entry, ['asset_table', k]));
    checkPreload(preload, new Map(assets.map((entry) => [entry.asset_id, entry])));
    if (profile === 'writer') checkPayload(assets, payload_offset, source.read);
    const slice = (/** @type {Entry} */ { offset, size }) => source.read(payload_offset + offset, size);
    return {
      ok: true, prelude, assets, preload, slice,
      decodeTiles: (entry) => decodeTiles(entry, slice(entry)),
      decodeSounds: (entry) => decodeSounds(entry, slice(entry)),
    };
  });
}

// -------------------------------------------------------------------------------------- what slices hold

/** banks#indices, banks#rgb565.  @param {Entry} entry @param {Uint8Array} slice @returns {Sheet} */
function decodeTiles({ bank_type, metadata }, slice) {
  if (bank_type !== 'TILES') throw new ArgumentError('not an entry of bank type TILES');
  const indices = new Uint8Array(2 * PALETTES_AT);
  for (let at = 0; at < PALETTES_AT; at++) {
    indices[2 * at] = slice[at] >> 4; // the even x is in the high nibble
    indices[2 * at + 1] = slice[at] & 15;
  }
  const palettes = Uint16Array.from({ length: 1024 }, (_, c) => slice[PALETTES_AT + 2 * c] | slice[PALETTES_AT + 2 * c + 1] << 8);
  const { tile_size: tileSize, width, height, palette_authored: authored } = metadata;
  return { tileSize, width, height, authored, indices, palettes };
}

/** banks#sounds.  @param {Entry} entry @param {Uint8Array} slice @returns {Sound[]} by sample number */
function decodeSounds({ bank_type, metadata }, slice) {
  if (bank_type !== 'SOUNDS') throw new ArgumentError('not an entry of bank type SOUNDS');
  const view = new DataView(slice.buffer, slice.byteOffset, slice.byteLength);
  return Array.from({ length: Object.keys(metadata.samples).length }, (_, n) => {
    const { offset, length } = metadata.samples[n];
    const frames = new Int16Array(length / 2);
    for (let k = 0; k < frames.length; k++) frames[k] = view.getInt16(offset + 2 * k, true);
    return { rate: metadata.sample_rate, frames };
  });
}

/** An RGB565 colour on a 24-bit screen (banks#rgb565).  @param {number} colour @returns {[number, number, number]} */
export function rgb888(colour) {
  const r = colour >> 11, g = (colour >> 5) & 63, b = colour & 31;
  return [r << 3 | r >> 2, g << 2 | g >> 4, b << 3 | b >> 2];
}

/** The view of an accepted pack (PROTOCOL#view).  @param {Pack} pack */
export function packView({ prelude, assets, preload, slice }) {
  const byId = new Map(assets.map((entry) => [entry.asset_id, entry]));
  return {
    assets: assets.map((entry) => ({ ...entry, crc32: crc32(slice(entry)).toString(16).padStart(8, '0') })),
    payload_offset: prelude.payload_offset,
    preload: preload.map((item) => ({ ...item, bank_type: byId.get(item.asset_id)?.bank_type })),
    schema_version: prelude.schema_version,
  };
}

// ------------------------------------------------------------------------------------------ cartridges

const CAPABILITIES = ['asset', 'audio', 'bank', 'fs', 'gfx', 'input', 'log', 'memcard', 'system'];

/** Numbers have no leading zero, in front and as parts of a pre-release; each part is matched once. */
const isNumeric = (/** @type {string} */ part) => /^(?:0|[1-9][0-9]*)$/.test(part);
const isIdentifier = (/** @type {string} */ part) => /^[0-9A-Za-z-]+$/.test(part);
const isPrerelease = (/** @type {string} */ part) => isIdentifier(part) && (isNumeric(part) || /[^0-9]/.test(part));

/** Semantic Versioning 2.0, by splitting; 64 characters, which are ASCII.  @param {any} v */
function isVersion(v) {
  if (typeof v !== 'string' || v.length > 64) return false;
  const cut = (/** @type {string} */ text, /** @type {string} */ mark) => {
    const at = text.indexOf(mark);
    return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  };
  const [release, build] = cut(v, '+');
  const [core, prerelease] = cut(/** @type {string} */ (release), '-');
  const numbers = /** @type {string} */ (core).split('.');
  return numbers.length === 3 && numbers.every(isNumeric)
    && (prerelease === undefined || prerelease.split('.').every(isPrerelease))
    && (build === undefined || build.split('.').every(isIdentifier));
}

/** Code points are counted; a string of more units than twice the limit need not be.  @param {any} v */
const isTitle = (v) => typeof v === 'string' && v !== '' && v.length <= 128 && [...v].length <= 64;

/** An integer token up to 2^32-1.  Numbers with fraction or exponent are not whole, or are JsonNumbers; so is
 * `-0`, which is one.  @param {any} v */
const isUnsigned32 = (v) => (Number.isInteger(v) && v >= 0 && v <= 4294967295) || (v instanceof JsonNumber && v.token === '-0');

const MANIFEST = { // cartridge#manifest
  magic: oneOf('PMTU'), cartridge_version: oneOf(1), app_id: isUnsigned32, title: isTitle, app_version: isVersion,
  app_mode: oneOf('Game', 'System'),
  capabilities: (/** @type {any} */ v) => Array.isArray(v) && v.length <= CAPABILITIES.length, // what they are: the next step
};

/** Steps 1 to 5 (cartridge#order).  @param {Source | undefined} file @returns {Manifest} */
function checkManifest(file) {
  check(file !== undefined && file.size > 0, 'manifest-missing', 0);
  const { size, read } = /** @type {Source} */ (file);
  check(size <= MAX_MANIFEST, 'manifest-size', MAX_MANIFEST);
  const { value: manifest, repeated } = /** @type {{value: any, repeated: number}} */ (scan(read(0, size), 'manifest'));
  check(repeated < 0, 'manifest-repeated', repeated);
  check(isObject(manifest), 'manifest-magic', []);
  check(MANIFEST.magic(manifest.magic), 'manifest-magic', ['magic']);
  check(MANIFEST.cartridge_version(manifest.cartridge_version), 'manifest-version', ['cartridge_version']);
  members(manifest, MANIFEST, 'manifest-schema', [], (name) => name === 'entrypoint');
  const { app_id, app_mode, app_version, capabilities, title } = manifest;
  check(!/[\u0000-\u001f\u007f-\u009f]/.test(title), 'manifest-title', ['title']);
  capabilities.forEach((/** @type {any} */ capability, /** @type {number} */ k) => {
    check(CAPABILITIES.includes(capability), 'capability-unknown', ['capabilities', k]);
    check(!capabilities.slice(0, k).includes(capability), 'capability-repeated', ['capabilities', k]);
    check(k === 0 || capability > capabilities[k - 1], 'capability-order', ['capabilities', k]);
  });
  return { app_id: app_id instanceof JsonNumber ? 0 : app_id, app_mode, app_version, capabilities, title };
}

/**
 * Reads a cartridge: the steps of cartridge#order, in that order.
 *
 * A file is asked for only when its step has come, so a member may be a getter that opens it.
 * @param {{'manifest.json'?: Source | ArrayBuffer | Uint8Array, 'program.pbx'?: Source | ArrayBuffer | Uint8Array,
 *   'assets.pa'?: Source | ArrayBuffer | Uint8Array}} files the regular files of the directory; any other is ignored
 * @param {{profile?: 'reader'|'writer'}} [options] for its pack; `reader`, which is a runtime's, if not given
 * @returns {Cartridge | Rejection & {file: string}} the file that is wrong, which `offset` or `pointer` is in
 * @throws when a file fails to give its bytes, which is no verdict on them
 */
export function openCartridge(files, { profile = 'reader' } = {}) {
  requireProfile(profile);
  let file = '';
  const opened = (/** @type {'manifest.json'|'program.pbx'|'assets.pa'} */ name) => {
    const given = files[file = name];
    return given === undefined ? undefined : sourceOf(given);
  };
  const result = verdict(/** @returns {Cartridge | Rejection} */ () => {
    const manifest = checkManifest(opened('manifest.json'));
    check(Number(opened('program.pbx')?.size) > 0, 'program-missing', 0);
    if (!manifest.capabilities.includes('asset')) return { ok: true, manifest, pack: null };
    const source = opened('assets.pa');
    check(source !== undefined, 'pack-missing', 0);
    const pack = openPack(/** @type {Source} */ (source), { profile });
    return pack.ok ? { ok: true, manifest, pack } : pack;
  });
  return result.ok ? result : { ...result, file };
}

/** The view of an accepted cartridge (PROTOCOL#cartridge).  @param {Cartridge} cartridge */
export function cartridgeView({ manifest, pack }) {
  return { manifest, pack: pack && packView(pack) };
}

// ------------------------------------------------------------------------------------------ documents

const TELLING = { asset: ['inputs', 'output'], index: ['next_asset_id', 'assets'], cartridge: ['app_id', 'program'] };

/**
 * Judges an `asset.json` or `index.json` by its text, its kind and its version, and shows it in the current
 * version (PROTOCOL#migrate).
 * @param {Uint8Array} bytes
 * @param {{document: 'asset'|'index', assetUuid?: string}} options the uuid that an asset of version 1 gets
 * @returns {{ok: true, document: {[name: string]: Json}} | Rejection}
 */
export function migrate(bytes, { document: kind, assetUuid }) {
  return verdict(() => {
    const { value, repeated, infinite } = scan(bytes, 'document');
    check(repeated < 0, 'document-repeated', repeated);
    check(infinite < 0, 'document-number', infinite); // workspace#numbers
    check(isObject(value), 'document-kind', []);
    const document = /** @type {{[name: string]: any}} */ (value);
    const told = Object.keys(TELLING).filter((k) => TELLING[k].every((name) => name in document));
    check(told.length === 0 || told.includes(kind), 'document-kind', []); // versioning-and-migration#kind
    const version = document.schema_version;
    check(version === 1 || version === 2, 'document-version', ['schema_version']); // `2.0` is a JsonNumber
    if (version === 1) {
      document.schema_version = 2;
      if (kind === 'index') {
        for (const asset of document.assets) asset.included_in_build = true; // otherwise valid, so an array
      } else {
        if (assetUuid === undefined) throw new ArgumentError('an asset of version 1 needs a uuid to be given');
        document.asset_uuid = assetUuid;
        if (document.type === 'image_bank') document.type = 'tile_bank';
        if (document.output?.codec === 'RAW') document.output.codec = 'NONE';
      }
    }
    return { ok: true, document };
  });
}
