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
  page.on('requestfailed', (request) => say(`${request.url()} fails`));
  page.on('response', (response) => response.ok() || say(`${response.url()} answers ${response.status()}`));
  page.on('request', (request) => request.url().startsWith(own) || request.url() === 'about:srcdoc' || say(`asks ${request.url()}`));
  return { page, said };
}

/** What axe finds on a page. The colours of what looks as on an earlier page are not looked at again;
 * of a long table the first rows are, and the menus of the theme on a few pages.  */
const found = (page, seen, { colours, whole }) => page.evaluate(async ({ axeText, seen, colours, whole }) => {
  const known = new Set(seen), paths = new Map(), fresh = [], contrast = ['color-contrast', 'link-in-text-block'];
  const root = document.querySelector('article') ?? document.body;
  const path = (part) => {
    if (!paths.has(part)) paths.set(part, `${part === root ? '' : path(part.parentElement)} ${part.tagName}.${part.classList}`);
    return paths.get(part);
  };
  for (const part of root.querySelectorAll('*')) {
    if (known.has(path(part)) || ![...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    known.add(path(part));
    fresh.push(part);
  }
  if (typeof axe === 'undefined') (0, eval)(axeText);
  const options = { resultTypes: ['violations'], iframes: false };
  const results = [];
  if (whole) results.push(await axe.run(document, options));
  else {
    if (fresh.length) results.push(await axe.run({ include: fresh }, { ...options, runOnly: contrast }));
    for (const body of document.querySelectorAll('tbody')) for (const row of [...body.rows].slice(4)) row.remove();
    const rules = Object.fromEntries(contrast.map((rule) => [rule, { enabled: false }]));
    if (!colours) results.push(await axe.run(root, { ...options, rules }));
  }
  const violations = results.flatMap((result) => result.violations.flatMap((rule) => rule.nodes.slice(0, 3).map((node) => `${rule.id}: ${node.html.slice(0, 160)}`)));
  return { violations, known: [...known] };
}, { axeText: AXE, seen: [...seen], colours, whole });

for (const theme of ['light', 'dark']) {
  test(`${PAGES.length} pages on a phone, ${theme}`, async () => {
    const { page, said } = await tab({ theme });
    const wrong = [];
    let seen = [];
    for (const name of PAGES) {
      await page.goto(base + name);
      const [wide, scheme] = await page.evaluate(() => [document.documentElement.scrollWidth, document.body.dataset.mdColorScheme]);
      if (wide > PHONE) wrong.push(`${name} is ${wide} pixels wide`);
      assert.ok([undefined, theme === 'light' ? 'default' : 'slate'].includes(scheme), `${name} is shown as ${scheme}`);
      const { violations, known } = await found(page, seen, { colours: theme === 'dark' });
      wrong.push(...violations.map((text) => `${name}: ${text}`));
      seen = known;
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(said, []);
    assert.ok(seen.length > 100 && PAGES.length > 100);
  });
}

for (const width of [PHONE, 1280]) {
  test(`the menus of the theme, ${width} pixels wide`, async () => {
    for (const theme of ['light', 'dark']) {
      const { page, said } = await tab({ width, theme });
      for (const name of ['index.html', 'contract/1/banks.html', '404.html']) {
        await page.goto(base + name);
        assert.deepEqual((await found(page, [], { whole: true })).violations, [], name);
      }
      assert.deepEqual(said, []);
    }
  });
}

/** What one types, and the page that is to come first; after the slash, its section.  */
const SEARCHED = {
  'getting started': 'guide/first-pack.html',
  install: 'guide/first-pack.html#install',
  pipx: 'guide/first-pack.html#install',
  ogg: 'guide/sound.html',
  margin: 'guide/art.html',
  spacing: 'guide/art.html',
  '--watch': 'watch.html',
  'pa.open': 'python-reader.html',
  'tile number': 'contract/1/banks.html',
  'conformance export': 'reference/cli.html#conformance-export',
};

/** The addresses that the search shows for what is typed, best first.  */
async function hits(page, text) {
  const input = page.locator('.md-search__input'), meta = page.locator('.md-search-result__meta');
  for (const [typed, shown] of [['', /Type to/], [text, /matching/]]) {
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
    for (const [text, first] of Object.entries(SEARCHED)) {
      console.log(text, '→', (await hits(page, text)).slice(0, 4).map((h) => h.replace(own, '').replace(/\?h=[^#]*/, '')).join('  '));
    }
    assert.deepEqual(said, []);
  });
}
