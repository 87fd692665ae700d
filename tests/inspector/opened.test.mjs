/** What is said of a pack that is refused; run by `node --test`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Opened } from '../../src/prometeu_assets/inspector/opened.mjs';

const nothing = { row: undefined, value: undefined, asset: undefined };
const FAULTS = {
  'fault-table-offset-unaligned': { code: 'TABLE_OFFSET', row: 1, value: '10', asset: { id: 5, name: 'sfx/coin' } },
  'order-entry-1-table-bounds-before-2-table-offset': { code: 'TABLE_BOUNDS', row: 1, value: undefined, asset: { id: 4, name: 's1' } },
  'prelude-magic-byte-0': { code: 'PRELUDE_MAGIC', ...nothing },
};

for (const [id, expected] of Object.entries(FAULTS)) {
  test(`a fault of an entry names the asset and the value there: ${id}`, () => {
    const data = new Uint8Array(readFileSync(new URL(`../../conformance/vectors/${id}.pa`, import.meta.url)));
    const { fault } = new Opened({ size: data.length, read: (offset, size) => data.subarray(offset, offset + size) }).summary();
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(fault[name], value);
  });
}
