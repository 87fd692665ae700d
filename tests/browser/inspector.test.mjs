/** The inspector in headless Chromium; `expected.json` is what the Python package says of each pack. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const PLACE = import.meta.dirname;
const file = (name) => `${PLACE}/${name}`;
const EXPECTED = JSON.parse(readFileSync(file('expected.json'), 'utf8'));
const AXE = readFileSync(file('node_modules/axe-core/axe.min.js'), 'utf8');
const sha256 = (data) => createHash('sha256').update(data).digest('hex');
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] });
});
after(() => browser.close());

/** A page that must stay silent, but for what is `unheard`, and ask nobody but its own origin.  */
async function opened(name, use, { width = 1280, theme = 'light', address = pathToFileURL(file(name)).href, unheard = /^$/ } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, acceptDownloads: true });
  await context.addInitScript(() => {
    const make = URL.createObjectURL;
    globalThis.blobs = [];
    URL.createObjectURL = (blob) => (globalThis.blobs.push(blob), make.call(URL, blob));
    document.addEventListener('sound', (event) => { globalThis.audio = event.detail; });
  });
  const page = await context.newPage();
  const said = [];
  page.on('console', (message) => { if (!unheard.test(message.text())) said.push(message.text()); });
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('request', (request) => {
    const own = request.url() === address || request.url().startsWith('blob:') || (address.startsWith('http') && request.url().startsWith(new URL(address).origin));
    if (!own) said.push(`request ${request.url()}`);
  });
  page.on('dialog', (dialog) => said.push(`dialog ${dialog.message()}`));
  try {
    await page.goto(address);
    await use(page);
    assert.deepEqual(said, []);
  } finally {
    await context.close();
  }
}

/** Gives a file or folder, and waits until it is read.  */
async function give(page, name, label = 'Open a pack') {
  await page.setInputFiles(`input[aria-label="${label}"]`, file(name));
  await page.locator('main:not([aria-busy])').waitFor({ timeout: 60_000 });
}
const verdict = (page) => page.locator('.verdict h2').first().textContent();
const choose = (page, name) => page.locator('.assets [role=row] .names', { hasText: new RegExp(`^${name}$`) }).click();
/** The digest of what a canvas shows, by a copy: to read the canvas itself would change how it is drawn. */
const pixels = (page, selector = '.stage canvas') => page.locator(selector).first().evaluate(async (canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const digest = await crypto.subtle.digest('SHA-256', copy.getImageData(0, 0, canvas.width, canvas.height).data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
});
const lit = (page) => page.locator('.cells .lit').evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.at)));
const noOverflow = async (page) => assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
const title = (page, text) => page.locator('.asset h3', { hasText: text }).waitFor();
const timed = async (what, work) => {
  const start = performance.now();
  await work();
  const took = Math.round(performance.now() - start);
  console.log(`   ${what}: ${took} ms`);
  return took;
};

async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target, any }) => [...target, any[0]?.message].join(' '))]), []);
}

/** A page is legible and whole in both themes and at both widths; leaves a picture of each.  */
async function looks(page, name) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await noOverflow(page);
      if ((width === 390) === (colorScheme === 'dark')) await axe(page);
      if (process.env.SHOTS) await page.screenshot({ path: file(`shots/${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
  }
}

/** The longest time, in milliseconds, in which the page answered nothing while something ran.  */
async function pause(page, work) {
  await page.evaluate(() => {
    globalThis.longest = 0;
    let last = performance.now();
    globalThis.timer = setInterval(() => {
      globalThis.longest = Math.max(globalThis.longest, performance.now() - last);
      last = performance.now();
    }, 10);
  });
  await work();
  return page.evaluate(() => (clearInterval(globalThis.timer), globalThis.longest));
}

test('the pack inside is shown: each sheet in each palette, as an independent decoder sees it', () => opened('example.html', async (page) => {
  await page.locator('.stage canvas').first().waitFor();
  assert.equal(await verdict(page), 'Valid pack');
  for (const [name, sheets] of Object.entries(EXPECTED.example.assets)) {
    if (Array.isArray(sheets)) continue;
    await choose(page, name);
    await title(page, name);
    await page.locator(`[aria-label="The sheet of ${name}"]`).waitFor();
    const palettes = await page.locator('select[name=palette] option').evaluateAll((all) => all.map(({ value }) => value));
    assert.deepEqual(palettes, [...('matched' in sheets ? ['matched'] : []), ...Array.from({ length: 64 }, (_, p) => String(p))]);
    for (const [palette, digest] of Object.entries(sheets)) {
      await page.selectOption('select[name=palette]', palette);
      assert.equal(await pixels(page), digest, `${name} in palette ${palette}`);
    }
  }
}));

test('a sheet is enlarged, gridded, numbered, walked over by pointer and keys, and saved', () => opened('example.html', async (page) => {
  await page.locator('.stage canvas').first().waitFor();
  const readout = page.locator('.readout');
  await page.selectOption('select[name=palette]', '1');
  await page.getByRole('button', { name: 'Larger' }).click();
  assert.equal(await page.locator('.stage').evaluate((stage) => stage.offsetWidth), 3 * 256);
  await page.getByLabel('Grid').check();
  await page.getByLabel('Tile numbers').check();
  assert.equal(await page.locator('.grid').evaluate((grid) => getComputedStyle(grid).backgroundSize), '24px 24px, 24px 24px');
  const painted = await page.locator('.numbers').evaluate((canvas) => [canvas.width, canvas.getContext('2d').getImageData(0, 0, 24, 24).data.some((byte) => byte > 0)]);
  assert.deepEqual(painted, [3 * 256, true]);
  await page.locator('.stage').hover({ position: { x: 3 * 17 + 1, y: 3 * 2 + 1 } });
  const { index, color } = EXPECTED.example.under;
  assert.match(await readout.textContent(), new RegExp(`^x 17, y 2 · tile 2 · palette 1 · index ${index}(, transparent)? · RGB565 0x${color.toString(16).padStart(4, '0')} · #[0-9a-f]{6}$`));
  await page.locator('.sheet').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  assert.match(await readout.textContent(), /^x 18, y 10 · tile 34 /);
  await page.keyboard.press('-');
  assert.equal(await page.locator('.group output').textContent(), '2×');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save PNG' }).click()]);
  assert.equal(download.suggestedFilename(), 'world.tiles.png');
  await download.saveAs(file('saved.png'));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy PNG' }).click();
  await page.getByText('Copied.').waitFor();
  const copied = await page.evaluate(async () => {
    const picture = await createImageBitmap(await (await navigator.clipboard.read())[0].getType('image/png'));
    const copy = new OffscreenCanvas(picture.width, picture.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(picture, 0, 0);
    const digest = await crypto.subtle.digest('SHA-256', copy.getImageData(0, 0, picture.width, picture.height).data);
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  });
  assert.equal(copied, EXPECTED.example.assets['world/tiles'][1]);
}));

test('a sound is played: the samples are those of an independent decoder', () => opened('example.html', async (page) => {
  await choose(page, 'sound/effects');
  const sounds = EXPECTED.example.assets['sound/effects'];
  await page.locator('.sample').first().waitFor();
  assert.equal(await page.locator('.sample').count(), sounds.length);
  for (const [n, sound] of sounds.entries()) {
    const row = page.locator('.sample').nth(n);
    const text = (await row.locator('.figures').textContent()).replaceAll('\u202f', '');
    assert.ok(text.startsWith(`${(sound.frames / sound.rate).toFixed(3)} s · ${sound.frames} frame`), text);
    assert.ok(text.includes(`peak ${sound.peak},`), text);
    await row.getByLabel(`Loop sample ${n}`).check();
    await row.getByRole('button', { name: `Play sample ${n}` }).click();
    await row.getByRole('button', { name: `Stop sample ${n}` }).waitFor();
    await page.waitForFunction(() => globalThis.audio.currentTime > 0);
    const { duration, loop } = await page.evaluate(() => ({ duration: globalThis.audio.duration, loop: globalThis.audio.loop }));
    assert.ok(Math.abs(duration - sound.frames / sound.rate) < 0.01);
    assert.equal(loop, true);
    const wav = Buffer.from(await page.evaluate(async () => [...new Uint8Array(await globalThis.blobs.at(-1).arrayBuffer())]));
    assert.equal(sha256(wav.subarray(44)), sound.sha256);
    assert.equal(wav.readUInt32LE(24), sound.rate);
  }
  assert.equal(await page.getByRole('button', { name: /^Stop/ }).count(), 1, 'one plays at a time');
  await choose(page, 'world/tiles');
  await page.locator('.stage').waitFor();
  assert.equal(await page.evaluate(() => globalThis.audio.paused), true);
}));

test('bytes and fields lead to each other', () => opened('example.html', async (page) => {
  await page.locator('.stage canvas').first().waitFor();
  await page.getByRole('button', { name: 'header_len' }).click();
  await page.locator('.told code', { hasText: 'header_len' }).waitFor();
  assert.deepEqual(await lit(page), [8, 9, 10, 11]);
  await page.locator('.cells [data-at="29"]').click();
  await page.locator('.told code', { hasText: 'header_checksum' }).waitFor();
  assert.deepEqual(await lit(page), [28, 29, 30, 31]);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.getByText('Byte 32').waitFor();
  await page.locator('.cells [data-at="52"]').click();
  await page.locator('.told code', { hasText: '/asset_table/0/asset_id' }).waitFor();
  const text = readFileSync(file('example.pa')).subarray(32);
  const at = 32 + text.indexOf('"asset_id":1');
  assert.deepEqual(await lit(page), Array.from({ length: 12 }, (_, k) => at + k));
  await page.getByRole('button', { name: 'Bytes of the slice' }).click();
  await page.locator('.told code', { hasText: 'slice of #1 world/tiles' }).waitFor();
  assert.equal((await lit(page))[0], EXPECTED.example.companion.pack.payload_offset);
  await page.getByRole('button', { name: 'Bytes of the entry' }).click();
  await page.locator('.told code', { hasText: '/asset_table/0' }).waitFor();
  await page.locator('.bytes').press('End');
  await page.locator('.told code', { hasText: 'slice of #5 world/sky' }).waitFor();
}));

/** Presses Tab until an element has the focus.  */
async function tabTo(page, locator) {
  for (let k = 0; k < 80; k++) {
    await page.keyboard.press('Tab');
    if (await locator.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`the keyboard does not reach ${locator}`);
}

test('all is done by keyboard', () => opened('example.html', async (page) => {
  await page.locator('.stage canvas').first().waitFor();
  const button = (name) => page.getByRole('button', { name, exact: true });
  const chooser = page.waitForEvent('filechooser');
  await tabTo(page, page.locator('header button').first());
  await page.keyboard.press('Enter');
  await chooser;
  await tabTo(page, page.getByRole('slider', { name: 'Payload map' }));
  await page.keyboard.press('ArrowRight');
  await title(page, 'heroes/gardener');
  await tabTo(page, page.getByRole('searchbox'));
  await page.keyboard.type('w');
  await page.getByText('2 of 4 assets').waitFor();
  await page.keyboard.press('Backspace');
  await tabTo(page, button('Name'));
  await page.keyboard.press('Enter');
  await page.locator('[aria-sort=ascending]', { hasText: 'Name' }).waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('End');
  await title(page, 'world/tiles');
  await page.locator('[aria-label="The sheet of world/tiles"]').waitFor();
  await tabTo(page, page.locator('select[name=palette]'));
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.inputValue('select[name=palette]'), '0');
  await tabTo(page, button('Larger'));
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.group output').textContent(), '3×');
  await tabTo(page, page.getByLabel('Grid'));
  await page.keyboard.press('Space');
  assert.equal(await page.locator('.grid').isVisible(), true);
  await tabTo(page, button('Copy PNG'));
  await tabTo(page, page.locator('.sheet'));
  await page.keyboard.press('Shift+ArrowRight');
  assert.match(await page.locator('.readout').textContent(), /^x 8, y 0 · tile 1 /);
  await tabTo(page, button('Bytes of the slice'));
  await page.keyboard.press('Enter');
  await page.locator('.told code', { hasText: 'slice of #1 world/tiles' }).waitFor();
  assert.equal(await page.locator('.bytes').evaluate((element) => element === document.activeElement), true);
  await page.keyboard.press('Home');
  await page.locator('.told code', { hasText: 'magic' }).waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.locator('.told code', { hasText: /^payload|slice of #1/ }).waitFor();
  await page.getByRole('slider', { name: 'Payload map' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await title(page, 'sound/effects');
  await page.locator('.sample').first().waitFor();
  await tabTo(page, button('Play sample 0'));
  await page.keyboard.press('Enter');
  await button('Stop sample 0').waitFor();
  await tabTo(page, page.getByLabel('Loop sample 0'));
  await page.keyboard.press('Space');
  assert.equal(await page.evaluate(() => globalThis.audio.loop), true);
}));

test('the map is walked by pointer and keys', () => opened('example.html', async (page) => {
  await page.locator('.stage canvas').first().waitFor();
  const map = page.getByRole('slider', { name: 'Payload map' });
  await map.press('ArrowRight');
  await title(page, 'heroes/gardener');
  assert.match(await map.getAttribute('aria-valuetext'), /^#2 heroes\/gardener, 34\.0 KiB$/);
  await map.click({ position: { x: 5, y: 5 } });
  await title(page, 'world/tiles');
  await page.locator('.slot-list').getByRole('button', { name: 'sound/effects' }).click();
  await title(page, 'sound/effects');
  const tiles = page.getByRole('region', { name: 'Bank TILES' });
  await tiles.getByText('3 assets, 102.0 KiB stored, 198.0 KiB if all were resident').waitFor();
  await tiles.getByText('1 of 16 slots preloaded, 66.0 KiB resident at the start').waitFor();
  assert.match(await tiles.getByRole('listitem').first().textContent(), /^0world\/tiles$/);
}));

test('a pack that breaks a rule shows its code and its byte', () => opened('empty.html', async (page) => {
  assert.ok(EXPECTED.broken.length > 30);
  for (const { file, code, pointer, offset, writer, size } of EXPECTED.broken) {
    await give(page, file);
    await page.locator('.file', { hasText: file }).waitFor();
    const found = page.locator('.finding');
    await found.first().waitFor();
    assert.equal(await found.count(), 1, file);
    assert.equal(await found.locator('.what b').textContent(), code, file);
    assert.equal(await verdict(page), writer ? 'Valid pack' : 'Not a valid pack', file);
    assert.ok(await found.getByText('Rule:').count() === 1, file);
    if (size === 0) continue;
    const shown = page.locator('.fields tbody');
    assert.equal(await shown.getByRole('button', { name: 'magic', exact: true }).count(), 1, file);
    if (!writer) {
      await page.locator('.told b', { hasText: 'Byte' }).waitFor();
      await page.locator('.cells .lit').first().waitFor(); // at once: nothing was clicked
      if (offset !== null && offset < size) assert.ok((await lit(page)).includes(offset), file);
    }
    if (size > 32 && !/^PRELUDE_(MAGIC|LEGACY)/.test(code)) {
      assert.equal(await shown.getByRole('button', { name: /^(header_len|payload_offset|header_checksum|header)$/ }).count(), code === 'PRELUDE_HEADER_LEN' ? 3 : 4, file);
    }
    const place = found.locator('button.place');
    const told = pointer === null ? `byte ${offset}` : pointer || 'the whole header';
    // A reader may name a place inside or around that of another; the rule says which one it must be.
    if (pointer === null) assert.equal(await place.textContent(), told, file);
    await place.click();
    await page.locator('.told b', { hasText: 'Byte' }).waitFor();
    if (offset !== null && offset < size) assert.ok((await lit(page)).includes(offset), file);
  }
}));

test('all of the report of a command is shown, and each finding leads to its bytes', () => opened('report.html', async (page) => {
  assert.ok(EXPECTED.report.length > 1);
  await page.locator('.finding').first().waitFor();
  assert.equal(await page.locator('.finding').count(), EXPECTED.report.length);
  for (const [n, { code, message, hint, pointer }] of EXPECTED.report.entries()) {
    const found = page.locator('.finding').nth(n);
    assert.equal(await found.locator('.what').textContent(), `${code} ${message.replaceAll('`', '')}`);
    assert.ok((await found.locator('.hint').textContent()).includes(hint.replaceAll('`', '')));
    await found.locator('button.place').click();
    await page.locator('.told code', { hasText: pointer }).first().waitFor();
    assert.ok((await lit(page)).length > 5);
  }
}));

test('on the site a fault leads to its rule, to the cases of that and to its code', () => opened('site.html', async (page) => {
  await give(page, EXPECTED.broken.find(({ rule }) => rule === 'bank-range').file);
  const links = page.locator('.finding a');
  assert.deepEqual(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href'))),
    ['../contract/1/banks.html#bank-range', '../reference/cases.html#bank-range', '../codes/reading.html#BANK_RANGE']);
}));

test('65 536 assets are sorted, searched and walked without a pause', () => opened('empty.html', async (page) => {
  const grid = page.getByRole('grid', { name: 'Assets' });
  const opening = await timed('65 536 assets, to the first sound', async () => {
    await give(page, 'many.pa');
    await page.locator('.sample').first().waitFor();
  });
  assert.ok(opening < 15_000);
  assert.equal(await grid.getAttribute('aria-rowcount'), '65537');
  const stops = await pause(page, async () => {
    await timed('to the last row', async () => {
      await grid.press('End');
      await title(page, 'sounds/even/65536');
    });
    await timed('sorted by name', async () => {
      await page.getByRole('button', { name: 'Name' }).click();
      await page.locator('[aria-sort=ascending]', { hasText: 'Name' }).waitFor();
    });
    await timed('searched', async () => {
      await page.getByRole('searchbox').fill('ODD/6553');
      await page.getByText('3 of 65\u202f536 assets').waitFor();
    });
  });
  console.log(`   longest pause: ${Math.round(stops)} ms`);
  assert.ok(stops < 1_000);
  assert.ok(await grid.locator('[role=row]').count() < 60, 'only rows in view exist');
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByText('0 of 65\u202f536 assets').waitFor();
}));

test('a pack of 1.9 GiB opens at once, and its first and last picture are right', () => opened('empty.html', async (page) => {
  const { size, assets, shown } = EXPECTED.sparse;
  assert.ok(size > 1.87 * 2 ** 30);
  const took = await timed('1.9 GiB, to the first picture', async () => {
    await give(page, 'sparse.pa');
    await page.locator('[aria-label="The sheet of sheets/1"]').waitFor();
  });
  assert.ok(took < 15_000);
  assert.equal(await pixels(page), shown['sheets/1']);
  await page.getByRole('grid', { name: 'Assets' }).press('End');
  await page.locator(`[aria-label="The sheet of sheets/${assets}"]`).waitFor();
  assert.equal(await pixels(page), shown[`sheets/${assets}`]);
  await page.locator('.bytes').press('End');
  await page.locator('.told code', { hasText: `slice of #${assets}` }).waitFor();
  assert.ok((await lit(page)).includes(size - 1));
  await page.getByRole('button', { name: 'Check the payload, too' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('The check of the payload was cancelled.').waitFor();
  await page.setInputFiles('input[aria-label="Compare with an older pack"]', file('sparse.pa'));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('It was cancelled.').waitFor();
}));

test('reading that takes long is cancelled', () => opened('empty.html', async (page) => {
  await page.setInputFiles('input[aria-label="Open a pack"]', file('hostile-nested.pa'));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Reading hostile-nested.pa was cancelled.').waitFor();
  await give(page, 'example.pa');
  await page.locator('[aria-label="The sheet of world/tiles"]').waitFor();
}));

test('a page of a large pack has its header, and shows a picture when the pack is given', () => opened('large.html', async (page) => {
  await page.locator('.excuse', { hasText: 'This page holds the header alone.' }).waitFor();
  assert.equal(await verdict(page), 'Valid pack');
  assert.equal(await page.getByRole('grid', { name: 'Assets' }).getAttribute('aria-rowcount'), String(EXPECTED.sparse.assets + 1));
  await give(page, 'sparse.pa');
  await page.locator('[aria-label="The sheet of sheets/1"]').waitFor();
  assert.equal(await pixels(page), EXPECTED.sparse.shown['sheets/1']);
}));

test('two packs are compared', () => opened('empty.html', async (page) => {
  await give(page, 'drawn.pa');
  await page.locator('.stage canvas').first().waitFor();
  await give(page, 'example.pa', 'Compare with an older pack');
  await page.getByText('0 added, 0 removed, 0 moved, 1 changed').waitFor();
  await page.locator('.pair canvas').first().waitFor();
  assert.equal(await pixels(page, '[aria-label=Old]'), EXPECTED.example.assets['world/tiles'][0]);
  assert.equal(await pixels(page, '[aria-label=New]'), EXPECTED.example.drawn['world/tiles'][0]);
  const marked = await page.locator('[aria-label=Difference]').evaluate((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] === 230 && data[at + 1] === 0 && data[at + 2] === 126) count++;
    return count;
  });
  const told = await page.locator('.comparison .tools [role=status]').textContent();
  assert.equal(told.replace('\u202f', ''), `${marked} pixels differ.`);
  assert.ok(marked > 50 && marked <= 128);
  await looks(page, 'compare');
  await give(page, 'truncated.pa', 'Compare with an older pack');
  await page.getByText('truncated.pa is not a valid pack: HEADER_TRUNCATED').waitFor();
}));

test('what was added, removed, moved and changed is listed, as the verb `diff` does', () => opened('empty.html', async (page) => {
  await give(page, 'new.pa');
  await give(page, 'old.pa', 'Compare with an older pack');
  await page.getByText('1 added, 1 removed, 1 moved, 1 changed').waitFor();
  const rows = page.locator('.differences [role=option]');
  await rows.nth(3).waitFor();
  assert.deepEqual(await rows.evaluateAll((all) => all.map((row) => [...row.children].map(({ textContent }) => textContent))), EXPECTED.compared);
  const list = page.getByRole('listbox', { name: 'Differences' });
  await list.press('ArrowDown');
  await page.locator('.comparison h3', { hasText: 't/3' }).waitFor();
  await page.getByText('No pixel differs in this palette.').waitFor();
  await list.press('ArrowDown');
  await page.getByText('1 sample differ').waitFor();
  assert.equal(await page.locator('.comparison .wave').count(), 2);
  await list.press('End');
  await page.locator('.comparison .asset p', { hasText: 'Old: none' }).waitFor();
}));

for (const [name, expected] of Object.entries({ 'truncated.pa': 'HEADER_TRUNCATED', 'nothing.pa': 'PRELUDE_TRUNCATED', 'picture.png': 'PRELUDE_MAGIC' })) {
  test(`no pack: ${name}`, () => opened('empty.html', async (page) => {
    await give(page, name);
    await page.locator('.what b', { hasText: expected }).waitFor();
    assert.equal(await verdict(page), 'Not a valid pack');
    await noOverflow(page);
    if (expected !== 'PRELUDE_MAGIC') return;
    await page.locator('.cells .lit').first().waitFor();
    assert.deepEqual(await lit(page), [0, 1, 2, 3]);
    assert.equal(await page.locator('.fields tbody').getByRole('button', { name: /^(header|payload)$/ }).count(), 0);
    await page.locator('.cells [data-at="40"]').click();
    await page.locator('.told code', { hasText: 'unknown: no part of the pack' }).waitFor();
  }));
}

for (const name of ['numbers', 'nested', 'string', 'objects']) {
  test(`a hostile header of 16 MiB never stops the page: ${name}`, () => opened('empty.html', async (page) => {
    const stops = await pause(page, () => timed(`16 MiB of ${name}, to the verdict`, async () => {
      await give(page, `hostile-${name}.pa`);
      await page.locator('.what b', { hasText: /^HEADER_/ }).waitFor({ timeout: 60_000 });
    }));
    console.log(`   longest pause: ${Math.round(stops)} ms`);
    assert.ok(stops < 2_000);
    await page.locator('.finding button.place').click();
    await page.locator('.told b', { hasText: 'Byte' }).waitFor();
  }));
}

/** Drops files and folders onto the page, as a file manager does.  */
async function drop(page, ...names) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: names.map(file), dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  await session.detach();
}

/** Serves `empty.html`, as the site does, while `use` lasts.  */
async function served(use) {
  const server = createServer((request, response) => response.setHeader('content-type', 'text/html').end(readFileSync(file('empty.html'))));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await opened('', use, { address: `http://127.0.0.1:${server.address().port}/` });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function dropped(page) {
  const shown = async (name, palette) => {
    await page.locator('.file', { hasText: new RegExp(`^${name}$`) }).waitFor();
    await page.locator('main:not([aria-busy]) [aria-label="The sheet of world/tiles"]').waitFor();
    assert.equal(await pixels(page), EXPECTED.example.assets['world/tiles'][palette]);
  };
  await drop(page, 'example.pa');
  await shown('example.pa', '0');
  await drop(page, 'game/build/asset_table_metadata.json', 'game/build/assets.pa');
  await shown('assets.pa', 'matched');
  await drop(page, 'game');
  await shown('build/assets.pa', 'matched');
  await page.getByText('Made from world/tiles').waitFor();
  await drop(page, 'game/build');
  await shown('assets.pa', 'matched');
  await drop(page, 'game/cartridge');
  await page.getByRole('heading', { name: 'Valid cartridge' }).waitFor();
  await shown('assets.pa', '0');
  await drop(page, 'without');
  await page.locator('.what b', { hasText: 'PACK_MISSING' }).waitFor();
  await drop(page, 'project');
  await page.getByText('This project has no build yet.').waitFor();
  await drop(page, 'node_modules');
  await page.getByText('No assets.pa is in this folder.').waitFor();
  await drop(page, 'picture.png');
  await page.locator('.what b', { hasText: 'PRELUDE_MAGIC' }).waitFor();
}

test('files and folders are dropped onto a page that is a file', () => opened('empty.html', dropped));
test('files and folders are dropped onto the page of the site', () => served(dropped));
test('files and folders are dropped in a browser without handles', () => served(async (page) => {
  await page.evaluate(() => { delete DataTransferItem.prototype.getAsFileSystemHandle; });
  await dropped(page);
}));
test('a folder that cannot be read is said to be so', () => opened('empty.html', async (page) => {
  await page.evaluate(() => { delete DataTransferItem.prototype.getAsFileSystemHandle; });
  await drop(page, 'game');
  await page.getByText('It cannot be shown: A URI').waitFor();
}));

test('names of a refused pack are text', () => opened('empty.html', async (page) => {
  await give(page, 'evil.pa');
  await page.locator('.what b', { hasText: 'HEADER_SCHEMA' }).waitFor();
  await page.locator('.names', { hasText: '<img src=x' }).first().waitFor();
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.title(), 'Inspector');
}));

test('a file that changes while it is open', () => opened('empty.html', async (page) => {
  await give(page, 'changes.pa');
  await page.locator('[aria-label="The sheet of t/1"]').waitFor();
  const data = readFileSync(file('changes.pa'));
  writeFileSync(file('changes.pa'), data.subarray(0, data.length - 5));
  utimesSync(file('changes.pa'), new Date(), new Date(Date.now() + 10_000));
  await choose(page, 't/8');
  await page.locator('.excuse', { hasText: 'The file changed, or is gone, since it was opened. Open it again.' }).waitFor();
}));

test('a cartridge, one without its pack, a project, and one without a build', () => opened('empty.html', async (page) => {
  await give(page, 'game/cartridge', 'Open a folder');
  await page.locator('.stage canvas').first().waitFor();
  assert.equal(await verdict(page), 'Valid cartridge');
  await give(page, 'without', 'Open a folder');
  await page.locator('.what b', { hasText: 'PACK_MISSING' }).waitFor();
  assert.equal(await verdict(page), 'Not a valid cartridge');
  await give(page, 'project', 'Open a folder');
  await page.getByText('This project has no build yet.').waitFor();
  await give(page, 'game', 'Open a folder');
  await page.locator('.stage canvas').first().waitFor();
  assert.equal(await pixels(page), EXPECTED.example.assets['world/tiles'].matched);
  await page.getByText('Made from world/tiles').click();
  await page.getByText('sheets/plants.png').waitFor();
}));

test('a bank that the page does not know is shown by name, sizes and bytes', () => opened('third.html', async (page) => {
  await page.locator('.raw').waitFor();
  assert.equal(await verdict(page), 'Valid pack');
  await page.getByText('This page does not read this version').waitFor();
  assert.equal(await page.locator('.assets [data-k="0"] .banks').textContent(), 'TILEMAPS');
  assert.match(await page.locator('.raw').textContent(), /^0000 {2}[0-9a-f]{2} /);
}));

test('a preview is refreshed, and keeps what is chosen', async () => {
  const watchers = new Set();
  let pack = null, state = { file: 'game', message: 'Nothing is built.', pack: null };
  const server = createServer((request, response) => {
    if (request.url === '/') response.setHeader('content-type', 'text/html').end(readFileSync(file('live.html')));
    else if (request.url === '/events') watchers.add(response.writeHead(200, { 'content-type': 'text/event-stream' })), response.write('data: now\n\n');
    else if (request.url === '/state') response.end(JSON.stringify(state));
    else if (request.url === '/pack' && pack !== null) {
      assert.equal(request.headers['if-match'], `"${state.pack.number}"`);
      const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range);
      response.writeHead(206).end(readFileSync(file(pack)).subarray(Number(start), Number(end) + 1));
    } else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tell = () => watchers.forEach((watcher) => watcher.write('data: built\n\n'));
  const { companion, assets, drawn } = EXPECTED.example;
  try {
    await opened('', async (page) => {
      await page.getByText('No pack yet').waitFor();
      pack = 'example.pa', state = { file: 'game', message: 'Built in 0.1 s.', companion, pack: { number: 1, size: statSync(file(pack)).size } };
      tell();
      await page.getByText('Built in 0.1 s.').waitFor();
      await page.locator('.stage canvas').first().waitFor();
      assert.equal(await pixels(page), assets['world/tiles'].matched);
      await choose(page, 'heroes/gardener');
      await title(page, 'heroes/gardener');
      await page.selectOption('select[name=palette]', '1');
      pack = 'drawn.pa', state.pack = { number: 2, size: statSync(file(pack)).size };
      state.report = { ok: false, truncated: false, diagnostics: [{ code: 'TILE_X', severity: 'error', message: 'It is wrong.', file: 'assets/a.png', hint: 'Draw `it` again.' }] };
      tell();
      await page.getByText('The last build failed').waitFor();
      await page.getByText('It is wrong.').waitFor();
      await title(page, 'heroes/gardener');
      assert.equal(await page.inputValue('select[name=palette]'), '1');
      await choose(page, 'world/tiles');
      await page.locator('[aria-label="The sheet of world/tiles"]').waitFor();
      await page.selectOption('select[name=palette]', '0');
      assert.equal(await pixels(page), drawn['world/tiles'][0]);
      watchers.forEach((watcher) => watcher.end());
    }, { address: `http://127.0.0.1:${server.address().port}/` });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

/** Runs `preview` of a project until `use` is done, which gets its address and what it says next, line by line.  */
async function previewing(project, use, code = 3) {
  const begin = 'import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from prometeu_assets.cli import main; main()';
  const preview = spawn(process.env.PYTHON, ['-c', begin, 'preview', file(project), '--format', 'json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => preview.on('exit', resolve));
  const lines = createInterface({ input: preview.stdout })[Symbol.asyncIterator]();
  const said = async () => JSON.parse((await lines.next()).value);
  try {
    await use((await said()).addresses[0], said, preview);
  } finally {
    preview.kill('SIGINT');
    assert.equal(await ended, code);
  }
}

test('a preview shows what is saved, and keeps what is chosen', async () => {
  const { sheet, shown } = EXPECTED.preview;
  const { assets } = EXPECTED.example;
  await previewing('watched', async (address, said) => {
    assert.equal((await said()).published, true);
    await opened('', async (page) => {
      const drawn = (name) => page.locator(`[aria-label="The sheet of ${name}"]`).waitFor();
      await page.getByText(/^Built in /).waitFor();
      await drawn('world/tiles');
      assert.equal(await pixels(page), assets['world/tiles'].matched);
      await choose(page, 'heroes/gardener');
      await drawn('heroes/gardener');
      await page.selectOption('select[name=palette]', '1');
      const good = readFileSync(file(`watched/${sheet}`));
      writeFileSync(file(`watched/${sheet}`), 'no picture');
      await page.getByText('The last build failed: 1 error. This is the last good pack.').waitFor();
      await page.locator('.verdict.bad h2', { hasText: 'The last build failed' }).waitFor();
      await page.locator('.finding', { hasText: sheet }).waitFor();
      await drawn('heroes/gardener');
      assert.equal(await page.inputValue('select[name=palette]'), '1');
      await choose(page, 'world/tiles');
      await drawn('world/tiles');
      await page.selectOption('select[name=palette]', 'matched');
      assert.equal(await pixels(page), assets['world/tiles'].matched, 'the last good pack');
      await looks(page, 'preview-fault');

      assert.notDeepEqual(good, readFileSync(file(`saved/${sheet}`)));
      renameSync(file(`saved/${sheet}`), file(`watched/${sheet}`));
      await page.getByText(/^Built in /).waitFor();
      await page.locator('.verdict.warn h2', { hasText: 'Built, with warnings' }).waitFor();
      await drawn('world/tiles');
      assert.equal(await pixels(page), shown['world/tiles'].matched);
      await page.getByText('Made from world/tiles').click();
      await page.locator('.sources', { hasText: 'sheets/plants.png' }).waitFor();
      assert.notEqual(shown['world/tiles'].matched, assets['world/tiles'].matched);
    }, { address });
  });
});

test('a page whose preview ended keeps what it shows, and says so', () => previewing('game', async (address, said, preview) => {
  assert.equal((await said()).published, true);
  await opened('', async (page) => {
    await page.locator('[aria-label="The sheet of world/tiles"]').waitFor();
    preview.kill('SIGKILL');
    await page.getByText('The preview does not answer. This page waits for it, and shows what it last built.').waitFor();
    assert.equal(await pixels(page), EXPECTED.example.assets['world/tiles'].matched);
    await page.locator('.bytes').press('End');
    await page.locator('.told code', { hasText: /^slice of/ }).waitFor();
    await page.locator('.fields .excuse', { hasText: 'The preview does not answer. Try again when it does.' }).waitFor();
  }, { address, unheard: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/ });
}, null));

test('a preview of 1.9 GiB is read by the parts that are shown, and parts of two packs are never mixed', () => previewing('large', async (address, said) => {
  const { size, assets, shown } = EXPECTED.sparse;
  assert.equal((await said()).published, false);
  await opened('', async (page) => {
    const asked = [];
    page.on('request', (request) => {
      if (!request.url().endsWith('/pack')) return;
      const { range, 'if-match': tag } = request.headers();
      const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range);
      asked.push({ tag, start: Number(start), count: end - start + 1 });
    });
    const drawn = (name) => page.locator(`[aria-label="The sheet of ${name}"]`).waitFor();
    const grid = page.getByRole('grid', { name: 'Assets' });
    await timed('1.9 GiB in a preview, to the first picture', async () => {
      await page.reload();
      await drawn('sheets/1');
    });
    assert.equal(await pixels(page), shown['sheets/1']);
    await page.getByText('This is the last good pack.').waitFor();
    const header = asked.find(({ count }) => count > 2 ** 20)?.count;
    const read = asked.reduce((sum, { count }) => sum + count, 0);
    console.log(`   ${asked.length} requests, ${read} of ${size} bytes, of which the header ${header}`);
    assert.ok(asked.length > 1 && asked.length < 12);
    assert.ok(read < header + 2 ** 20, 'the header once, and what is shown');
    const before = asked.length;
    await grid.press('End');
    await drawn(`sheets/${assets}`);
    assert.equal(await pixels(page), shown[`sheets/${assets}`]);
    assert.ok(asked.length <= before + 2 && asked.at(-1).start > size - 2 ** 20);

    // The next build ends, and this page has not heard of it yet.
    let go;
    const gone = new Promise((resolve) => { go = resolve; });
    await page.route('**/state', async (route) => (await gone, route.continue()));
    unlinkSync(file('large/build/assets.pa')); // so that the build need not read it, to put it back if it fails
    renameSync(file('large/good.png'), file(`large/${EXPECTED.preview.sheet}`));
    while (!(await said()).published);
    await grid.press('Home');
    for (let k = 0; k < 10; k++) await grid.press('PageDown');
    await page.locator('.excuse', { hasText: 'The pack was replaced, or changed, since this page opened it.' }).first().waitFor();
    assert.deepEqual([...new Set(asked.map(({ tag }) => tag))], ['"1"']);
    go();
    await drawn('world/tiles');
    assert.equal(await pixels(page), EXPECTED.example.assets['world/tiles'].matched);
    assert.equal(asked.at(-1).tag, '"2"');
  }, { address });
}));

test('it is legible and whole', () => opened('example.html', async (page) => {
  await page.locator('.stage canvas').first().waitFor();
  await looks(page, 'tiles');
  await choose(page, 'sound/effects');
  await page.locator('.sample').first().waitFor();
  await looks(page, 'sounds');
  const names = await page.locator('button, input:not(.hidden), select, [tabindex="0"]').evaluateAll((all) => all.filter((e) => !e.getAttribute('aria-label') && !e.labels?.length && e.textContent.trim() === '').length);
  assert.equal(names, 0);
}));

test('an empty page and that of a refused pack are legible and whole', () => opened('empty.html', async (page) => {
  await looks(page, 'empty');
  await give(page, EXPECTED.broken.find(({ rule }) => rule === 'bank-range').file);
  await page.locator('.told code').first().waitFor();
  await looks(page, 'broken');
}));

test('the pages are quick', () => opened('example.html', async (page) => {
  const first = await page.evaluate(() => new Promise((resolve) => {
    const look = () => (document.querySelector('.stage canvas') ? resolve(performance.now()) : requestAnimationFrame(look));
    look();
  }));
  console.log(`   the example, to the first picture: ${Math.round(first)} ms`);
  assert.ok(first < 10_000);
}));
