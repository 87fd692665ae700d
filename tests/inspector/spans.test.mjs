/** Where the parts of a header are; run by `node --test`. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { follow, outline, partAt, parts } from '../../src/prometeu_assets/inspector/spans.mjs';

const bytes = (text) => new TextEncoder().encode(text);
const HEADER = '{"asset_table":[{"asset_id":1,"metadata":{"a/b":[1,{"x~":"é,}"}]}},{"asset_id":22}],"preload":[{"asset_id":1,"slot":0}]}';

const POINTERS = {
  '': HEADER,
  '/preload': '[{"asset_id":1,"slot":0}]',
  '/asset_table/1': '{"asset_id":22}',
  '/asset_table/1/asset_id': '22',
  '/asset_table/0/metadata/a~1b/1': '{"x~":"é,}"}',
  '/asset_table/0/metadata/a~1b/1/x~0': '"é,}"',
  '/preload/0/slot': '0',
};

for (const [pointer, value] of Object.entries(POINTERS)) {
  test(`a pointer leads to its value, and each byte of that leads back: ${pointer}`, () => {
    const text = bytes(HEADER), told = outline(text);
    const part = follow(text, told, pointer);
    assert.equal(new TextDecoder().decode(text.subarray(part.start, part.end)), value);
    const back = partAt(text, told, part.from);
    assert.ok(back.pointer.startsWith(pointer), back.pointer);
    if (!'{['.includes(value[0])) assert.equal(partAt(text, told, part.end - 1).pointer, pointer);
  });
}

test('a pointer to nothing leads to what is nearest', () => {
  const text = bytes(HEADER);
  assert.deepEqual(follow(text, outline(text), '/asset_table/1/size/0').name, 1);
  assert.deepEqual(follow(text, outline(text), '/asset_table/9').name, 'asset_table');
});

for (const [text, expected] of [
  ['', []], ['x', []], ['{', []], ['{"a"', []], ['{"a":', []], ['{"a":1', ['a']], ['{"a":1,', ['a']], ['{"a" : 1 , "b":[', ['a', 'b']],
  ['[1,2', [0, 1]], ['[[', [0]], ['{"a":"x', ['a']], ['{"a":"\\"', ['a']], ['[,', []], ['{"a":}', []], ['[1 2]', [0]],
]) {
  test(`of a text that is cut off, what is there: ${text}`, () => {
    assert.deepEqual(parts(bytes(text), 0, bytes(text).length).map(({ name }) => name), expected);
  });
}

test('any bytes end', () => {
  let seed = 1;
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648);
  for (let round = 0; round < 500; round++) {
    const text = Uint8Array.from({ length: next() % 60 }, () => '{}[]",:\\ a1'.charCodeAt(next() % 11));
    const told = outline(text);
    for (let at = 0; at < text.length; at++) partAt(text, told, at);
  }
});
