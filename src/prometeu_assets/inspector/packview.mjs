/** All sections of one pack. */
import { assetTable } from './table.mjs';
import { assetView, excuse } from './asset.mjs';
import { explained, partOf } from './explained.mjs';
import { bytes, counted, el, fill, number } from './dom.mjs';
import { payloadMap, placed } from './map.mjs';
import { slotsView } from './slots.mjs';
import { verdict } from './verdict.mjs';

const PRELUDE = 32;
/** Bytes up to which the payload is checked, too, without being asked. */
const SMALL = 64 * 1024 * 1024;
const COLORS = 4;

/** The class of each bank's colour.  @param {any} pack @param {string[]} known */
export function colors(pack, known) {
  const names = [...new Set([...known, ...pack.banks])];
  return (/** @type {string} */ bank) => `bank${names.indexOf(bank) % COLORS}`;
}

/**
 * @param {{pack: any, engine: import('./engine.mjs').Engine, reference: any, report: any, companion: any, settings: any,
 *   strict: (() => Promise<any>)}} given `strict` judges the payload, too
 */
export function packView({ pack, engine, reference, report, companion, settings, strict }) {
  const slots = new Map(pack.preload.map((/** @type {any} */ { asset_id, slot }) => [asset_id, slot]));
  pack.places = placed(pack);
  pack.slots = Array.from(pack.ids, (id) => slots.get(id));
  const classOf = colors(pack, reference.banks);
  /** The bytes of a place of a fault: those that its pointer leads to, or the field that its byte is in.  @param {any} place */
  const spanOf = ({ pointer, offset }) => (pointer === undefined && offset < PRELUDE ? Promise.resolve(partOf(pack, reference.prelude, offset))
    : engine.ask('span', { pointer, offset }));
  const lightPlace = (/** @type {any} */ place) => spanOf(place).then((span) => span && described.light(span.start, span.end), () => {});
  const described = explained({ pack, engine, reference, select: choose, classOf });
  const asset = assetView({ pack, engine, companion, settings,
    lightEntry: (k) => lightPlace({ pointer: `/asset_table/${k}` }),
    lightSlice: (k) => described.light(pack.payload + pack.offsets[k], pack.payload + pack.offsets[k] + pack.sizes[k]) });
  const table = assetTable(pack, (k) => shown(k), classOf);
  const map = payloadMap(pack, choose, classOf);

  /** @param {number} k */
  function shown(k) {
    settings.asset = pack.names[k];
    map.show(k);
    asset.show(k);
  }

  /** @param {number} k */
  function choose(k) {
    table.choose(k);
  }

  const said = el('div', {}, verdict({ fault: pack.fault, report, reference, light: lightPlace }));
  const payload = el('p', { class: 'soft', role: 'status' });
  async function judge() {
    fill(payload, 'Checking the payload …');
    try {
      const fault = await strict();
      fill(payload, fault === null ? 'Its padding and palettes are as a packer writes them.' : 'Every reader accepts it, but it breaks a rule for packers:');
      if (fault !== null) said.append(verdict({ fault, report: null, reference, light: lightPlace, kind: 'output of a packer' }));
    } catch (/** @type {any} */ error) {
      fill(payload, error.name === 'Cancelled' ? 'The check of the payload was cancelled.' : excuse(error));
    }
  }
  if (pack.ok && (report === null || report.ok)) {
    if (pack.size <= SMALL) judge();
    else fill(payload, el('button', { type: 'button', onclick: judge }, 'Check the payload, too'));
  }

  const count = pack.ids.length;
  const stored = pack.sizes.reduce((/** @type {number} */ sum, /** @type {number} */ size) => sum + (size || 0), 0);
  const facts = [['File', bytes(pack.size)], ['Assets', number(count)], ['Header', bytes(pack.headerSize)], ['Slices', bytes(stored)],
    ['Preloaded', String(pack.preload.length)]];
  const wanted = pack.fault?.row ?? pack.names.indexOf(settings.asset);
  const element = el('div', {}, said, payload,
    el('dl', { class: 'facts' }, ...facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))),
    count > 0 && el('section', {}, el('h2', {}, 'Payload'), map.element,
      el('p', { class: 'soft' }, `${counted(count, 'slice')} to scale: a click shows the asset.`)),
    count > 0 && el('section', {}, el('h2', {}, 'Assets'), el('div', { class: 'two' }, table.element, asset.element)),
    count > 0 && el('section', {}, el('h2', {}, 'Banks and preload'), slotsView(pack, reference, choose, classOf)),
    pack.size > 0 && el('section', {}, el('h2', {}, 'Bytes'), described.element));
  const first = [...(report?.diagnostics ?? []), ...(pack.fault ? [pack.fault] : [])].find((found) => found.pointer !== undefined || found.offset !== undefined);
  if (first !== undefined && pack.size > 0) spanOf(first).then((span) => span && described.mark(span.start, span.end), () => {});
  if (count > 0) requestAnimationFrame(() => choose(Math.max(0, wanted)));
  return { element, leave: asset.leave };
}
