/**
 * Where the parts of a header are, in bytes. The text need not be valid: what can be told is told, for a
 * reader of a broken pack wants to see it too. The verdict is the reader's alone.
 */

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const isOpen = (/** @type {number} */ c) => c === 0x7b || c === 0x5b;
const isClose = (/** @type {number} */ c) => c === 0x7d || c === 0x5d;
const isSpace = (/** @type {number} */ c) => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;

/** Parts of one array or object that are told apart; a table has no more, and hostile text takes no more memory. */
const MOST = 65_536;

/** The end of the value that begins at `at`.  @param {Uint8Array} text @param {number} at @param {number} end */
export function endOfValue(text, at, end) {
  let depth = 0;
  for (let k = at; k < end; k++) {
    const c = text[k];
    if (c === QUOTE) {
      for (k++; k < end && text[k] !== QUOTE; k++) if (text[k] === BACKSLASH) k++;
      if (depth === 0) return Math.min(k + 1, end);
    } else if (isOpen(c)) depth++;
    else if (isClose(c)) {
      if (depth === 0) return k;
      if (--depth === 0) return k + 1;
    } else if (depth === 0 && (c === COMMA || c === COLON || isSpace(c))) return k;
  }
  return end;
}

/** @typedef {{name: string|number, from: number, start: number, end: number}} Part
 *   a member or an element: where its name begins, and where its value begins and ends */

/** The parts of the object or array that begins at `at`, as far as its text goes, at most `MOST`.
 * @param {Uint8Array} text @param {number} at @param {number} end @returns {Part[]} */
export function parts(text, at, end) {
  /** @type {Part[]} */
  const found = [];
  const isObject = text[at] === 0x7b;
  if (!isOpen(text[at])) return found;
  const skip = (/** @type {number} */ k) => {
    while (k < end && isSpace(text[k])) k++;
    return k;
  };
  for (let k = skip(at + 1); k < end && !isClose(text[k]) && found.length < MOST; ) {
    const from = k;
    /** @type {string|number} */
    let name = found.length;
    if (isObject) {
      const close = endOfValue(text, k, end);
      name = decoded(text, k, close);
      k = skip(close);
      if (text[k] !== COLON) break;
      k = skip(k + 1);
    }
    const stop = endOfValue(text, k, end);
    if (stop === k) break;
    found.push({ name, from, start: k, end: stop });
    k = skip(stop);
    if (text[k] !== COMMA) break;
    k = skip(k + 1);
  }
  return found;
}

/** The value of a piece of text; its text where it is not JSON.  @param {Uint8Array} text @param {number} from @param {number} to */
export function decoded(text, from, to) {
  const piece = new TextDecoder().decode(text.subarray(from, to));
  try {
    return JSON.parse(piece);
  } catch {
    return piece;
  }
}

/** The parts of a header: its members, and the elements of its two arrays.
 * @param {Uint8Array} text without padding */
export function outline(text) {
  const members = parts(text, 0, text.length);
  const within = (/** @type {string} */ name) => {
    const member = members.find((part) => part.name === name);
    return member === undefined ? [] : parts(text, member.start, member.end);
  };
  return { members, lists: { asset_table: within('asset_table'), preload: within('preload') } };
}

/** Where a JSON Pointer leads, and what is the deepest part on the way that there is.
 * @param {Uint8Array} text @param {ReturnType<typeof outline>} told @param {string} pointer @returns {Part | undefined} */
export function follow(text, told, pointer) {
  const path = pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let now = /** @type {Part} */ ({ name: '', from: 0, start: 0, end: text.length });
  path.every((name, depth) => {
    const inside = depth === 0 ? told.members
      : depth === 1 && Object.hasOwn(told.lists, path[0]) ? /** @type {any} */ (told.lists)[path[0]]
        : parts(text, now.start, now.end);
    const next = inside[0] !== undefined && typeof inside[0].name === 'number' ? inside[Number(name)]
      : inside.find((/** @type {Part} */ part) => part.name === name);
    if (next !== undefined) now = next;
    return next !== undefined;
  });
  return now;
}

/** The deepest part that holds the byte `at` of the text, with its pointer.
 * @param {Uint8Array} text @param {ReturnType<typeof outline>} told @param {number} at */
export function partAt(text, told, at) {
  let pointer = '';
  let now = /** @type {Part} */ ({ name: '', from: 0, start: 0, end: text.length });
  for (let depth = 0; ; depth++) {
    const inside = depth === 0 ? told.members
      : depth === 1 && Object.hasOwn(told.lists, String(now.name)) ? /** @type {any} */ (told.lists)[now.name]
        : parts(text, now.start, now.end);
    const next = holder(inside, at);
    if (next === undefined) return { pointer, ...now };
    pointer += `/${String(next.name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    now = next;
  }
}

/** The part among many, in their order, that holds a byte.  @param {Part[]} many @param {number} at */
function holder(many, at) {
  let low = 0, high = many.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (many[middle].end <= at) low = middle + 1;
    else high = middle;
  }
  return many[low] !== undefined && many[low].from <= at ? many[low] : undefined;
}
