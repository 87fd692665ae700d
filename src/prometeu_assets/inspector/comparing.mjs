/** Two packs beside each other. */
import { BANKS } from './banks/index.mjs';
import { counted, el, fill, number } from './dom.mjs';
import { Engine } from './engine.mjs';
import { excuse } from './asset.mjs';
import { Rows } from './rows.mjs';

const ROW = 30;
const GROUPS = /** @type {const} */ ([['added', 'added'], ['removed', 'removed'], ['moved', 'moved'], ['changed', 'changed']]);

/** added, removed, moved (in its offset alone), or changed.  @param {string[]} what */
export const group = (what) => (['added', 'removed', 'moved'].includes(what[0]) && what.length === 1 ? what[0] : 'changed');

/**
 * @param {{address: string, old: any, now: any, files: [string, string], busy: (text: string, cancel: () => void) =>
 *   {progress: (done: number, of: number) => void, done: () => void}, signal: AbortSignal}} given `old` and `now` as an
 *   engine opens them
 */
export async function comparing({ address, old, now, files, busy, signal }) {
  const engines = [new Engine(address), new Engine(address)];
  const end = () => engines.forEach((engine) => engine.end());
  signal.addEventListener('abort', end);
  const work = busy('Comparing', end);
  try {
    const packs = await Promise.all([engines[0].ask('open', { pack: old }), engines[1].ask('open', { pack: now })]);
    const wrong = packs.findIndex((pack) => !pack.ok);
    if (wrong >= 0) throw new Error(`${files[wrong]} is not a valid pack: ${packs[wrong].fault.code}`);
    const rows = await engines[1].ask('difference', { old, now }, work.progress);
    return view(rows, engines, packs, files);
  } catch (error) {
    end();
    throw error;
  } finally {
    work.done();
  }
}

/** @param {any[]} rows @param {Engine[]} engines @param {any[]} packs @param {[string, string]} files */
function view(rows, engines, packs, files) {
  const counts = GROUPS.map(([name, word]) => [rows.filter(({ what }) => group(what) === name).length, word]);
  const detail = el('div', { class: 'asset' });
  const list = el('div', { class: 'table differences', role: 'listbox', tabindex: 0, 'aria-label': 'Differences' });
  let current = -1;
  const shown = new Rows({ scroller: list, height: ROW, role: 'presentation', draw: (k) => el('div',
    { role: 'option', id: `difference-${k}`, class: `difference ${group(rows[k].what)}`, 'aria-selected': k === current ? 'true' : 'false', 'data-k': k },
    el('span', { class: 'ids' }, String(rows[k].id)), el('span', { class: 'names' }, rows[k].name), el('span', { class: 'soft' }, rows[k].what.join(', '))) });

  /** @param {number} k */
  async function show(k) {
    current = k;
    const row = rows[k];
    shown.reveal(k);
    shown.render();
    list.setAttribute('aria-activedescendant', `difference-${k}`);
    const facts = (/** @type {any} */ pack, /** @type {number} */ n) => (n < 0 ? 'none'
      : `${pack.names[n]}, ${pack.banks[n]}, offset ${number(pack.offsets[n])}, ${counted(pack.sizes[n], 'byte')}`);
    const body = el('div');
    fill(detail, el('h3', {}, row.name), el('p', {}, el('b', {}, 'Old: '), facts(packs[0], row.old)), el('p', {}, el('b', {}, 'New: '), facts(packs[1], row.now)), body);
    const bank = row.now < 0 ? undefined : BANKS[packs[1].banks[row.now]];
    if (row.old < 0 || bank?.compare === undefined || packs[0].banks[row.old] !== packs[1].banks[row.now]) return;
    try {
      const [a, b] = await Promise.all([engines[0].ask('drawn', { k: row.old }), engines[1].ask('drawn', { k: row.now })]);
      if (current === k) fill(body, bank.compare(a.value, b.value));
    } catch (error) {
      fill(body, el('p', { class: 'excuse', role: 'alert' }, excuse(error)));
    }
  }
  list.addEventListener('click', (/** @type {any} */ event) => {
    const row = event.target.closest('[data-k]');
    if (row !== null) show(Number(row.dataset.k));
  });
  list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || rows.length === 0) return;
    event.preventDefault();
    show(Math.max(0, Math.min(rows.length - 1, to)));
  });
  const element = el('section', { class: 'comparison', 'aria-label': 'Comparison' },
    el('h2', {}, 'Comparison'), el('p', { class: 'soft' }, `Old: ${files[0]} · New: ${files[1]}`),
    el('p', { role: 'status' }, rows.length === 0 ? 'No asset differs.' : counts.map(([count, word]) => `${count} ${word}`).join(', ')),
    rows.length > 0 && el('div', { class: 'two' }, list, detail));
  requestAnimationFrame(() => {
    shown.setCount(rows.length);
    if (rows.length > 0) show(0);
  });
  return element;
}
