/** How two packs differ, asset by asset; matched by `asset_id`, as the verb `diff` does. */

/** Member of an entry to the word for its change. */
const WHAT = { asset_name: 'renamed', bank_type: 'bank', codec: 'codec', decoded_size: 'size', metadata: 'metadata', offset: 'moved', size: 'size' };

/** A value with its members in order, so that equal values are equal texts.  @param {any} value @returns {any} */
const ordered = (value) => (value === null || typeof value !== 'object' || Array.isArray(value) ? value
  : Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])])));
const text = (/** @type {any} */ value) => JSON.stringify(ordered(value)) ?? '';

/** @param {Uint8Array} a @param {Uint8Array} b */
function equal(a, b) {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/**
 * @param {import('./opened.mjs').Opened} old @param {import('./opened.mjs').Opened} now
 * @param {(done: number, of: number) => void} progress
 * @returns {{id: number, name: string, what: string[], old: number, now: number}[]} by id; -1 for an asset
 *   that the pack does not have
 */
export function difference(old, now, progress) {
  const byId = (/** @type {any} */ pack) => new Map(pack.assets.map((/** @type {any} */ entry, /** @type {number} */ k) => [entry.asset_id, k]));
  const slots = (/** @type {any} */ { result }) => new Map((result.ok ? result.preload : []).map((/** @type {any} */ p) => [p.asset_id, p.slot]));
  const [before, after] = [byId(old), byId(now)];
  const [slotBefore, slotAfter] = [slots(old), slots(now)];
  const rows = [];
  const ids = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b);
  let told = 0;
  ids.forEach((id, done) => {
    if (Date.now() > told + 100) progress(done, ids.length), told = Date.now();
    const k = before.get(id) ?? -1, n = after.get(id) ?? -1;
    const name = (n < 0 ? old.assets[k] : now.assets[n]).asset_name;
    if (k < 0 || n < 0) {
      rows.push({ id, name, what: [k < 0 ? 'added' : 'removed'], old: k, now: n });
      return;
    }
    const a = old.assets[k], b = now.assets[n];
    const what = new Set(Object.keys(WHAT).filter((member) => text(a[member]) !== text(b[member])).map((member) => WHAT[member]));
    if (slotBefore.get(id) !== slotAfter.get(id)) what.add('preload');
    if (a.size !== b.size || !equal(old.slice(k), now.slice(n))) what.add('payload');
    if (what.size > 0) rows.push({ id, name, what: [...what].sort(), old: k, now: n });
  });
  return rows;
}
