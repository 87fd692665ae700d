/** The inspector as a page of the site: what the links of the site open in it. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const SITE = `${import.meta.dirname}/site`;
const { rules: RULES } = JSON.parse(readFileSync(`${import.meta.dirname}/expected.json`, 'utf8'));
const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript' };
let browser, server, root;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
  // A plain file server: no rewriting, no types that matter.
  server = createServer(({ url }, answer) => {
    const path = decodeURIComponent(new URL(url, 'http://x').pathname);
    try {
      const data = readFileSync(SITE + path);
      answer.writeHead(200, { 'Content-Type': TYPES[path.split('.').at(-1)] ?? 'application/octet-stream' }).end(data);
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  root = `http://127.0.0.1:${server.address().port}/`;
});
after(() => (browser.close(), server.close()));

/** Opens an address, and gives the page with all that it requested and said.  */
async function opened(address, use, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const requests = [], said = [];
  page.on('request', (request) => request.url().startsWith('blob:') || requests.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  try {
    await page.goto(address);
    await use(page, { requests, said });
  } finally {
    await context.close();
  }
}
const settled = (page) => page.locator('.verdict h2').first().waitFor({ timeout: 60_000 });

test('a case of each rule opens from a link, is refused as the kit says, and leads back', async () => {
  assert.ok(RULES.length > 40);
  for (const { rule, query, code, places } of RULES) {
    await opened(`${root}inspector/page.html?${query}`, async (page, { requests, said }) => {
      const finding = page.locator('.finding').first();
      await finding.waitFor({ timeout: 60_000 });
      assert.equal(await finding.locator('.what b').textContent(), code, rule);
      const links = await finding.locator('a').evaluateAll((all) => all.map((a) => a.href));
      assert.deepEqual(links.map((link) => link.slice(root.length)).sort(), places, rule);
      const files = new URLSearchParams(query);
      assert.deepEqual(requests.slice(1), [...files.getAll('pack'), ...files.getAll('cartridge')].map((path) => root + path));
      assert.deepEqual(said, []);
    });
  }
});

test('a rule on its page leads into the inspector, and the inspector back to it', () => opened(`${root}contract/1/container.html#table-offset`, async (page) => {
  await page.locator('#table-offset + p.rule a', { hasText: 'inspector' }).click();
  await page.getByText('TABLE_OFFSET').first().waitFor();
  await page.getByRole('link', { name: /container.*table-offset/ }).click();
  await page.waitForURL(`${root}contract/1/container.html#table-offset`);
  await page.locator('#table-offset + p.rule a', { hasText: 'cases' }).click();
  await page.waitForURL(`${root}reference/cases.html#table-offset`);
  await page.locator('h2#table-offset ~ .md-typeset__scrollwrap a', { hasText: 'open' }).first().click();
  await settled(page);
}));

for (const [name, asset] of [['sounds.pa', 'beep'], ['tiles.pa', 'icons']]) {
  test(`a worked pack opens from its page: ${name}`, () => opened(`${root}contract/1/container.html`, async (page) => {
    await page.locator(`a[href$="worked/${name}"][href*="inspector"]`).click();
    await settled(page);
    assert.equal(await page.locator('.verdict h2').textContent(), 'Valid pack');
    assert.equal(await page.locator('.file').textContent(), name);
    await page.locator('.assets [role=row] .names', { hasText: asset }).waitFor();
    await page.getByText('Its padding and palettes are as a packer writes them.').waitFor();
  }));
}

test('an address that leads elsewhere requests nothing', async () => {
  for (const path of ['https://example.org/a.pa', '//example.org/a.pa', 'data:,x']) {
    await opened(`${root}inspector/page.html?pack=${encodeURIComponent(path)}`, async (page, { requests, said }) => {
      await settled(page);
      assert.match(await page.locator('.verdict').textContent(), /another site/);
      assert.equal(requests.length, 1);
      assert.deepEqual(said, []);
    });
  }
});

test('the policy lets the page ask its own server only', () => opened(`${root}inspector/page.html`, async (page) => {
  const asks = (address) => page.evaluate((address) => fetch(address).then(() => true, () => false), address);
  assert.equal(await asks(`${root}schemas/report/v1.json`), true);
  assert.equal(await asks(root.replace('127.0.0.1', 'localhost')), false);
  assert.equal(await page.locator('.verdict').count(), 0);
}));

test('a file that is not there', () => opened(`${root}inspector/page.html?pack=no/such.pa`, async (page) => {
  await settled(page);
  assert.match(await page.locator('.verdict').textContent(), /does not have this file/);
}));

test('a copy of the site on a disk says which file to give', async () => {
  const address = pathToFileURL(`${SITE}/inspector/page.html`).href;
  await opened(`${address}?pack=contract/1/worked/tiles.pa`, async (page, { said }) => {
    await settled(page);
    assert.match(await page.locator('.verdict').textContent(), /Drop this file here: contract\/1\/worked\/tiles.pa/);
    assert.equal(await page.locator('.verdict a').evaluate((link) => link.href), pathToFileURL(`${SITE}/contract/1/worked/tiles.pa`).href);
    await page.setInputFiles('input[aria-label="Open a pack"]', `${SITE}/contract/1/worked/tiles.pa`);
    await page.locator('.assets').waitFor();
    assert.equal(await page.locator('.verdict h2').first().textContent(), 'Valid pack');
    assert.deepEqual(said, []);
  });
  const recipe = RULES.find(({ query }) => query.includes('recipe='));
  await opened(`${address}?${recipe.query}`, async (page) => {
    await page.locator('.finding').waitFor();
    assert.equal(await page.locator('.finding .what b').textContent(), recipe.code);
  });
});
