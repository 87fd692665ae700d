/** One asset: its entry, its source files, and what its bank shows. */
import { BANKS, UNKNOWN } from './banks/index.mjs';
import { bytes, el, fill, number } from './dom.mjs';

/** Why the bytes of an asset are not shown, in words.  @param {any} error */
export function excuse(error) {
  if (error.name === 'Elsewhere') return 'This page holds the header alone. Drop the pack onto it, or open it, to see pictures and sounds.';
  if (error.name === 'NotReadableError' || error.name === 'NotFoundError') return 'The file changed, or is gone, since it was opened. Open it again.';
  if (error.name === 'Replaced') return 'The pack was replaced, or changed, since this page opened it. The page shows the next one that is built.';
  if (error.name === 'Unanswered') return 'The preview does not answer. Try again when it does.';
  return `It cannot be shown: ${error.message}`;
}

/**
 * @param {{pack: any, engine: import('./engine.mjs').Engine, companion: any, settings: any,
 *   lightEntry: (k: number) => void, lightSlice: (k: number) => void}} given
 */
export function assetView({ pack, engine, companion, settings, lightEntry, lightSlice }) {
  const element = el('section', { class: 'asset', 'aria-label': 'Asset' },
    el('p', { class: 'soft' }, 'Choose an asset to see it.'));
  const told = new Map((companion?.assets ?? []).map((/** @type {any} */ row) => [row.asset_id, row]));
  let leaving = new AbortController();

  /** @param {number} k */
  async function show(k) {
    leaving.abort();
    leaving = new AbortController();
    const { signal } = leaving;
    const row = told.get(pack.ids[k]);
    const body = el('div', { class: 'body' });
    const metadata = el('pre', { tabindex: 0, role: 'region', 'aria-label': 'Entry as it is in the header' });
    const facts = [['Id', String(pack.ids[k])], ['Bank', pack.banks[k]], ['Slot', pack.slots[k] === undefined ? '–' : String(pack.slots[k])],
      ['Offset', number(pack.offsets[k])], ['Size', bytes(pack.sizes[k])], ['Resident', bytes(pack.decoded[k])]];
    fill(element, el('h3', {}, pack.names[k]),
      el('dl', { class: 'small' }, ...facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))),
      row && el('details', {}, el('summary', {}, `Made from ${row.origin.root}`), el('ul', { class: 'sources' },
        ...row.origin.sources.map((/** @type {any} */ { path, role }) => el('li', {}, el('code', {}, path), el('span', { class: 'soft' }, ` ${role}`))))),
      body,
      el('div', { class: 'tools' },
        el('button', { type: 'button', onclick: () => lightEntry(k) }, 'Bytes of the entry'),
        el('button', { type: 'button', onclick: () => lightSlice(k) }, 'Bytes of the slice')),
      el('details', { ontoggle: async () => { metadata.textContent = pretty((await engine.ask('entry', { k })).text); } },
        el('summary', {}, 'Entry in the header'), metadata));
    try {
      const { value, sha256 } = await engine.ask('drawn', { k });
      if (signal.aborted) return;
      const bank = pack.ok && Object.hasOwn(BANKS, pack.banks[k]) ? BANKS[pack.banks[k]] : UNKNOWN;
      const details = row !== undefined && sha256 !== '' && row.payload_sha256 === sha256 ? row.details ?? {} : {};
      settings[pack.banks[k]] ??= {};
      fill(body, bank.show(value, { name: pack.names[k], details, settings: settings[pack.banks[k]], signal }));
    } catch (/** @type {any} */ error) {
      if (!signal.aborted) fill(body, el('p', { class: 'excuse', role: 'alert' }, excuse(error)));
    }
  }
  return { element, show, leave: () => leaving.abort() };
}

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
