/** What a user gives: a pack, a cartridge, a folder of a project or its `build/`. */

const PACK = 'assets.pa', COMPANION = 'asset_table_metadata.json', MANIFEST = 'manifest.json', PROGRAM = 'program.pbx';

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

/** What was dropped: files, or one folder with what is in it and in its `build/`.
 * @param {DataTransfer} transfer @returns {Promise<{files: Given[], isFolder: boolean}>} */
export async function ofDrop(transfer) {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.()).filter((entry) => entry);
  const folder = entries.find((entry) => entry?.isDirectory);
  if (folder === undefined) return { files: ofDialog(transfer.files), isFolder: false };
  return { files: await inside(/** @type {any} */ (folder), ''), isFolder: true };
}

/** @param {any} folder @param {string} prefix @returns {Promise<Given[]>} */
async function inside(folder, prefix) {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    /** @type {any[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    for (const entry of some) {
      if (entry.isFile) found.push({ path: prefix + entry.name, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) });
      else if (prefix === '' && entry.name === 'build') found.push(...await inside(entry, 'build/'));
      else if (prefix === '' && entry.name === 'assets') found.push({ path: 'assets/', file: /** @type {any} */ (undefined) });
    }
  }
  return found;
}
