/** The worker: answers what the page asks. */
import { BANKS, UNKNOWN } from './banks/index.mjs';
import { difference } from './difference.mjs';
import { openCartridge } from '../../../conformance/readers/javascript/reader.mjs';
import { Opened } from './opened.mjs';
import { ofBlob, sourceOf } from './source.mjs';

/** @type {Opened} */
let opened;

/** @type {{[what: string]: (given: any, progress: (done: number, of: number) => void) => any}} */
const ANSWERS = {
  open({ pack, profile }) {
    opened = new Opened(sourceOf(pack), profile);
    return opened.summary();
  },
  bytes: ({ offset, size }) =>
    opened.source.read(offset, Math.max(0, Math.min(size, opened.source.size - offset))).slice(),
  at: ({ at }) => opened.at(at),
  span: (place) => opened.span(place),
  entry: ({ k }) => opened.entry(k),
  /** What a bank shows of an asset, and the digest of its slice, by which a companion's details are trusted. */
  async drawn({ k }) {
    const entry = opened.assets[k];
    const bank = opened.result.ok && Object.hasOwn(BANKS, entry.bank_type) ? BANKS[entry.bank_type] : UNKNOWN;
    const value = bank.read(opened, k);
    return { value, sha256: bank === UNKNOWN ? '' : await digest(opened.slice(k)) };
  },
  difference: ({ old, now }, progress) => difference(new Opened(sourceOf(old)), new Opened(sourceOf(now)), progress),
  cartridge({ files }) {
    const result = openCartridge(Object.fromEntries(
      Object.entries(files).map(([name, blob]) => [name, ofBlob(/** @type {Blob} */ (blob))])));
    return result.ok ? { ok: true, title: result.manifest.title, hasPack: result.pack !== null }
      : { ok: false, file: result.file, code: result.code, rule: result.rule, message: result.message,
        offset: result.offset, pointer: result.pointer };
  },
};

/** Hexadecimal; empty where the browser offers no digest, as to a page from an address without TLS.  @param {Uint8Array} data */
async function digest(data) {
  if (crypto.subtle === undefined) return '';
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', /** @type {any} */ (data)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function serve() {
  self.onmessage = async ({ data: { id, what, given } }) => {
    const progress = (/** @type {number} */ done, /** @type {number} */ of) => self.postMessage({ id, progress: [done, of] });
    try {
      self.postMessage({ id, value: await ANSWERS[what](given, progress) });
    } catch (/** @type {any} */ error) {
      self.postMessage({ id, error: { name: error.name, message: String(error.message) } });
    }
  };
}
