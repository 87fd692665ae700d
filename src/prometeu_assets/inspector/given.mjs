/** What a user gives: a pack, a cartridge, a folder of a project or its `build/`. */

const PACK = 'assets.pa', COMPANION = 'asset_table_metadata.json', MANIFEST = 'manifest.json', PROGRAM = 'program.pbx';
const NAMES = [PACK, COMPANION, MANIFEST, PROGRAM];

/** @typedef {{path: string, file: File}} Given  `path` below the folder that was given; the name of a file alone */

/**
 * What files are, by their names: nothing is read.
 * @param {Given[]} files @param {boolean} isFolder
 * @returns {{pack?: Blob, name?: string, companion?: Blob, cartridge?: {[name: string]: Blob}, problem?: string}}
 */
export function recognize(files, isFolder) {
  const at = (/** @type {string} */ path) => files.find((one) => one.path === path)?.file;
  if (!isFolder) {
    const pack = files.find((one) => one.path.endsWith('.pa')) ?? files.find((one) => one.path !== COMPANION);
    return pack === undefined ? { problem: 'No file was given.' } : { pack: pack.file, name: pack.path, companion: at(COMPANION) };
  }
  const isProject = files.some(({ path }) => path.startsWith('assets/'));
  if (!isProject && (at(MANIFEST) !== undefined || at(PROGRAM) !== undefined)) {
    const cartridge = Object.fromEntries([MANIFEST, PROGRAM, PACK].map((name) => [name, at(name)]).filter(([, file]) => file !== undefined));
    return { cartridge, pack: at(PACK), name: PACK };
  }
  for (const folder of ['', 'build/']) {
    const pack = at(folder + PACK);
    if (pack !== undefined) return { pack, name: folder + PACK, companion: at(folder + COMPANION) };
  }
  return { problem: isProject ? 'This project has no build yet. `prometeu-assets build` makes one.'
    : 'No assets.pa is in this folder. Give a pack, a cartridge, a project, or the build folder of a project.' };
}

/** Files of a dialog; a folder's have paths that begin with its name.  @param {FileList | File[]} list @returns {Given[]} */
export const ofDialog = (list) => Array.from(list, (file) =>
  ({ file, path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath.split('/').slice(1).join('/') }));

/** @typedef {{name: string, isFolder: boolean, file: () => Promise<File>, list: () => Promise<Item[]>}} Item in a folder */

/** What was dropped: files, or one folder with what is in it and in its `build/`.
 *
 * A folder is read by its handle where there is one: an entry gives no file to a page that is itself a file.
 * @param {DataTransfer} transfer @returns {Promise<{files: Given[], isFolder: boolean}>} */
export async function ofDrop(transfer) {
  const items = /** @type {any[]} */ (Array.from(transfer.items));
  const entries = items.map((item) => item.webkitGetAsEntry?.());
  const k = entries.findIndex((entry) => entry?.isDirectory);
  if (k < 0) return { files: ofDialog(transfer.files), isFolder: false };
  const handle = await items[k].getAsFileSystemHandle?.();
  return { files: await inside(handle ? ofHandle(handle) : ofEntry(entries[k]), ''), isFolder: true };
}

/** @param {any} handle @returns {Item} */
const ofHandle = (handle) => ({ name: handle.name, isFolder: handle.kind === 'directory', file: () => handle.getFile(), async list() {
  const found = [];
  for await (const one of handle.values()) found.push(ofHandle(one));
  return found;
} });

/** @param {any} entry @returns {Item} */
const ofEntry = (entry) => ({ name: entry.name, isFolder: entry.isDirectory, file: () => new Promise((resolve, reject) => entry.file(resolve, reject)), async list() {
  const reader = entry.createReader(), found = [];
  for (;;) {
    /** @type {any[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...some.map(ofEntry));
  }
} });

/** @param {Item} folder @param {string} prefix @returns {Promise<Given[]>} */
async function inside(folder, prefix) {
  const found = [];
  for (const item of await folder.list()) {
    if (!item.isFolder && NAMES.includes(item.name)) found.push({ path: prefix + item.name, file: await item.file() });
    else if (item.isFolder && prefix === '' && item.name === 'build') found.push(...await inside(item, 'build/'));
    else if (item.isFolder && prefix === '' && item.name === 'assets') found.push({ path: 'assets/', file: /** @type {any} */ (undefined) });
  }
  return found;
}
