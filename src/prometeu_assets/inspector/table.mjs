/** The table of assets: sorted, searched, and walked by keyboard. */
import { counted, el, number } from './dom.mjs';
import { Rows } from './rows.mjs';

const ROW = 30;
const COLUMNS = /** @type {const} */ ([['ids', 'Id'], ['names', 'Name'], ['banks', 'Bank'], ['offsets', 'Offset'],
  ['sizes', 'Size'], ['decoded', 'Resident'], ['slots', 'Slot']]);

/** The numbers of the rows that hold `wanted` in name, bank or id, in the order of a column.
 * @param {any} pack in columns @param {string} wanted @param {string} column @param {boolean} down */
export function order(pack, wanted, column, down) {
  const text = wanted.trim().toLowerCase();
  const rows = [];
  for (let k = 0; k < pack.names.length; k++) {
    if (text === '' || pack.names[k].toLowerCase().includes(text) || String(pack.ids[k]) === text
      || pack.banks[k].toLowerCase() === text) rows.push(k);
  }
  const values = pack[column];
  // What is no number comes last, in either direction; equal values stay in the order of the table.
  const rank = (/** @type {any} */ value) => (value === undefined || Number.isNaN(value) ? 1 : 0);
  return rows.sort((a, b) => {
    const x = values[a], y = values[b];
    if (x === y || (rank(x) && rank(y))) return a - b;
    if (rank(x) || rank(y)) return rank(x) - rank(y);
    return (x < y) === down ? 1 : -1;
  });
}

/** @param {any} pack in columns, with `slots` @param {(k: number) => void} select @param {(bank: string) => string} classOf */
export function assetTable(pack, select, classOf) {
  let sorted = { column: 'ids', down: false };
  let rows = order(pack, '', 'ids', false);
  let current = -1;
  const told = el('p', { class: 'soft', role: 'status' });
  const search = el('input', { type: 'search', 'aria-label': 'Search assets by name, bank or id', placeholder: 'Search by name, bank or id', oninput: () => again() });
  const heads = COLUMNS.map(([column, title]) => el('div', { role: 'columnheader', class: column },
    el('button', { type: 'button', onclick: () => {
      sorted = { column, down: sorted.column === column && !sorted.down };
      again();
    } }, title)));
  const grid = el('div', { class: 'table', role: 'grid', tabindex: 0, 'aria-label': 'Assets', 'aria-colcount': COLUMNS.length },
    el('div', { role: 'row', class: 'head', 'aria-rowindex': 1 }, ...heads));
  const shown = (/** @type {string} */ column, /** @type {any} */ value) =>
    (typeof value === 'number' && column !== 'ids' ? (Number.isNaN(value) ? '?' : number(value)) : String(value ?? ''));

  const list = new Rows({ scroller: grid, height: ROW, top: ROW + 2, role: 'presentation', draw(index) {
    const k = rows[index];
    return el('div', { role: 'row', id: `asset-${k}`, 'aria-rowindex': index + 2, 'aria-selected': k === current ? 'true' : 'false',
      class: classOf(pack.banks[k]), 'data-k': k },
    ...COLUMNS.map(([column]) => el('div', { role: 'gridcell', class: column, title: column === 'names' ? pack.names[k] : null },
      shown(column, pack[column][k]))));
  } });

  function again() {
    rows = order(pack, search.value, sorted.column, sorted.down);
    heads.forEach((head, n) => head.setAttribute('aria-sort',
      COLUMNS[n][0] !== sorted.column ? 'none' : sorted.down ? 'descending' : 'ascending'));
    grid.setAttribute('aria-rowcount', String(rows.length + 1));
    told.textContent = search.value.trim() === '' ? counted(rows.length, 'asset') : `${number(rows.length)} of ${counted(pack.names.length, 'asset')}`;
    list.setCount(rows.length);
  }

  /** @param {number} k @param {boolean} [tell] */
  function choose(k, tell = true) {
    current = k;
    const index = rows.indexOf(k);
    if (index >= 0) list.reveal(index);
    list.render();
    if (index >= 0) grid.setAttribute('aria-activedescendant', `asset-${k}`);
    if (tell) select(k);
  }

  grid.addEventListener('click', (/** @type {any} */ event) => {
    const row = event.target.closest('[data-k]');
    if (row !== null) choose(Number(row.dataset.k));
  });
  grid.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.target !== grid) return;
    const at = rows.indexOf(current), page = list.room - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || rows.length === 0) return;
    event.preventDefault();
    choose(rows[Math.max(0, Math.min(rows.length - 1, to))]);
  });
  again();
  return { element: el('div', { class: 'assets' }, el('div', { class: 'tools' }, search, told), grid), choose };
}
