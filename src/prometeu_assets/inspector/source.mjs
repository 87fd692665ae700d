/** Where the bytes of a pack come from: a `Blob`, the part of a pack that a page holds, or a preview. */

/** Bytes that are asked of a preview at once, at least. */
const PIECE = 256 * 1024;
/** Bytes of answers that are kept; a header takes a third of it. */
const KEPT = 48 * 1024 * 1024;
/** Milliseconds in which a preview must answer. */
const PATIENCE = 30_000;

/** Bytes that this page does not hold: those of the payload of a large pack. */
export class Elsewhere extends Error {
  name = 'Elsewhere';
}

/** The pack that a preview gives is another than the one that was opened. */
export class Replaced extends Error {
  name = 'Replaced';
}

/** A preview did not answer, or not with the bytes that were asked for. */
export class Unanswered extends Error {
  name = 'Unanswered';
}

/** Random access that answers at once, as the reader asks for; works in a worker only.  @param {Blob} blob */
export function ofBlob(blob) {
  const reader = new FileReaderSync();
  return {
    size: blob.size,
    read: (/** @type {number} */ offset, /** @type {number} */ size) =>
      new Uint8Array(reader.readAsArrayBuffer(blob.slice(offset, offset + size))),
  };
}

/** The first bytes of a file of `size` bytes.  @param {Uint8Array} head @param {number} size */
export function ofHead(head, size) {
  return {
    size,
    read(/** @type {number} */ offset, /** @type {number} */ wanted) {
      if (offset + wanted > head.length) throw new Elsewhere('the payload is not in this page');
      return head.subarray(offset, offset + wanted);
    },
  };
}

/** The parts of a pack of a preview that are read; works in a worker only.
 * @param {string} address @param {number} size of the pack in bytes @param {string} tag by which each answer is of this pack */
export function ofPreview(address, size, tag) {
  return inPieces(size, (start, end) => {
    const request = new XMLHttpRequest();
    request.open('GET', address, false);
    request.responseType = 'arraybuffer';
    request.timeout = PATIENCE;
    request.setRequestHeader('Range', `bytes=${start}-${end - 1}`);
    request.setRequestHeader('If-Match', `"${tag}"`);
    try {
      request.send();
    } catch {
      throw new Unanswered('the preview does not answer');
    }
    if (request.status === 404 || request.status === 412) throw new Replaced('the pack was replaced');
    const data = new Uint8Array(request.response ?? 0);
    if (request.status !== 206 || data.length !== end - start) throw new Unanswered(`the preview answers ${request.status}`);
    return data;
  });
}

/** Reads by pieces of at least `PIECE` bytes, of which the last are kept.
 * @param {number} size @param {(start: number, end: number) => Uint8Array} ask for the bytes from `start` to `end` */
export function inPieces(size, ask) {
  /** @type {Map<number, Uint8Array>} place of the first byte to the bytes; those asked for last come last */
  const kept = new Map();
  let total = 0;
  return {
    size,
    read(/** @type {number} */ offset, /** @type {number} */ wanted) {
      for (const [start, data] of kept) {
        if (start <= offset && offset + wanted <= start + data.length) return data.subarray(offset - start, offset - start + wanted);
      }
      const start = offset - offset % PIECE, end = Math.min(size, Math.max(offset + wanted, start + PIECE));
      const data = ask(start, end);
      total += data.length - (kept.get(start)?.length ?? 0);
      kept.delete(start);
      kept.set(start, data);
      for (const [first, { length }] of kept) {
        if (total <= KEPT) break;
        total -= length;
        kept.delete(first);
      }
      return data.subarray(offset - start, offset - start + wanted);
    },
  };
}

/** @param {string} text base64 @returns {Uint8Array} */
export function unbase64(text) {
  const binary = atob(text);
  const result = new Uint8Array(binary.length);
  for (let k = 0; k < result.length; k++) result[k] = binary.charCodeAt(k);
  return result;
}

/** What a request names as a pack: `{blob}`, `{address, size, tag}` of a preview, `{base64}`, or `{base64, size}`
 * with the first bytes alone.
 * @param {{blob?: Blob, address?: string, tag?: string, base64?: string, size?: number}} given */
export function sourceOf({ blob, address, tag, base64, size }) {
  if (blob !== undefined) return ofBlob(blob);
  if (address !== undefined) return ofPreview(address, Number(size), String(tag));
  const held = unbase64(/** @type {string} */ (base64));
  return ofHead(held, size ?? held.length);
}
