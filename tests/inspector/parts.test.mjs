/** The parts of the inspector that need no page; run by `node --test`. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { outline, peak, wav } from '../../src/prometeu_assets/inspector/banks/sounds.mjs';
import { chooser, differing, palettesOf, pixels, tileAt } from '../../src/prometeu_assets/inspector/banks/tiles.mjs';
import { group } from '../../src/prometeu_assets/inspector/comparing.mjs';
import { difference } from '../../src/prometeu_assets/inspector/difference.mjs';
import { number } from '../../src/prometeu_assets/inspector/dom.mjs';
import { partOf } from '../../src/prometeu_assets/inspector/explained.mjs';
import { recognize } from '../../src/prometeu_assets/inspector/given.mjs';
import { placed, shares, sliceAt } from '../../src/prometeu_assets/inspector/map.mjs';
import { banks } from '../../src/prometeu_assets/inspector/slots.mjs';
import { inPieces } from '../../src/prometeu_assets/inspector/source.mjs';
import { order } from '../../src/prometeu_assets/inspector/table.mjs';

for (const [text, expected] of [
  ['0*3 1 -*2', [0, 0, 0, 1, -1, -1]], ['63', [63]], [undefined, undefined], ['', undefined], ['0*', undefined], ['x', undefined], ['0  1', undefined],
]) {
  test(`palettes of tiles: ${text}`, () => assert.deepEqual(palettesOf(text) && [...palettesOf(text)], expected));
}

const SHEET = { tileSize: 2, width: 4, height: 2, authored: 2, indices: Uint8Array.from([0, 1, 1, 0, 0, 2, 2, 0]),
  palettes: Uint16Array.from({ length: 1024 }, (_, c) => (c === 1 ? 0xf800 : c === 2 ? 0x001f : c === 17 ? 0x07e0 : 0)) };

test('a sheet in its palettes', () => {
  assert.deepEqual([tileAt(SHEET, 1, 1), tileAt(SHEET, 2, 0)], [0, 1]);
  const one = [...pixels(SHEET, chooser(SHEET, '0'))];
  assert.deepEqual(one.slice(0, 12), [0, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255]);
  const each = [...pixels(SHEET, chooser(SHEET, 'matched', Int8Array.from([0, 1])))];
  assert.deepEqual(each.slice(4, 12), [255, 0, 0, 255, 0, 255, 0, 255]);
  assert.deepEqual(each.slice(20, 24), [0, 0, 255, 255]);
  assert.equal(chooser(SHEET, 'matched', Int8Array.from([-1]))(0), 0);
  const { count, picture } = differing(pixels(SHEET, () => 0), pixels(SHEET, () => 1));
  assert.equal(count, 4);
  assert.deepEqual([...picture.slice(4, 8)], [230, 0, 126, 255]);
});

test('the outline and the peak of a sound', () => {
  assert.deepEqual(outline(Int16Array.from([1, -5, 3, 2]), 2), [[-5, 1], [2, 3]]);
  assert.deepEqual(outline(Int16Array.from([7]), 9), [[7, 7]]);
  assert.equal(peak(Int16Array.from([1, -32768])), 32768);
});

test('a sound as a file', async () => {
  const data = new DataView(await wav({ rate: 8000, frames: Int16Array.from([1, -2]) }).arrayBuffer());
  assert.equal(data.byteLength, 48);
  assert.deepEqual([data.getUint32(24, true), data.getUint32(40, true), data.getInt16(44, true), data.getInt16(46, true)], [8000, 4, 1, -2]);
});

const TABLE = { ids: Float64Array.of(1, 2, 30, NaN), names: ['b', 'A/x', 'c', 'd'], banks: ['TILES', 'SOUNDS', 'TILES', ''],
  sizes: Float64Array.of(8, 4, 8, 1), offsets: Float64Array.of(0, 16, 32, NaN), decoded: Float64Array.of(8, 4, 8, NaN), slots: [undefined, 3, 1],
  preload: [{ asset_id: 2, slot: 3 }, { asset_id: 9, slot: 1 }], size: 200, payload: 64, headerSize: 20 };

for (const [wanted, column, down, expected] of [
  ['', 'ids', false, [0, 1, 2, 3]], ['', 'ids', true, [2, 1, 0, 3]], ['', 'names', false, [1, 0, 2, 3]], ['', 'sizes', false, [3, 1, 0, 2]],
  ['', 'slots', false, [2, 1, 0, 3]], ['', 'slots', true, [1, 2, 0, 3]], [' a/X ', 'ids', false, [1]], ['30', 'ids', false, [2]], ['tiles', 'ids', true, [2, 0]], ['nothing', 'ids', false, []],
]) {
  test(`the table: ${wanted} by ${column}${down ? ' down' : ''}`, () => assert.deepEqual(order(TABLE, wanted, column, down), expected));
}

test('what a bank has in its slots', () => {
  const found = banks(TABLE, ['TILES', 'SOUNDS']);
  assert.deepEqual([...found.keys()], ['TILES', 'SOUNDS', '']);
  assert.deepEqual([found.get('SOUNDS').resident, [...found.get('SOUNDS').slots]], [4, [[3, 1]]]);
  assert.equal(found.get('TILES').decoded, 16);
});

const FIELDS = [{ offset: 0, size: 4 }, { offset: 4, size: 28 }];
for (const [at, part, k, start, end] of [
  [0, 'prelude', 0, 0, 4], [31, 'prelude', 1, 4, 32], [32, 'header', -1, 32, 52], [51, 'header', -1, 32, 52], [52, 'padding', -1, 52, 64],
  [64, 'slice', 0, 64, 72], [72, 'padding', -1, 72, 80], [80, 'slice', 1, 80, 84], [96, 'slice', 2, 96, 104],
]) {
  test(`what the byte ${at} is`, () => {
    const pack = { ...TABLE, ok: true, offsets: TABLE.offsets.slice(0, 3), sizes: TABLE.sizes.slice(0, 3), size: 104 };
    assert.deepEqual(partOf({ ...pack, places: placed(pack) }, FIELDS, at), { part, k, start, end });
  });
}

const MIXED = { ok: false, headerSize: 20, payload: 64, size: 200, offsets: Float64Array.of(64, NaN, 0, -1, 16), sizes: Float64Array.of(500, 8, 8, 8, NaN) };
for (const [what, change, at, part, k, start, end] of [
  ['a slice that is listed later', {}, 64, 'slice', 2, 64, 72], ['between slices', {}, 100, 'unknown', -1, 72, 128],
  ['a slice that goes on beyond the file', {}, 199, 'slice', 0, 128, 628], ['before the payload', {}, 60, 'padding', -1, 52, 64],
  ['behind a prelude that is not one', { headerSize: 0, payload: 32, offsets: [], sizes: [] }, 40, 'unknown', -1, 32, 200],
  ['a field that is cut off', { size: 10 }, 9, 'prelude', 1, 4, 10],
]) {
  test(`what a byte of a pack that is refused is: ${what}`, () => {
    const pack = { ...MIXED, ...change };
    assert.deepEqual(partOf({ ...pack, places: placed(pack) }, FIELDS, at), { part, k, start, end });
  });
}

test('the map has the share of each bank', () => {
  assert.equal(sliceAt(Float64Array.of(0, 16), 15), 0);
  assert.equal(sliceAt(Float64Array.of(), 15), -1);
  const pack = { ids: [1, 2], offsets: [0, 16], sizes: [12, 16], banks: ['A', 'B'] };
  assert.deepEqual(shares(pack, 32, 2), [[['A', 0.75]], [['B', 1]]]);
});

test('numbers have narrow spaces', () => assert.equal([1, 1234, 1234567].map(number).join(), '1,1\u202f234,1\u202f234\u202f567'));

const given = (...paths) => paths.map((path) => ({ path, file: path }));
for (const [name, files, isFolder, expected] of [
  ['a pack', given('x.pa'), false, { pack: 'x.pa', name: 'x.pa', companion: undefined }],
  ['a pack of another name, and its companion', given('asset_table_metadata.json', 'x'), false, { pack: 'x', name: 'x', companion: 'asset_table_metadata.json' }],
  ['nothing', [], false, { problem: 'No file was given.' }],
  ['a build', given('assets.pa', 'asset_table_metadata.json'), true, { pack: 'assets.pa', name: 'assets.pa', companion: 'asset_table_metadata.json' }],
  ['a project', given('assets/index.json', 'program.pbx', 'build/assets.pa'), true, { pack: 'build/assets.pa', name: 'build/assets.pa', companion: undefined }],
  ['a cartridge', given('manifest.json', 'program.pbx', 'assets.pa'), true, { cartridge: { 'manifest.json': 'manifest.json', 'program.pbx': 'program.pbx', 'assets.pa': 'assets.pa' }, pack: 'assets.pa', name: 'assets.pa' }],
  ['a cartridge without a pack', given('manifest.json', 'program.pbx'), true, { cartridge: { 'manifest.json': 'manifest.json', 'program.pbx': 'program.pbx' }, pack: undefined, name: 'assets.pa' }],
]) {
  test(`what is given: ${name}`, () => assert.deepEqual(recognize(files, isFolder), expected));
}

test('a project without a build is told from another folder', () => {
  assert.match(recognize(given('assets/index.json'), true).problem, /no build yet/);
  assert.match(recognize(given('photo.png'), true).problem, /No assets.pa/);
});

const pack = (assets, preload = []) => ({ assets, result: { ok: true, preload }, slice: (k) => Uint8Array.of(assets[k].byte ?? 0) });
const entry = (asset_id, more = {}) => ({ asset_id, asset_name: `n${asset_id}`, size: 1, offset: 0, metadata: { a: 1, b: [2] }, ...more });

for (const [name, old, now, expected] of [
  ['nothing', [entry(1)], [entry(1, { metadata: { b: [2], a: 1 } })], []],
  ['added', [], [entry(1)], [['added'], 'added']],
  ['removed', [entry(1)], [], [['removed'], 'removed']],
  ['moved', [entry(1)], [entry(1, { offset: 16 })], [['moved'], 'moved']],
  ['renamed', [entry(1)], [entry(1, { asset_name: 'x' })], [['renamed'], 'changed']],
  ['payload', [entry(1)], [entry(1, { byte: 2, offset: 16 })], [['moved', 'payload'], 'changed']],
  ['metadata', [entry(1)], [entry(1, { metadata: { a: 1 } })], [['metadata'], 'changed']],
]) {
  test(`how packs differ: ${name}`, () => {
    const rows = difference(pack(old), pack(now), () => {});
    assert.deepEqual(rows.flatMap(({ what }) => [what, group(what)]), expected);
  });
}

test('a slot is a difference', () => {
  const [row] = difference(pack([entry(1)]), pack([entry(1)], [{ asset_id: 1, slot: 2 }]), () => {});
  assert.deepEqual(row, { id: 1, name: 'n1', what: ['preload'], old: 0, now: 0 });
});

test('what is read in pieces is what is there, and each piece is asked for once', () => {
  const size = 3_000_001, asked = [];
  const source = inPieces(size, (start, end) => (asked.push([start, end]), Uint8Array.from({ length: end - start }, (_, k) => (start + k) % 251)));
  for (const [offset, wanted] of [[0, 4], [4, 28], [262_140, 8], [262_200, 9], [2_999_999, 2], [1_000_000, 900_000], [1_500_000, 4], [0, 32], [5, 0]]) {
    const found = source.read(offset, wanted);
    assert.equal(found.length, wanted);
    assert.ok(found.every((byte, k) => byte === (offset + k) % 251), `${offset}`);
  }
  assert.deepEqual(asked, [[0, 262_144], [0, 262_148], [262_144, 524_288], [2_883_584, size], [786_432, 1_900_000]]);
});

test('pieces that were asked for last are kept, and no more than fit', () => {
  let asked = 0;
  const source = inPieces(2 ** 31, (start, end) => (asked++, new Uint8Array(end - start)));
  const some = 16 * 2 ** 20;
  for (const k of [0, 1, 2, 1, 2]) source.read(k * some, some);
  assert.equal(asked, 3);
  source.read(3 * some, some);
  source.read(3 * some, 1), source.read(1 * some, 1);
  assert.equal(asked, 4);
  source.read(0, 1);
  assert.equal(asked, 5);
});
