/** Every page of the docs site in headless Chromium: by day and by night, on a phone, from a disk. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const SITE = join(import.meta.dirname, 'site');
const AXE = readFileSync(join(import.meta.dirname, 'node_modules/axe-core/axe.min.js'), 'utf8');
const PAGES = readdirSync(SITE, { recursive: true }).filter((name) => name.endsWith('.html')).sort();
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png', '.svg': 'image/svg+xml' };
const PHONE = 390;
let browser, server, base;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
  // A plain file server: a file for a path, and nothing else.
  server = createServer((request, response) => {
    const path = join(SITE, decodeURIComponent(new URL(request.url, 'http://site').pathname));
    try {
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream').end(readFileSync(path));
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  base = `http://127.0.0.1:${server.address().port}/`;
});
after(async () => {
  await browser.close();
  server.close();
});

/** A tab, and what its pages said or asked of others.  */
async function tab({ width = PHONE, theme = 'light', own = base } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const said = [];
  const say = (text) => said.push(`${page.url()}: ${text}`);
  page.on('console', (message) => say(message.text()));
  page.on('pageerror', (error) => say(error));
  page.on('requestfailed', (request) => request.failure().errorText === 'net::ERR_ABORTED' || say(`${request.url()} fails`)); // the next page was asked for
  page.on('response', (response) => response.ok() || say(`${response.url()} answers ${response.status()}`));
  page.on('request', (request) => request.url().startsWith(own) || request.url() === 'about:srcdoc' || say(`asks ${request.url()}`));
  return { page, said };
}

const COLOURS = ['color-contrast', 'link-in-text-block'];
const OPTIONS = { resultTypes: ['violations'], iframes: false };
const MENUS = '.md-header, .md-sidebar, .md-footer, .md-search';

/** The findings of axe as lines.  */
const lines = (results) => results.flatMap(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 160)}`)));

/** What axe finds in the text of a page, in both themes. Of a long table the first rows are looked at,
 * and of what looks alike the colours of the first, on whichever page.  */
async function found(page, seen) {
  const { results, known } = await page.evaluate(async ({ axeText, seen, MENUS, COLOURS, OPTIONS }) => {
    for (const part of document.querySelectorAll(MENUS)) part.remove();
    for (const body of document.querySelectorAll('tbody')) for (const row of [...body.rows].slice(4)) row.remove();
    const still = new CSSStyleSheet();
    still.replaceSync('* { transition: none !important }');
    document.adoptedStyleSheets = [still];
    const root = document.querySelector('article') ?? document.body;
    const known = new Set(seen), paths = new Map(), fresh = [];
    const path = (part) => {
      if (!paths.has(part)) {
        const { color, backgroundColor } = getComputedStyle(part);
        paths.set(part, `${part === root ? '' : path(part.parentElement)} ${part.tagName}.${part.classList} ${color} ${backgroundColor}`);
      }
      return paths.get(part);
    };
    for (const part of root.querySelectorAll('*')) {
      if (known.has(path(part)) || ![...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
      known.add(path(part));
      fresh.push(part);
    }
    if (typeof axe === 'undefined') (0, eval)(axeText);
    const rules = Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }]));
    const results = [await axe.run(root, { ...OPTIONS, rules })];
    for (const scheme of fresh.length ? ['default', 'slate'] : []) {
      document.body.dataset.mdColorScheme = scheme;
      results.push(await axe.run({ include: fresh }, { ...OPTIONS, runOnly: COLOURS }));
    }
    return { results: results.map(({ violations }) => ({ violations })), known: [...known] };
  }, { axeText: AXE, seen: [...seen], MENUS, COLOURS, OPTIONS });
  for (const path of known) seen.add(path);
  return lines(results);
}

test(`${PAGES.length} pages on a phone, by day and by night`, async () => {
  const queue = [...PAGES], seen = new Set(), wrong = [];
  const index = JSON.parse(readFileSync(join(SITE, 'search/search_index.json'), 'utf8'));
  await Promise.all(Array.from({ length: 2 }, async () => {
    const { page, said } = await tab();
    // Each page would make the index of the search, which takes longer than all of this.
    await page.route('**/search_index.json', (route) => route.fulfill({ json: { ...index, docs: [] } }));
    for (let name; (name = queue.shift()) !== undefined;) {
      await page.goto(base + name);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > PHONE) wrong.push(`${name} is ${wide} pixels wide`);
      wrong.push(...(await found(page, seen)).map((text) => `${name}: ${text}`));
    }
    wrong.push(...said);
  }));
  assert.deepEqual(wrong, []);
  assert.ok(seen.size > 100 && PAGES.length > 100);
});

for (const width of [PHONE, 1280]) {
  test(`whole pages with their menus, ${width} pixels wide`, async () => {
    for (const [theme, scheme] of [['light', 'default'], ['dark', 'slate']]) {
      const { page, said } = await tab({ width, theme });
      for (const name of ['index.html', 'contract/1/prelude.html', '404.html']) {
        await page.goto(base + name);
        assert.equal(await page.evaluate(() => document.body.dataset.mdColorScheme), scheme);
        await page.evaluate(AXE);
        assert.deepEqual(lines([await page.evaluate((options) => axe.run(document, options), OPTIONS)]), [], name);
      }
      assert.deepEqual(said, []);
    }
  });
}

/** What a person types, the page that comes first, and the section of it that does.  */
const SEARCHED = {
  'getting started': ['guide/first-pack.html'],
  install: ['guide/first-pack.html', '#install'],
  pipx: ['guide/first-pack.html', '#install'],
  ogg: ['guide/sound.html', '#convert'],
  margin: ['guide/art.html', '#gaps'],
  spacing: ['guide/art.html', '#gaps'],
  '--watch': ['watch.html', '#watch'],
  'pa.open': ['python-reader.html'],
  'tile number': ['contract/1/banks.html', '#tile-numbers'],
  'conformance export': ['reference/cli.html', '#conformance-export'],
};

/** The addresses that the search shows for what is typed, best first.  */
async function hits(page, text) {
  const input = page.locator('.md-search__input'), meta = page.locator('.md-search-result__meta');
  for (const [typed, shown] of [['', /Type to/], [text, /matching|No match/]]) {
    await input.fill(typed);
    await input.dispatchEvent('keyup');
    await meta.filter({ hasText: shown }).waitFor({ state: 'attached' });
  }
  return page.locator('.md-search-result__item > a').evaluateAll((links) => links.map((link) => link.href));
}

for (const from of ['a file server', 'a disk']) {
  test(`the search, from ${from}`, async () => {
    const own = from === 'a disk' ? pathToFileURL(`${SITE}/`).href : base;
    const { page, said } = await tab({ width: 1280, own });
    await page.goto(`${own}index.html`);
    for (const [text, [first, section]] of Object.entries(SEARCHED)) {
      const [whole, part] = (await hits(page, text)).map((hit) => new URL(hit));
      assert.equal(whole.origin + whole.pathname, new URL(own + first).origin + new URL(own + first).pathname, text);
      if (section) assert.equal(part.hash, section, text);
    }
    assert.deepEqual(await hits(page, 'wombat'), [], 'a word that is nowhere');
    assert.deepEqual(said, []);
  });
}
