/** Tests of the reader on packs and cartridges built here by hand; the conformance kit has many more.  Run with `node --test`. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ArgumentError, CARTRIDGE_RULES, RULES, cartridgeView, checkCanonicalJson, crc32, firstNonUtf8, migrate, openCartridge, openPack, packView,
  rgb888, stringify } from './reader.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const utf8 = (text) => new TextEncoder().encode(text);
const up16 = (n) => Math.ceil(n / 16) * 16;

/** Canonical JSON; names of these tests are ASCII. */
const canonical = (v) => Array.isArray(v) ? `[${v.map(canonical)}]`
  : v !== null && typeof v === 'object' ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`)}}`
    : JSON.stringify(v);

/** A pack's bytes: header text or bytes, payload, and fields of the prelude to get wrong. */
function pack(header, payload = [], { version = 1, length, offset, flags = 0, reserved = 0, checksum, padding = 0 } = {}) {
  const json = typeof header === 'string' ? utf8(header) : header;
  const start = up16(32 + json.length);
  const bytes = new Uint8Array(start + payload.length).fill(padding, 32 + json.length, start);
  const view = new DataView(bytes.buffer);
  bytes.set(utf8('ASPA'));
  [version, length ?? json.length, offset ?? start, flags].forEach((n, k) => view.setUint32(4 + 4 * k, n, true));
  bytes[27] = reserved;
  view.setUint32(28, checksum ?? crc32(json), true);
  bytes.set(json, 32);
  bytes.set(payload, start);
  return bytes;
}

const sound = (over) => ({ asset_id: 1, asset_name: 'beep', bank_type: 'SOUNDS', codec: 'NONE', decoded_size: 10,
  metadata: { channels: 1, sample_rate: 8000, samples: { 0: { length: 4, offset: 0 }, 1: { length: 6, offset: 4 } } },
  offset: 0, size: 10, ...over });
const tick = (over) => ({ asset_id: 3, asset_name: 'tick', bank_type: 'SOUNDS', codec: 'NONE', decoded_size: 2,
  metadata: { channels: 1, sample_rate: 16000, samples: { 0: { length: 2, offset: 0 } } }, offset: 16, size: 2, ...over });
const tiles = (over) => ({ asset_id: 7, asset_name: 'tiles/hero', bank_type: 'TILES', codec: 'NONE', decoded_size: 67584,
  metadata: { height: 256, palette_authored: 2, palette_count: 64, tile_size: 16, width: 256, x_author: 'Ana' },
  offset: 0, size: 34816, ...over });
const PAYLOAD = [0xe8, 3, 0x18, 0xfc, 0, 0, 0xff, 0x7f, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xfe, 0xff]; // container#worked-pack
const SHEET = new Uint8Array(34816);
SHEET.set([0x4f, 0xa1]);
SHEET.set([0, 0, 0x08, 0xfc], 32768);
const header = (asset_table, preload = []) => canonical({ asset_table, preload });
const WORKED = header([sound(), tick()], [{ asset_id: 1, slot: 0 }]);
const worked = (first, second, preload = [{ asset_id: 1, slot: 0 }], payload = PAYLOAD) =>
  pack(header([sound(first), tick(second)], preload), payload);
const sheet = (over, content = SHEET) => pack(header([tiles(over)]), content);
const text = (json) => pack(json);

/** For every rule one pack that breaks it and no rule before it. */
const BROKEN = {
  'prelude-truncated-magic': utf8('ASP'),
  'prelude-legacy': utf8('PPA1'),
  'prelude-magic': utf8('version https://git-lfs.github.com/spec/v1'),
  'prelude-truncated-version': utf8('ASPA\x01'),
  'prelude-version': pack(WORKED, PAYLOAD, { version: 2 }).subarray(0, 8),
  'prelude-truncated': pack(WORKED).subarray(0, 31),
  'prelude-header-len': pack(WORKED, PAYLOAD, { length: 16777217, offset: 0, flags: 1 }),
  'prelude-payload-offset': pack(WORKED, PAYLOAD, { offset: 528, flags: 1 }),
  'prelude-flags': pack(WORKED, PAYLOAD, { flags: 0x80000000, reserved: 1 }),
  'prelude-reserved': pack(WORKED, [], { reserved: 1, checksum: 0 }),
  'file-size': { size: 2 ** 31, read: (at, size) => pack(WORKED).slice(at, at + size) },
  'header-truncated': pack(WORKED, [], { checksum: 0 }).subarray(0, 511),
  'header-checksum': pack(WORKED, PAYLOAD, { checksum: 0, padding: 1 }),
  'header-padding': pack('\xff', [], { padding: 1 }),
  'header-utf8': pack(new Uint8Array([0x5b, 0x31, 0x2e, 0xed, 0xa0, 0x80])),
  'header-json': text('[1 [1.5'),
  'header-nesting': text('['.repeat(17)),
  'header-number': text('{"a":1.5,}'),
  'header-canonical': text('{"preload":[],"asset_table":[]}'),
  'header-schema': worked({ codec: 'RAW' }, {}),
  'metadata-size': worked({ metadata: { x_: 'x'.repeat(65536) } }, {}),
  'table-order': worked({ asset_id: 3, offset: 0, decoded_size: 1 }, { offset: 0 }),
  'table-offset': worked({}, { offset: 32, size: 9 }),
  'table-bounds': worked({}, { asset_name: 'beep', size: 3 }),
  'table-name': worked({}, { asset_name: 'beep' }, [], [...PAYLOAD, 0]),
  'table-trailing': worked({ decoded_size: 1 }, {}, [], [...PAYLOAD, 0]),
  'bank-metadata': worked({ metadata: { ...sound().metadata, colour: 1 }, decoded_size: 1 }, {}),
  'bank-samples': worked({ metadata: { ...sound().metadata, samples: { '01': { length: 10, offset: 0 } } }, decoded_size: 1 }, {}),
  'bank-size': worked({ decoded_size: 4 }, { metadata: {} }),
  'bank-range': worked({ metadata: { ...sound().metadata, samples: { 0: { length: 8, offset: 0 } } } }, {}),
  'preload-order': worked({}, {}, [{ asset_id: 3, slot: 0 }, { asset_id: 2, slot: 0 }]),
  'preload-unknown': worked({}, {}, [{ asset_id: 1, slot: 0 }, { asset_id: 2, slot: 0 }]),
  'preload-slot': worked({}, {}, [{ asset_id: 1, slot: 0 }, { asset_id: 3, slot: 0 }]),
  'payload-padding': worked({}, {}, [], PAYLOAD.with?.(15, 1) ?? PAYLOAD.map((b, k) => (k === 15 ? 1 : b))),
  'payload-palette': sheet({}, SHEET.map((b, k) => (k === 32768 + 64 ? 1 : b))),
};

for (const [rule, [code]] of Object.entries(RULES)) {
  test(`broken: ${rule}`, () => {
    const result = openPack(BROKEN[rule], { profile: 'writer' });
    assert.deepEqual([result.ok, result.rule, result.code], [false, rule, code]);
    assert.equal(openPack(BROKEN[rule]).ok, rule.startsWith('payload-') , 'profile reader never looks into the payload');
  });
}

test('the rules are those of the specification, in their order', { skip: !existsSync(here('../../../spec/contract/1/rules.md')) }, () => {
  const rows = readFileSync(here('../../../spec/contract/1/rules.md'), 'utf8').matchAll(/^\| \d \w+ \| \[`([a-z0-9-]+)`\].*?`([A-Z0-9_]+)`(?:\]\([^)]*\))? \| (?:reader|writer)/gm);
  assert.deepEqual([...rows].map(([, rule, code]) => [rule, code]), Object.entries({ ...RULES, ...CARTRIDGE_RULES }).map(([rule, [code]]) => [rule, code]));
});

test('the worked pack', () => {
  assert.equal(crc32(utf8('123456789')), 0xcbf43926);
  const bytes = pack(WORKED, PAYLOAD, { checksum: 0x5f362973 }); // as printed in container#worked-pack
  assert.equal(bytes.length, 530);
  const opened = openPack(bytes.buffer, { profile: 'writer' });
  assert.ok(opened.ok);
  assert.deepEqual(opened.prelude, { schema_version: 1, header_len: 471, payload_offset: 512, header_checksum: 0x5f362973 });
  assert.deepEqual(opened.decodeSounds(opened.assets[0]).map(({ rate, frames }) => [rate, ...frames]),
    [[8000, 1000, -1000], [8000, 0, 32767, -32768]]);
  assert.deepEqual(opened.slice(opened.assets[1]), new Uint8Array([0xfe, 0xff]));
  assert.throws(() => opened.decodeTiles(opened.assets[0]), TypeError);
  const view = packView(opened);
  assert.deepEqual(view.preload, [{ asset_id: 1, slot: 0, bank_type: 'SOUNDS' }]);
  assert.equal(view.assets[1].crc32, crc32([0xfe, 0xff]).toString(16).padStart(8, '0'));
});

test('a sheet decodes', () => {
  const opened = openPack(sheet({}), { profile: 'writer' });
  assert.ok(opened.ok);
  const decoded = opened.decodeTiles(opened.assets[0]);
  assert.deepEqual([...decoded.indices.subarray(0, 5)], [4, 15, 10, 1, 0]);
  assert.deepEqual([decoded.indices.length, decoded.palettes.length, decoded.palettes[1]], [65536, 1024, 0xfc08]);
  assert.deepEqual([decoded.tileSize, decoded.authored, rgb888(0xfc08)], [16, 2, [255, 130, 66]]);
});

test('an empty pack, and eleven samples in numeric order', () => {
  assert.ok(openPack(text('{"asset_table":[],"preload":[]}'), { profile: 'writer' }).ok);
  const samples = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, { length: 2, offset: 2 * n }]));
  assert.ok(openPack(pack(header([sound({ size: 22, decoded_size: 22, metadata: { ...sound().metadata, samples } })]), new Uint8Array(22))).ok);
});

test('profile reader reads prelude, header and padding only', () => {
  const bytes = worked({}, {});
  let furthest = 0;
  const read = (at, size) => (furthest = Math.max(furthest, at + size), bytes.subarray(at, at + size));
  assert.ok(openPack({ size: bytes.length, read }).ok);
  assert.equal(furthest, 512);
  assert.throws(() => openPack({ size: bytes.length + 99, read }).slice({ offset: 0, size: 99 }));
  assert.throws(() => openPack({ size: 600, read: () => new Uint8Array(3) }), /gave 3/); // no verdict
  assert.throws(() => openPack(bytes, { profile: 'runtime' }), TypeError);
});

test('header#first-violation', () => {
  const table = [
    ['', 0, 'JSON'], ['01', 1, 'JSON'], ['-x', 1, 'JSON'], ['-', 1, 'JSON'], ['-0', 1, 'NUMBER'], ['-01', 1, 'NUMBER'],
    ['1.', 1, 'NUMBER'], ['1e', 1, 'NUMBER'], ['1E5', 1, 'NUMBER'], ['9007199254740992', 15, 'NUMBER'],
    ['90071992547409910', 16, 'NUMBER'], ['-9007199254740993', 16, 'NUMBER'], ['90071992547409910x', 16, 'NUMBER'],
    ['[1 [', 3, 'JSON'], ['['.repeat(17), 16, 'NESTING'], ['{"a":1.5,}', 6, 'NUMBER'], ['{"a":"\\ud800","b":1.5}', 12, 'JSON'],
    ['\ufeff1', 0, 'JSON'], ['"\\ud800\\u0041"', 9, 'JSON'], ['"\\ud800\\ud800"', 10, 'JSON'], ['"\\udc00"', 4, 'JSON'],
    ['"\\u12g4"', 5, 'JSON'], ['"\\x"', 2, 'JSON'], ['"\t"', 1, 'JSON'], ['"', 1, 'JSON'], ['"\\', 2, 'JSON'], ['nul', 3, 'JSON'],
    ['trux', 3, 'JSON'], ['1 1', 2, 'JSON'], ['[1,]', 3, 'JSON'], ['{,', 1, 'JSON'], ['{"a" 1}', 5, 'JSON'], ['{"a":1]', 6, 'JSON'],
    ['[}', 1, 'JSON'], ['{1:1}', 1, 'JSON'], ['1\0', 1, 'JSON'],
    [' 1', 0, 'CANONICAL'], ['1\n', 1, 'CANONICAL'], ['{"b":1,"a":1}', 7, 'CANONICAL'], ['{"a":1,"a":1}', 7, 'CANONICAL'],
    ['{"\\u0061":1}', 2, 'CANONICAL'], ['{"a\\n":1}', 3, 'CANONICAL'], ['"\\/"', 1, 'CANONICAL'], ['"\\u0000"', 1, 'CANONICAL'],
    ['"\\u001F"', 1, 'CANONICAL'], ['"\\u000a"', 1, 'CANONICAL'], ['"\\u007f"', 1, 'CANONICAL'], ['"\\ud83d\\ude00"', 1, 'CANONICAL'],
    ['{"\u{1f600}":1,"\uffee":1}', 10, 'CANONICAL'], // names sorted as UTF-16
  ];
  for (const [json, offset, code] of table) {
    const result = checkCanonicalJson(utf8(json));
    assert.deepEqual([result.ok, result.offset, result.code], [false, offset, `HEADER_${code}`], JSON.stringify(json));
  }
  for (const json of ['0', '-1', '9007199254740991', '-9007199254740991', '['.repeat(16) + ']'.repeat(16), '"\x7f/é\ufeff"',
    '"\\b\\t\\n\\f\\r\\u000b\\u001f\\"\\\\"', '{"":1,"__proto__":{"__proto__":null},"\uffee":1,"\u{1f600}":1}', '[true,false,null]']) {
    const result = checkCanonicalJson(utf8(json));
    assert.ok(result.ok, json);
    assert.equal(stringify(result.value), json);
  }
});

test('header#header-utf8, against the decoder of the platform', () => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const edges = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff];
  for (const a of edges) for (const b of edges) for (const c of [0x41, 0x80, 0xbf, 0xc2]) for (const d of [0x41, 0x80]) {
    const bytes = new Uint8Array([a, b, c, d]);
    for (let size = 1; size <= 4; size++) {
      let valid = true;
      try { strict.decode(bytes.subarray(0, size)); } catch { valid = false; }
      assert.equal(firstNonUtf8(bytes.subarray(0, size)) < 0, valid, String(bytes));
    }
  }
});

test('crc32 of any length, in pieces', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, k) => k * 37);
  const slow = (b) => ~b.reduce((crc, byte) => { crc ^= byte; for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1; return crc; }, -1) >>> 0;
  for (let size = 0; size <= 100; size++) {
    assert.equal(crc32(bytes.subarray(0, size)), slow(bytes.subarray(0, size)));
    assert.equal(crc32(bytes.subarray(size), crc32(bytes.subarray(0, size))), slow(bytes));
  }
});

test('schema and banks, edge by edge', () => {
  const names = { 'a': 1, 'a..b': 1, 'a/...': 1, 'a/.b': 1, '_': 1, 'a/-': 1, ['a'.repeat(255)]: 1,
    '': 0, '/a': 0, 'a/': 0, 'a//b': 0, '.a': 0, 'a/..': 0, 'a/./b': 0, '-a': 0, 'é': 0, 'a\n': 0, ['a'.repeat(256)]: 0 };
  for (const [asset_name, valid] of Object.entries(names)) assert.equal(openPack(worked({ asset_name }, {})).ok, !!valid, asset_name);
  const code = (metadata) => openPack(worked({ metadata: { ...sound().metadata, ...metadata } }, {})).code;
  assert.equal(code({ x_: { a: [null, true, -1, { b: '\u00e9' }] } }), undefined);
  for (const bad of [{ _a: 1 }, { 'x_é': 1 }, { ['x_' + 'a'.repeat(63)]: 1 }, { x_: [{ '': 1 }] }, { x_: { a: { __proto__x: 1 } } }]) assert.equal(code(bad), 'HEADER_SCHEMA');
  for (const bad of [{ X_a: 1 }, { channels: true }, { channels: 2 }, { sample_rate: 7999 }, { samples: [] }, { samples: {} },
    { samples: { 0: { length: 10, offset: 0, x_: 1 } } }, { samples: { 0: { length: 0, offset: 0 } } }, { samples: { 0: { length: 9, offset: 0 } } },
    { samples: { 0: 10 } }, { samples: { 1: { length: 10, offset: 0 } } }, { samples: { x_: { length: 10, offset: 0 } } }]) assert.equal(code(bad), 'BANK_METADATA');
  for (const bad of ['null', '[]', '{"asset_table":[]}', '{"asset_table":{},"preload":[]}', '{"asset_table":[1],"preload":[]}',
    '{"asset_table":[],"preload":[{"asset_id":1,"slot":16}]}', '{"asset_table":[],"extra":1,"preload":[]}']) {
    assert.equal(openPack(text(bad)).code, 'HEADER_SCHEMA', bad);
  }
  const fitting = (n) => openPack(worked({ metadata: { ...sound().metadata, x_: 'x'.repeat(n) } }, {})).rule;
  const rest = 65536 - canonical({ ...sound().metadata, x_: '' }).length;
  assert.deepEqual([fitting(rest), fitting(rest + 1)], [undefined, 'metadata-size']);
});

test('migration', () => {
  const run = (json, document = 'asset') => {
    const result = migrate(typeof json === 'string' ? utf8(json) : json, { document, assetUuid: 'U' });
    return result.ok ? stringify(result.document) : result.code.slice(9);
  };
  for (const [json, said] of [
    [new Uint8Array([0x22, 0xff]), 'UTF8'], ['\ufeff{}', 'JSON'], ['{"a":"\\udc00"}', 'JSON'], ['', 'JSON'], ['['.repeat(17), 'NESTING'],
    ['{"a":1,"a":1', 'JSON'], ['{"a":1,"\\u0061":1}', 'REPEATED'], ['[{"a":1,"a":1}]', 'REPEATED'], ['[]', 'KIND'], ['1.0', 'KIND'], ['null', 'KIND'],
    ['{"next_asset_id":1,"assets":[]}', 'KIND'], ['{"app_id":1,"program":1,"schema_version":null}', 'KIND'],
    ['{"next_asset_id":1,"schema_version":3,"assets":[]}', 'KIND'], ['{"next_asset_id":1,"assets":[],"inputs":1,"output":1}', 'VERSION'],
    ['{"next_asset_id":1,"inputs":1}', 'VERSION'], ['{"a":1e400}', 'NUMBER'], ['{"a":-1e309,"a":1}', 'REPEATED'], ['{"a":1e309', 'JSON'],
    [`{"schema_version":2,"a":${'9'.repeat(308)}}`, `{"schema_version":2,"a":${'9'.repeat(308)}}`], [`{"a":${'9'.repeat(309)}}`, 'NUMBER'],
    ['{"inputs":1,"output":1}', 'VERSION'],
    ['{"schema_version":2.0}', 'VERSION'], ['{"schema_version":"1"}', 'VERSION'], ['{"schema_version":true}', 'VERSION'], ['{"schema_version":1e0}', 'VERSION'],
    ['{"schema_version":2,"build":{"__proto__":{"a":[1.0,1.5,-0,1e5,12345678901234567890,1]}}}', '{"schema_version":2,"build":{"__proto__":{"a":[1.0,1.5,-0,1e5,12345678901234567890,1]}}}'],
    ['{"schema_version":1,"type":"image_bank","output":{"codec":"RAW"}}', '{"schema_version":2,"type":"tile_bank","output":{"codec":"NONE"},"asset_uuid":"U"}'],
  ]) assert.equal(run(json), said, String(json));
  assert.equal(run('{"inputs":1,"output":1}', 'index'), 'KIND');
  assert.throws(() => migrate(utf8('{"schema_version":1}'), { document: 'asset' }), ArgumentError);
  assert.equal(run('{"schema_version":1,"assets":[{"asset_id":1}]}', 'index'), '{"schema_version":2,"assets":[{"asset_id":1,"included_in_build":true}]}');
});

const MANIFEST = { magic: 'PMTU', cartridge_version: 1, app_id: 1001, title: 'Lantern Cave', app_version: '1.2.0', app_mode: 'Game', capabilities: ['asset', 'gfx'] };
const manifest = (over) => JSON.stringify({ ...MANIFEST, ...over });
/** The files of a cartridge: its manifest as text, bytes or what it changes, and others to put in or, with undefined, take out. */
const files = (given = {}, others) => ({
  'manifest.json': typeof given === 'string' ? utf8(given) : given instanceof Uint8Array ? given : utf8(manifest(given)),
  'program.pbx': utf8('P'), 'assets.pa': worked({}, {}), ...others,
});
const without = (member) => manifest({ [member]: undefined });
const token = (member, text) => manifest({ [member]: '$' }).replace('"$"', text);
const NOTHING = { 'program.pbx': undefined, 'assets.pa': undefined };

/** For every rule one cartridge that breaks it, no rule before it, and some behind it. */
const BROKEN_CARTRIDGES = {
  'manifest-missing': files({}, { 'manifest.json': undefined, ...NOTHING }),
  'manifest-size': files({}, { 'manifest.json': { size: 1048577, read: () => assert.fail('it is not read') }, ...NOTHING }),
  'manifest-utf8': files(new Uint8Array([0x7b, 0xff]), NOTHING),
  'manifest-json': files('\ufeff[', NOTHING),
  'manifest-nesting': files('['.repeat(17), NOTHING),
  'manifest-repeated': files('{"magic":"PMTU","\\u006dagic":0}', NOTHING),
  'manifest-magic': files('{"cartridge_version":2}', NOTHING),
  'manifest-version': files('{"magic":"PMTU","cartridge_version":1.0}', NOTHING),
  'manifest-schema': files({ title: '', capabilities: ['GFX'] }, NOTHING),
  'manifest-title': files({ title: 'a\u0085', capabilities: ['GFX'] }, NOTHING),
  'capability-unknown': files({ capabilities: ['gfx', 'Audio', 'gfx'] }, NOTHING),
  'capability-repeated': files({ capabilities: ['audio', 'gfx', 'audio', 'x'] }, NOTHING),
  'capability-order': files({ capabilities: ['gfx', 'audio', 'gfx'] }, NOTHING),
  'program-missing': files({}, NOTHING),
  'pack-missing': files({}, { 'assets.pa': undefined }),
};

for (const [rule, [code]] of Object.entries(CARTRIDGE_RULES)) {
  test(`broken cartridge: ${rule}`, () => {
    const result = openCartridge(BROKEN_CARTRIDGES[rule]);
    assert.deepEqual([result.ok, result.rule, result.code], [false, rule, code]);
    assert.equal(result.file, { program: 'program.pbx', pack: 'assets.pa' }[rule.split('-')[0]] ?? 'manifest.json');
  });
}

test('the rules of a cartridge are those of its page, in their order', { skip: !existsSync(here('../../../spec/contract/1/cartridge.md')) }, () => {
  const rows = readFileSync(here('../../../spec/contract/1/cartridge.md'), 'utf8').matchAll(/^\|.*\| `([A-Z0-9_]+)` \| \[([a-z0-9-]+)\]\(#\2\) \|$/gm);
  assert.deepEqual([...rows].map(([, code, rule]) => [rule, code]), Object.entries(CARTRIDGE_RULES).map(([rule, [code]]) => [rule, code]));
});

test('a cartridge', () => {
  const { magic, cartridge_version, ...shown } = MANIFEST;
  const opened = openCartridge(files({ entrypoint: [1.5, null] }));
  assert.ok(opened.ok);
  assert.deepEqual(opened.manifest, shown);
  assert.equal(opened.pack.decodeSounds(opened.pack.assets[0]).length, 2);
  assert.deepEqual(cartridgeView(opened), { manifest: shown, pack: packView(openPack(worked({}, {}))) });
  assert.throws(() => openCartridge(files(), { profile: 'runtime' }), ArgumentError);
});

test('the program and the pack of a cartridge', () => {
  assert.equal(openCartridge(files({}, { 'program.pbx': utf8('') })).code, 'PROGRAM_MISSING');
  assert.equal(openCartridge(files({}, { 'assets.pa': utf8('') })).code, 'PRELUDE_TRUNCATED');
  const padded = files({}, { 'assets.pa': BROKEN['payload-padding'] });
  assert.ok(openCartridge(padded).ok);
  const { code, file, offset } = openCartridge(padded, { profile: 'writer' });
  assert.deepEqual([code, file, offset], ['PAYLOAD_PADDING', 'assets.pa', 495]);
  const undeclared = { ...files({ capabilities: [] }), get 'assets.pa'() { return assert.fail('it is not opened'); } };
  assert.equal(cartridgeView(openCartridge(undeclared)).pack, null);
});

test('a manifest, edge by edge', () => {
  const code = (given) => openCartridge(files(given)).code;
  const sized = (n) => utf8(manifest().padEnd(n));
  for (const good of [{ app_id: 0 }, { app_id: 4294967295 }, token('app_id', '-0'), { title: '\u{1f600}'.repeat(64) }, { title: ' ' }, { title: '\u00a0\u2028' },
    { app_mode: 'System' }, { capabilities: ['asset', 'audio', 'bank', 'fs', 'gfx', 'input', 'log', 'memcard', 'system'] }, token('entrypoint', '1e999'),
    token('entrypoint', '['.repeat(15) + ']'.repeat(15)), ` \n${manifest()}\t\r`, manifest().replace('title', '\\u0074itle'), sized(1048576)]) {
    assert.equal(code(good), undefined, JSON.stringify(good));
  }
  for (const [bad, said] of [
    ['', 'MANIFEST_MISSING'], [sized(1048577), 'FILE_TOO_LARGE'], [token('title', '"\\udc00"'), 'DOCUMENT_JSON'], [`${manifest()}x`, 'DOCUMENT_JSON'],
    [token('entrypoint', '['.repeat(16)), 'DOCUMENT_NESTING'], ['1 [', 'DOCUMENT_JSON'], [token('entrypoint', '{"a":{"b":1,"b":1}}'), 'DOCUMENT_REPEATED'],
    ['[]', 'MANIFEST_MAGIC'], ['null', 'MANIFEST_MAGIC'], ['"PMTU"', 'MANIFEST_MAGIC'], ['{"__proto__":{"magic":"PMTU"}}', 'MANIFEST_MAGIC'], [{ magic: 'pmtu', cartridge_version: 2 }, 'MANIFEST_MAGIC'],
    [{ magic: ['PMTU'] }, 'MANIFEST_MAGIC'], [without('cartridge_version'), 'MANIFEST_VERSION'], [token('cartridge_version', '1e0'), 'MANIFEST_VERSION'],
    [{ cartridge_version: '1' }, 'MANIFEST_VERSION'], [{ cartridge_version: true }, 'MANIFEST_VERSION'], [{ cartridge_version: 2, more: 1 }, 'MANIFEST_VERSION'],
    ...['app_id', 'title', 'app_version', 'app_mode', 'capabilities'].map((name) => [without(name), 'MANIFEST_SCHEMA']),
    ...[{ schema_version: 1 }, { app_id: -1 }, { app_id: 4294967296 }, { app_id: '1' }, { app_id: false }, { title: 1 }, { title: 'a'.repeat(65) },
      { title: '\u{1f600}'.repeat(65) }, { title: '\0' }, { title: '\x1f' }, { title: '\x7f' }, { title: '\x9f' }, { app_mode: 'game' }, { capabilities: {} },
      { capabilities: Array(10).fill(1) }, { app_version: 1 }].map((over) => [over, 'MANIFEST_SCHEMA']),
    ...['1.0', '1e3', '4294967295.0', '1e-1', '-1e0'].map((text) => [token('app_id', text), 'MANIFEST_SCHEMA']),
    ...['Gfx', '', 1, null, true, [], {}, ['gfx']].map((element) => [{ capabilities: ['asset', element] }, 'CAPABILITY_UNKNOWN']),
    [token('capabilities', '[1.50]'), 'CAPABILITY_UNKNOWN'], [{ capabilities: Array(9).fill('gfx') }, 'CAPABILITY_REPEATED'],
    [{ capabilities: ['audio', 'gfx', 'asset', 'gfx'] }, 'CAPABILITY_ORDER'], [{ capabilities: ['audio', 'input', 'gfx'] }, 'CAPABILITY_ORDER'],
  ]) assert.equal(code(bad), said, JSON.stringify(bad));
});

test('versions of an application', () => {
  const fits = (app_version) => openCartridge(files({ app_version })).code === undefined;
  for (const good of ['0.0.0', '10.20.30', '1.0.0-0', '1.0.0-a.0.-', '1.0.0--', '1.0.0-0a', '1.0.0-00a.0-0', '1.0.0+00', '1.0.0+a-b.-', '1.0.0-rc.1+build.007',
    `99999999999999999999.0.0-${'a'.repeat(64 - 25)}`]) assert.ok(fits(good), good);
  for (const bad of ['', '1', '1.0', '1.0.0.0', 'v1.0.0', '01.0.0', '1.00.0', '1.0.01', '-1.0.0', '+1.0.0', '1.0.0-', '1.0.0+', '1.0.0-+a', '1.0.0-a..b', '1.0.0-01',
    '1.0.0-a.00', '1.0.0+a..b', '1.0.0+a+b', '1.0.0-a_b', '1.0.0\n', ' 1.0.0', '1.0.0-é', '1.0.0-\u0661', '\u0661.0.0', '1..0', `1.0.0-${'a'.repeat(59)}`]) assert.ok(!fits(bad), bad);
});

test('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reader-'));
  try {
    const file = (name, bytes) => (writeFileSync(join(folder, name), bytes), join(folder, name));
    const good = file('good.pa', worked({}, {}));
    const bad = file('bad.pa', BROKEN['payload-padding']);
    const one = file('one.json', '1');
    const run = (...args) => {
      const { status, stdout } = spawnSync(process.execPath, [here('cli.mjs'), ...args], { encoding: 'utf8', timeout: 60_000 });
      return [status, stdout.trimEnd().split('\n')];
    };
    const said = ([status, lines]) => [status, ...lines.map((line) => { const { verdict, code } = JSON.parse(line); return code ?? verdict; })];
    assert.deepEqual(said(run(good, bad)), [0, 'accept', 'accept']);
    assert.deepEqual(said(run('--profile', 'writer', good, bad, good)), [1, 'accept', 'PAYLOAD_PADDING', 'accept']);
    assert.deepEqual(said(run('--kind', 'canonical-json', one, good)), [1, 'accept', 'HEADER_UTF8']);
    assert.deepEqual(said(run('--kind', 'migrate', '--document', 'index', one)), [1, 'DOCUMENT_KIND']);
    assert.deepEqual(JSON.parse(run(good)[1][0]).view, JSON.parse(JSON.stringify(packView(openPack(worked({}, {}))))));
    assert.equal(JSON.parse(run('--kind', 'canonical-json', one)[1][0]).view, undefined);
    assert.deepEqual([run()[0], run('--nonsense', good)[0], run('--kind', 'migrate', one)[0]], [2, 2, 2]);
    assert.deepEqual([run('--kind', 'ship', good)[0], run(folder)[0], run(join(folder, 'none'))[0]], [3, 3, 3]);
    const cartridge = (name, held) => {
      mkdirSync(join(folder, name));
      for (const file of Object.keys(held)) if (held[file] !== undefined) writeFileSync(join(folder, name, file), held[file]);
      return join(folder, name);
    };
    const whole = cartridge('whole', files());
    const named = cartridge('named', { ...files(), 'program.pbx': undefined, 'Program.pbx': utf8('P') });
    const directory = cartridge('directory', files({ capabilities: [] }, NOTHING));
    mkdirSync(join(directory, 'program.pbx'));
    mkdirSync(join(directory, 'assets.pa'));
    assert.deepEqual(said(run('--kind', 'cartridge', '--profile', 'any', whole, named, directory, whole)), [1, 'accept', 'PROGRAM_MISSING', 'PROGRAM_MISSING', 'accept']);
    assert.deepEqual(JSON.parse(run('--kind', 'cartridge', whole)[1][0]).view, JSON.parse(JSON.stringify(cartridgeView(openCartridge(files())))));
    for (const none of [one, join(folder, 'none')]) assert.deepEqual(run('--kind', 'cartridge', none, whole), [3, ['']]);
    if (process.platform !== 'win32') {
      const linked = cartridge('linked', files({}, { 'manifest.json': undefined }));
      symlinkSync(join(whole, 'manifest.json'), join(linked, 'manifest.json'));
      symlinkSync(whole, join(folder, 'link'));
      execFileSync('mkfifo', [join(cartridge('piped', files({}, NOTHING)), 'program.pbx')]);
      assert.deepEqual(said(run('--kind', 'cartridge', linked, join(folder, 'link'), join(folder, 'piped'))), [1, 'MANIFEST_MISSING', 'accept', 'PROGRAM_MISSING']);
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      assert.deepEqual([run(join(folder, 'pipe')), run('/dev/null')], [[3, ['']], [3, ['']]]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('importing needs nothing but the language and TextDecoder', () => {
  const code = `import(${JSON.stringify(new URL('./reader.mjs', import.meta.url).href)}).then((m) => console.log(m.openPack(new ArrayBuffer(0)).code))`;
  assert.equal(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' }).trim(), 'PRELUDE_TRUNCATED');
  assert.doesNotMatch(readFileSync(here('reader.mjs'), 'utf8'), /^import |node:|process\.|Buffer\./m);
});
