/** What each bank stores, what it takes once resident, and which assets are in its preload slots. */
import { bytes, counted, el } from './dom.mjs';

/** Figures by bank, those that the format lists first.  @param {any} pack in columns @param {string[]} known */
export function banks(pack, known) {
  /** @type {Map<string, {assets: number, size: number, decoded: number, resident: number, slots: Map<number, number>}>} */
  const found = new Map(known.map((bank) => [bank, { assets: 0, size: 0, decoded: 0, resident: 0, slots: new Map() }]));
  const byId = new Map();
  for (let k = 0; k < pack.ids.length; k++) {
    const bank = found.get(pack.banks[k]) ?? { assets: 0, size: 0, decoded: 0, resident: 0, slots: new Map() };
    found.set(pack.banks[k], bank);
    bank.assets++;
    bank.size += pack.sizes[k] || 0;
    bank.decoded += pack.decoded[k] || 0;
    byId.set(pack.ids[k], k);
  }
  for (const { asset_id, slot } of pack.preload) {
    const k = byId.get(asset_id);
    const bank = k === undefined ? undefined : found.get(pack.banks[k]);
    if (bank === undefined) continue;
    bank.slots.set(slot, k);
    bank.resident += pack.decoded[k] || 0;
  }
  return found;
}

/** @param {any} pack @param {any} reference @param {(k: number) => void} select @param {(bank: string) => string} classOf */
export function slotsView(pack, reference, select, classOf) {
  return el('div', { class: 'bank-cards' }, ...[...banks(pack, reference.banks)].filter(([, bank]) => bank.assets > 0).map(([name, bank]) =>
    el('section', { class: classOf(name), 'aria-label': `Bank ${name}` },
      el('h3', {}, el('span', { class: 'key' }), name),
      el('p', { class: 'soft' }, `${counted(bank.assets, 'asset')}, ${bytes(bank.size)} stored, ${bytes(bank.decoded)} if all were resident`),
      el('p', {}, `${bank.slots.size} of ${reference.slots} slots preloaded, ${bytes(bank.resident)} resident at the start`),
      el('ol', { class: 'slot-list', start: 0 }, ...Array.from({ length: reference.slots }, (_, slot) => {
        const k = bank.slots.get(slot);
        return el('li', {}, el('b', {}, String(slot)), k === undefined ? el('span', { class: 'soft' }, ' free')
          : el('button', { type: 'button', class: 'plain', title: pack.names[k], onclick: () => select(k) }, pack.names[k]));
      })))));
}
