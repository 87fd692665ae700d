/** Where the bytes of a pack come from: a `Blob`, or the part of a pack that a page holds. */

/** Bytes that this page does not hold: those of the payload of a large pack. */
export class Elsewhere extends Error {
  name = 'Elsewhere';
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

/** @param {string} text base64 @returns {Uint8Array} */
export function unbase64(text) {
  const binary = atob(text);
  const result = new Uint8Array(binary.length);
  for (let k = 0; k < result.length; k++) result[k] = binary.charCodeAt(k);
  return result;
}

/** What a request names as a pack: `{blob}`, `{base64}`, or `{base64, size}` with the first bytes alone.
 * @param {{blob?: Blob, base64?: string, size?: number}} given */
export function sourceOf({ blob, base64, size }) {
  if (blob !== undefined) return ofBlob(blob);
  const held = unbase64(/** @type {string} */ (base64));
  return ofHead(held, size ?? held.length);
}
