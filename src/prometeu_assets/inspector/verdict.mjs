/** What is said of a pack: the verdict, the first fault, and all of the packer's report. */
import { counted, el } from './dom.mjs';

/** Where a page of the specification is on the site that this page is part of; nothing anywhere else.
 * @param {any} reference @param {string} place such as `codes/reading.md#X` */
function link(reference, place) {
  const [file, anchor] = place.split('#');
  const text = place.replace('.md#', ' › ');
  if (reference.site === null) return el('code', {}, `spec/${place}`);
  return el('a', { href: `${reference.site}${file.replace(/\.md$/, '.html')}#${anchor}` }, text);
}

/** Text in which parts between backticks are code.  @param {string} text */
const marked = (text) => text.split('`').map((part, k) => (k % 2 === 1 ? el('code', {}, part) : part));

/** One finding.  @param {any} found a diagnostic of the report's schema, or a rejection of the reader
 * @param {any} reference @param {((found: any) => void) | null} light to its bytes, where those are here */
function finding(found, reference, light) {
  const code = reference.codes[found.code], rule = reference.rules[found.rule];
  const hints = found.hint !== undefined ? [found.hint] : (code?.fixes ?? []);
  const place = found.pointer !== undefined ? found.pointer || 'the whole header' : found.offset !== undefined ? `byte ${found.offset}` : null;
  const asset = found.asset && [found.asset.id === undefined ? '' : `#${found.asset.id}`, found.asset.name ?? ''].join(' ').trim();
  return el('li', { class: `finding ${found.severity ?? 'error'}` },
    el('p', { class: 'what' }, el('b', {}, found.code), ' ', ...marked(found.message)),
    (place !== null || found.file || asset) && el('p', {}, found.file ? el('span', { class: 'soft' }, found.file, ' ') : null,
      asset ? el('span', { class: 'soft' }, asset, ' ') : null,
      place !== null && (light === null ? el('span', { class: 'soft' }, place) : el('button', { type: 'button', class: 'place', onclick: () => light(found) }, place))),
    found.value !== undefined && el('p', {}, 'It has ', el('code', {}, found.value), ' there.'),
    code?.meaning ? el('p', {}, ...marked(code.meaning)) : null,
    ...hints.map((/** @type {string} */ hint) => el('p', { class: 'hint' }, el('b', {}, 'To fix: '), ...marked(hint))),
    rule ? el('p', { class: 'soft' }, 'Rule: ', ...marked(rule.text), ' ', link(reference, rule.place)) : null,
    rule && reference.site !== null ? el('p', { class: 'soft' }, 'Cases: ', link(reference, `reference/cases.md#${found.rule}`)) : null,
    code ? el('p', { class: 'soft' }, 'Code: ', ...marked(code.summary), ' ', link(reference, code.place)) : null);
}

const TITLES = { error: 'Not a valid pack', warning: 'Valid, with warnings' };

/**
 * @param {{fault: any, report: any, reference: any, light: ((found: any) => void) | null, kind?: string, title?: string}} given the reader's
 *   first fault or null; the packer's report or null
 */
export function verdict({ fault, report, reference, light, kind = 'pack', title }) {
  const isUnsupported = fault !== null && reference.rules[fault.rule]?.layer === 'unsupported';
  const isWrong = report === null ? fault !== null : !report.ok;
  const told = report?.diagnostics ?? [];
  const said = title ?? (isWrong ? TITLES.error.replace('pack', kind) : told.length > 0 ? TITLES.warning : `Valid ${kind}`);
  return el('section', { class: `verdict ${isWrong ? 'bad' : told.length > 0 ? 'warn' : 'good'}`, 'aria-label': title ?? `Verdict on the ${kind}` },
    el('h2', {}, said),
    report !== null && isUnsupported && report.ok
      ? el('p', {}, 'The packer accepts it. This page does not read this version: it shows what the header says.') : null,
    told.length > 0
      ? el('div', {}, el('p', { class: 'soft' }, `${counted(told.length, 'finding')}${report.truncated ? ', and more that it left out' : ''}`),
        el('ul', { class: 'findings' }, ...told.map((/** @type {any} */ one) => finding(one, reference, light))))
      : fault !== null && !(report?.ok)
        ? el('ul', { class: 'findings' }, finding(fault, reference, light)) : null);
}

/** Something that is wrong with what was given, in words.  @param {string} title @param {string} text @param {Element} [link] */
export const problem = (title, text, link) => el('section', { class: 'verdict bad', role: 'alert' },
  el('h2', {}, title), el('p', {}, ...marked(text), link && ' ', link));
