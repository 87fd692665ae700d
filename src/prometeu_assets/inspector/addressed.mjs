/** What the address of the site's page asks to open: files of the site, or a recipe of the conformance kit. */
import { el } from './dom.mjs';

/** Bytes of the largest input of the kit. */
const LARGEST = 2 ** 31;
/** Bytes from which on a piece is made of parts that are the same. */
const PART = 2 ** 20;

/** An address asks for what this page does not open. */
class Unopened extends Error {
  /** @param {string} message @param {Element} [link] */
  constructor(message, link) {
    super(message);
    this.link = link;
  }
}

/**
 * What `?pack=PATH`, `?cartridge=PATH&cartridge=PATH…` or `?name=NAME&recipe=HEX,HEXxTIMES…` names;
 * null for an address that names nothing. A path is below the site.
 * @param {string} search @param {URL} site
 * @returns {Promise<{pack?: Blob, name?: string, cartridge?: {[name: string]: Blob}, problem?: string, link?: Element} | null>}
 */
export async function addressed(search, site) {
  const query = new URLSearchParams(search);
  const pack = query.get('pack'), files = query.getAll('cartridge'), recipe = query.get('recipe');
  try {
    if (recipe !== null) return { pack: made(recipe), name: query.get('name') ?? 'recipe' };
    if (pack !== null) return { pack: await fetched(pack, site), name: lastName(pack) };
    if (files.length === 0) return null;
    /** @type {{[name: string]: Blob}} */
    const cartridge = {};
    for (const file of files) cartridge[lastName(file)] = await fetched(file, site);
    return { cartridge, pack: cartridge['assets.pa'], name: 'assets.pa' };
  } catch (/** @type {any} */ error) {
    if (!(error instanceof Unopened)) throw error;
    return { problem: error.message, link: error.link };
  }
}

const lastName = (/** @type {string} */ path) => path.slice(path.lastIndexOf('/') + 1);

/** A file of the site, and of nothing else.  @param {string} path @param {URL} site */
async function fetched(path, site) {
  const file = URL.canParse(path, site.href) ? new URL(path, site.href) : null;
  if (!file?.href.startsWith(site.href)) throw new Unopened('The address of this page names a file of another site.');
  const link = el('a', { href: file.href, download: lastName(path) }, path);
  if (file.protocol === 'file:') throw new Unopened('A page from a disk may not read other files. Drop this file here:', link);
  const answer = await fetch(file, { credentials: 'omit', redirect: 'error' }).catch(() => null);
  if (answer === null) throw new Unopened('The site does not answer. It was asked for:', link);
  if (!answer.ok) throw new Unopened('The site does not have this file:', link);
  return answer.blob();
}

/** The bytes of a recipe: pieces behind each other, each so many times.  @param {string} recipe */
function made(recipe) {
  const parts = [];
  let size = 0;
  for (const piece of recipe.split(',')) {
    const [, text, times] = /^((?:[0-9a-f]{2})+)(?:x(\d{1,10}))?$/.exec(piece) ?? [];
    if (text === undefined) throw new Unopened('The address of this page has a recipe that cannot be read.');
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    let left = Number(times ?? 1);
    size += bytes.length * left;
    if (size > LARGEST) throw new Unopened('The address of this page has a recipe for more than 2 GiB.');
    const often = Math.min(left, Math.ceil(PART / bytes.length)), many = new Uint8Array(bytes.length * often);
    for (let k = 0; k < often; k++) many.set(bytes, k * bytes.length);
    const part = new Blob([many]);
    for (; left > often; left -= often) parts.push(part);
    parts.push(part.slice(0, left * bytes.length));
  }
  return new Blob(parts);
}
