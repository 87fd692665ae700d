/** What an address of the site's page opens; run by `node --test`. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { addressed } from '../../src/prometeu_assets/inspector/addressed.mjs';

const SITE = new URL('https://example.org/docs/');
const hex = async (blob) => Buffer.from(await blob.arrayBuffer()).toString('hex');

globalThis.document = { createElement: () => ({ attributes: {}, setAttribute(name, value) { this.attributes[name] = value; }, append() {} }) };

/** The requests while `work` runs, each answered with `status` and its path.  */
async function asking(work, status = 200) {
  const asked = [];
  globalThis.fetch = async (url, options) => {
    asked.push(url.href);
    assert.deepEqual(options, { credentials: 'omit', redirect: 'error' });
    if (status === 0) throw new TypeError('no answer');
    return { ok: status === 200, blob: async () => new Blob([url.pathname]) };
  };
  return [await work(), asked];
}

test('an address that names nothing', async () => assert.equal(await addressed('?x=1', SITE), null));

test('a pack of the site', async () => {
  const [given, asked] = await asking(() => addressed('?pack=contract/1/worked/tiles.pa', SITE));
  assert.deepEqual(asked, ['https://example.org/docs/contract/1/worked/tiles.pa']);
  assert.equal(given.name, 'tiles.pa');
  assert.equal(await given.pack.text(), '/docs/contract/1/worked/tiles.pa');
});

test('the files of a cartridge', async () => {
  const [given, asked] = await asking(() => addressed('?cartridge=v/c/manifest.json&cartridge=v/c/assets.pa', SITE));
  assert.equal(asked.length, 2);
  assert.deepEqual(Object.keys(given.cartridge), ['manifest.json', 'assets.pa']);
  assert.equal(given.pack, given.cartridge['assets.pa']);
});

for (const path of ['https://elsewhere.net/a.pa', '//elsewhere.net/a.pa', '/other/a.pa', '../a.pa', 'x/../../a.pa', '..\\a.pa', '%2e%2e/a.pa',
  'https://example.org/docsother/a.pa', 'http://example.org/docs/a.pa', 'data:,x', 'javascript:1', 'blob:https://example.org/docs/', 'http://[']) {
  test(`no file of this site: ${path}`, async () => {
    for (const query of [`?pack=${path}`, `?cartridge=${encodeURIComponent(path)}`]) {
      const [given, asked] = await asking(() => addressed(query, SITE));
      assert.deepEqual(asked, []);
      assert.match(given.problem, /another site/);
    }
  });
}

test('a file that is not there, a site that is silent, a page from a disk', async () => {
  for (const [status, site, text] of [[404, SITE, /does not have/], [0, SITE, /does not answer/], [200, new URL('file:///docs/'), /Drop this file/]]) {
    const [given, asked] = await asking(() => addressed('?pack=a.pa', site), status);
    assert.match(given.problem, text);
    assert.equal(given.link.attributes.href, `${site}a.pa`);
    assert.equal(asked.length, site === SITE ? 1 : 0);
  }
});

for (const [recipe, expected] of [['00', '00'], ['0102x2,ff', '01020102ff'], ['aax0,0b', '0b'], ['abx1', 'ab']]) {
  test(`a recipe: ${recipe}`, async () => {
    const given = await addressed(`?name=some.pa&recipe=${recipe}`, SITE);
    assert.deepEqual([given.name, await hex(given.pack)], ['some.pa', expected]);
  });
}

test('a recipe of gigabytes', async () => {
  const { pack } = await addressed('?recipe=41,000102x715827881,4243', SITE);
  assert.equal(pack.size, 3 * 715827881 + 3);
  assert.equal(await hex(pack.slice(1 + 3 * 349526 - 2, 1 + 3 * 349526 + 4)), '010200010200');
  assert.equal(await hex(pack.slice(pack.size - 4)), '01024243');
});

for (const [recipe, text] of [['', /cannot be read/], ['0', /cannot be read/], ['zz', /cannot be read/], ['00x', /cannot be read/], ['00x-1', /cannot be read/],
  ['00,', /cannot be read/], ['00x2147483649', /2 GiB/], ['00x9999999999', /2 GiB/], ['00x2147483648,00', /2 GiB/]]) {
  test(`no recipe: ${recipe}`, async () => assert.match((await addressed(`?recipe=${recipe}`, SITE)).problem, text));
}
