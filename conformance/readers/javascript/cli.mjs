#!/usr/bin/env node
/** The executable protocol of conformance/PROTOCOL.md, around reader.mjs. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError, cartridgeView, checkCanonicalJson, migrate, openCartridge, openPack, packView, rgb888, stringify } from './reader.mjs';

const OPTIONS = ['--kind', '--profile', '--document', '--asset-uuid'];
const USAGE = 'cli.mjs [--kind KIND] [--profile reader|writer] [--document asset|index] [--asset-uuid UUID] FILE…';
const [ACCEPTED, REJECTED, WRONG_CALL, NO_VERDICT] = [0, 1, 2, 3];

/** Ends the process once its output is written.  @param {number} status @param {string} why */
function stop(status, why) {
  process.stderr.write(`${why}\n`);
  process.exitCode = status;
}

/** One open handle gives a file's size and bytes (reader.md#verdicts); all are closed at the end.  @template T
 * @param {(open: Open) => T} use @returns {T}
 * @typedef {(path: string) => import('./reader.mjs').Source} Open */
function withFiles(use) {
  /** @type {number[]} */
  const handles = [];
  try {
    return use((path) => {
      const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // to open a pipe must not wait
      handles.push(handle);
      const stat = fstatSync(handle);
      if (!stat.isFile()) throw new Error(`${path}: not a regular file`);
      return {
        size: stat.size,
        read(offset, size) {
          const bytes = new Uint8Array(size);
          let got = 0;
          for (let last = -1; got < size && last !== 0; got += last) last = readSync(handle, bytes, got, size - got, offset + got);
          return bytes.subarray(0, got);
        },
      };
    });
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}

/** What a cartridge's directory has under exactly these names, opened when it is asked for: what is no regular
 * file, or is a symbolic link, is missing (cartridge.md#files).  @param {string} path @param {Open} open */
function filesOf(path, open) {
  const regular = new Set(readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name));
  const file = (/** @type {string} */ name) => (regular.has(name) ? open(join(path, name)) : undefined);
  return {
    get 'manifest.json'() { return file('manifest.json'); },
    get 'program.pbx'() { return file('program.pbx'); },
    get 'assets.pa'() { return file('assets.pa'); },
  };
}

/** @param {import('./reader.mjs').Source} source */
function whole({ size, read }) {
  const bytes = read(0, size);
  if (bytes.length !== size) throw new Error('the file shrank while it was read');
  return bytes;
}

/** @param {Uint8Array} bytes */
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Numbers as `size` bytes each, low byte first.  @param {ArrayLike<number>} numbers @param {number} size */
function little(numbers, size) {
  const bytes = new Uint8Array(numbers.length * size);
  for (let k = 0; k < numbers.length; k++) for (let b = 0; b < size; b++) bytes[k * size + b] = numbers[k] >> (8 * b);
  return bytes;
}

/** The pixels of a sheet, tile after tile (banks.md#tiles).  @param {import('./reader.mjs').Sheet} sheet */
function tilesOf({ indices, width, height, tileSize }) {
  const tiles = new Uint8Array(indices.length);
  let at = 0;
  for (let top = 0; top < height; top += tileSize) {
    for (let left = 0; left < width; left += tileSize) {
      for (let y = top; y < top + tileSize; y++, at += tileSize) tiles.set(indices.subarray(y * width + left, y * width + left + tileSize), at);
    }
  }
  return tiles;
}

/** What is in each bank (PROTOCOL.md#decode). */
const BANKS = {
  TILES(pack, entry) {
    const sheet = pack.decodeTiles(entry);
    return {
      tile_size: sheet.tileSize, tile_count: sheet.indices.length / sheet.tileSize ** 2,
      pixels_sha256: digest(sheet.indices), tiles_sha256: digest(tilesOf(sheet)),
      palettes_sha256: digest(little(sheet.palettes, 2)),
      colours_sha256: digest(Uint8Array.from([...sheet.palettes].flatMap(rgb888))),
    };
  },
  SOUNDS(pack, entry) {
    const samples = pack.decodeSounds(entry).map(({ frames }) => ({ frame_count: frames.length, sha256: digest(little(frames, 4)) }));
    return { sample_rate: entry.metadata.sample_rate, samples };
  },
};

/** For each kind what judges a path: a rejection, or `ok` and perhaps a view. */
const KINDS = {
  read(path, open, { profile }) {
    const pack = openPack(open(path), { profile });
    return pack.ok ? { ok: true, view: packView(pack) } : pack;
  },
  'canonical-json': (path, open) => ({ ...checkCanonicalJson(whole(open(path))), view: undefined }),
  cartridge(path, open) {
    const cartridge = openCartridge(filesOf(path, open));
    return cartridge.ok ? { ok: true, view: cartridgeView(cartridge) } : cartridge;
  },
  decode(path, open) {
    const pack = openPack(open(path));
    if (!pack.ok) return pack;
    const assets = pack.assets.map((entry) => ({ asset_id: entry.asset_id, bank_type: entry.bank_type, ...BANKS[entry.bank_type](pack, entry) }));
    return { ok: true, view: { assets } };
  },
  migrate(path, open, { document, 'asset-uuid': assetUuid }) {
    const result = migrate(whole(open(path)), { document, assetUuid });
    return result.ok ? { ok: true, view: result.document } : result;
  },
};

/** Why it judges nothing goes to standard output, and nothing else does.  @param {string} what */
function unsupported(what) {
  process.stdout.write(`${what} is not supported\n`);
  process.exitCode = NO_VERDICT;
}

/** Options with their values first, each at most once, then the files; nothing for a wrong call.
 * @param {string[]} given */
function parse(given) {
  /** @type {Record<string, string>} */
  const options = {};
  let at = 0;
  for (; given[at]?.startsWith('-'); at += 2) {
    const name = given[at].slice(2);
    if (!OPTIONS.includes(given[at]) || Object.hasOwn(options, name) || at + 1 === given.length) return undefined;
    options[name] = given[at + 1];
  }
  const files = given.slice(at);
  if (files.length === 0 || files.some((file) => file.startsWith('-'))) return undefined;
  const { kind = 'read', profile = 'reader', document, 'asset-uuid': assetUuid } = options;
  if (kind === 'migrate' && (document === undefined || (document === 'asset' && assetUuid === undefined))) return undefined;
  return { kind, profile, document, 'asset-uuid': assetUuid, files };
}

function main() {
  const options = parse(process.argv.slice(2));
  if (options === undefined) return stop(WRONG_CALL, USAGE);
  const { kind, profile, document, files } = options;
  if (!Object.hasOwn(KINDS, kind)) return unsupported(`kind ${kind}`);
  if (kind === 'read' && !['reader', 'writer'].includes(profile)) return unsupported(`profile ${profile}`);
  if (kind === 'migrate' && !['asset', 'index'].includes(document)) return unsupported(`document ${document}`);
  process.exitCode = ACCEPTED;
  for (const path of files) {
    let result;
    try {
      result = withFiles((open) => KINDS[kind](path, open, options));
    } catch (/** @type {any} */ error) {
      return stop(error instanceof ArgumentError ? WRONG_CALL : NO_VERDICT, String(error.message));
    }
    const { ok, code, rule, message, file, offset, pointer, view } = result;
    if (ok) {
      process.stdout.write(`{"verdict": "accept"${view === undefined ? '' : `, "view": ${stringify(view)}`}}\n`);
    } else {
      process.stdout.write(`${JSON.stringify({ verdict: 'reject', code })}\n`);
      process.stderr.write(`${file === undefined ? path : join(path, file)}: ${rule} at ${pointer ?? `byte ${offset}`}: ${message}\n`);
      process.exitCode = REJECTED;
    }
  }
}

main();
