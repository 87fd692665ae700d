/** How a tile bank is shown: its sheet by palette, and what is under the pointer. */
import { bytes, counted, el, fileName, fill, hex, save } from '../dom.mjs';
import { rgb888 } from '../../../../conformance/readers/javascript/reader.mjs';

/** @typedef {import('../../../../conformance/readers/javascript/reader.mjs').Sheet} Sheet */

const COLORS = 16;
const ZOOM = { least: 1, most: 8 };
/** The choice of palette that is no number: each tile in the one that it was matched with. */
export const MATCHED = 'matched';
/** The palette of a tile that draws nothing, or of which no source file says it. */
const NONE = -1;

/** The palette of each tile, out of the companion's text of runs such as `0*12 1 -*4`; undefined for any other text.
 * @param {string | undefined} text @returns {Int8Array | undefined} */
export function palettesOf(text) {
  if (text === undefined) return undefined;
  /** @type {number[]} */
  const palettes = [];
  for (const run of text.split(' ')) {
    const match = /^(-|\d{1,2})(?:\*(\d{1,4}))?$/.exec(run);
    if (match === null) return undefined;
    const palette = match[1] === '-' ? NONE : Number(match[1]);
    for (let k = Number(match[2] ?? 1); k > 0; k--) palettes.push(palette);
  }
  return Int8Array.from(palettes);
}

/** The number of the tile at a pixel.  @param {Sheet} sheet @param {number} x @param {number} y */
export const tileAt = ({ tileSize, width }, x, y) =>
  Math.floor(y / tileSize) * (width / tileSize) + Math.floor(x / tileSize);

/** @param {Sheet} sheet @param {string} choice @param {Int8Array | undefined} matched @returns {(tile: number) => number} */
export function chooser(sheet, choice, matched) {
  if (choice !== MATCHED) return () => Number(choice);
  return (tile) => Math.max(0, matched?.[tile] ?? 0);
}

/** The sheet as red, green, blue, alpha; index 0 is transparent.
 * @param {Sheet} sheet @param {(tile: number) => number} paletteOf */
export function pixels(sheet, paletteOf) {
  const { width, height, indices, palettes } = sheet;
  const colors = Array.from(palettes, rgb888);
  const out = new Uint8ClampedArray(4 * indices.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (indices[at] === 0) continue;
      out.set(colors[paletteOf(tileAt(sheet, x, y)) * COLORS + indices[at]], 4 * at);
      out[4 * at + 3] = 255;
    }
  }
  return out;
}

/** Where two pictures differ: those pixels in one strong colour, all others faint.
 * @param {Uint8ClampedArray} old @param {Uint8ClampedArray} now @returns {{picture: Uint8ClampedArray, count: number}} */
export function differing(old, now) {
  const picture = new Uint8ClampedArray(now.length);
  let count = 0;
  for (let at = 0; at < now.length; at += 4) {
    const same = [0, 1, 2, 3].every((k) => old[at + k] === now[at + k]);
    if (same) picture.set([now[at], now[at + 1], now[at + 2], now[at + 3] / 5], at);
    else picture.set([230, 0, 126, 255], at), count++;
  }
  return { picture, count };
}

/** Rows of pixels down to the last tile that is drawn.  @param {Sheet} sheet */
export const drawnRows = ({ width, tileSize, indices }) =>
  Math.max(1, Math.ceil((indices.findLastIndex((index) => index !== 0) + 1) / (width * tileSize))) * tileSize;

/** @param {Sheet} sheet @param {string} label @returns {HTMLCanvasElement} one canvas pixel a pixel */
const canvasOf = ({ width, height }, label) => el('canvas', { width, height, role: 'img', 'aria-label': label });

/** @param {HTMLCanvasElement} canvas @param {Uint8ClampedArray} data */
function paint(canvas, data) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.putImageData(new ImageData(/** @type {any} */ (data), canvas.width, canvas.height), 0, 0);
}

/** @param {Sheet} sheet @param {boolean} hasMatched @param {string} chosen */
function paletteChoice(sheet, hasMatched, chosen) {
  const options = Array.from({ length: sheet.palettes.length / COLORS }, (_, p) => [String(p),
    `Palette ${p}${p < sheet.authored ? '' : ', not authored'}`]);
  if (hasMatched) options.unshift([MATCHED, 'As matched, tile by tile']);
  return el('select', { name: 'palette' },
    ...options.map(([value, text]) => el('option', { value, selected: value === chosen }, text)));
}

/** @type {import('./index.mjs').Bank} */
export const TILES = {
  read: (opened, k) => opened.result.ok && opened.result.decodeTiles(/** @type {any} */ (opened.assets[k])),

  show(/** @type {Sheet} */ sheet, { name, details, settings }) {
    const { width, height, tileSize, indices, palettes } = sheet;
    const matched = palettesOf(details.palettes);
    settings.zoom ??= 2;
    let choice = settings.palette !== undefined && (settings.palette !== MATCHED || matched) ? settings.palette
      : matched ? MATCHED : '0';
    let cursor = { x: 0, y: 0 };
    const drawn = drawnRows(sheet);

    const canvas = canvasOf(sheet, `The sheet of ${name}`);
    const grid = el('div', { class: 'grid', 'aria-hidden': 'true' });
    const numbers = el('canvas', { class: 'numbers', 'aria-hidden': 'true' });
    const mark = el('div', { class: 'cursor', 'aria-hidden': 'true' });
    const stage = el('div', { class: 'stage' }, canvas, grid, numbers, mark);
    const frame = el('div', { class: 'sheet', tabindex: 0, role: 'group',
      'aria-label': 'Sheet. The arrow keys move over its pixels, with Shift over its tiles.' }, stage);
    const readout = el('output', { class: 'readout', 'aria-live': 'polite' });
    const swatches = el('div', { class: 'swatches' });
    const select = paletteChoice(sheet, matched !== undefined, choice);
    const told = el('span', { class: 'soft', role: 'status' });
    const zoomed = el('output', { 'aria-live': 'polite' });

    const draw = () => paint(canvas, pixels(sheet, chooser(sheet, choice, matched)));
    const colorAt = (/** @type {number} */ palette, /** @type {number} */ index) => palettes[palette * COLORS + index];
    const css = (/** @type {number} */ color) => `#${rgb888(color).map((c) => hex(c)).join('')}`;

    function tell() {
      const { x, y } = cursor;
      const tile = tileAt(sheet, x, y), index = indices[y * width + x];
      const palette = chooser(sheet, choice, matched)(tile), color = colorAt(palette, index);
      const alone = choice === MATCHED && (matched?.[tile] ?? NONE) === NONE ? ' (none matched)' : '';
      readout.textContent = `x ${x}, y ${y} · tile ${tile} · palette ${palette}${alone} · index ${index}`
        + (index === 0 ? ', transparent' : '') + ` · RGB565 0x${hex(color, 4)} · ${css(color)}`;
      mark.style.left = `${x * settings.zoom}px`;
      mark.style.top = `${y * settings.zoom}px`;
      if (swatches.dataset.palette !== String(palette)) {
        swatches.dataset.palette = String(palette);
        fill(swatches, ...Array.from({ length: COLORS }, (_, i) => {
          const one = el('span', { class: i === 0 ? 'swatch clear' : 'swatch',
            title: `${i}: RGB565 0x${hex(colorAt(palette, i), 4)}, ${css(colorAt(palette, i))}` });
          one.style.setProperty('--color', css(colorAt(palette, i)));
          return one;
        }));
        swatches.setAttribute('role', 'img');
        swatches.setAttribute('aria-label', `The colours of palette ${palette}`);
      }
    }

    /** Rows of pixels in view: down to the last tile that is drawn, unless all are wanted. */
    const shown = () => (settings.whole ? height : drawn);

    function size() {
      const { zoom } = settings;
      stage.style.width = `${width * zoom}px`;
      stage.style.height = `${shown() * zoom}px`;
      canvas.style.height = numbers.style.height = `${height * zoom}px`;
      mark.style.width = mark.style.height = `${zoom}px`;
      grid.hidden = !settings.grid;
      grid.style.backgroundSize = `${tileSize * zoom}px ${tileSize * zoom}px`;
      numbers.hidden = !settings.numbers;
      if (settings.numbers) numberTiles();
      zoomed.textContent = `${zoom}×`;
      less.disabled = zoom === ZOOM.least;
      more.disabled = zoom === ZOOM.most;
      tell();
    }

    function numberTiles() {
      const step = tileSize * settings.zoom;
      numbers.width = width * settings.zoom;
      numbers.height = height * settings.zoom;
      const context = /** @type {CanvasRenderingContext2D} */ (numbers.getContext('2d'));
      context.font = `${Math.max(7, Math.min(12, step / 2.6))}px ui-monospace, monospace`;
      context.textBaseline = 'top';
      context.lineWidth = 3;
      for (let y = 0; y < height; y += tileSize) {
        for (let x = 0; x < width; x += tileSize) {
          const text = String(tileAt(sheet, x, y)), left = x * settings.zoom + 2, top = y * settings.zoom + 2;
          context.strokeStyle = 'rgb(0 0 0 / .75)';
          context.strokeText(text, left, top);
          context.fillStyle = '#fff';
          context.fillText(text, left, top);
        }
      }
    }

    const zoomTo = (/** @type {number} */ zoom) => {
      settings.zoom = Math.max(ZOOM.least, Math.min(ZOOM.most, zoom));
      size();
    };
    const less = el('button', { type: 'button', 'aria-label': 'Smaller', onclick: () => zoomTo(settings.zoom - 1) }, '−');
    const more = el('button', { type: 'button', 'aria-label': 'Larger', onclick: () => zoomTo(settings.zoom + 1) }, '+');
    const check = (/** @type {string} */ what, /** @type {string} */ text) => el('label', { class: 'check' },
      el('input', { type: 'checkbox', checked: settings[what], onchange(/** @type {any} */ event) {
        settings[what] = event.target.checked;
        size();
      } }), text);

    select.addEventListener('change', () => {
      settings.palette = choice = select.value;
      draw();
      tell();
    });
    const moveTo = (/** @type {number} */ x, /** @type {number} */ y) => {
      cursor = { x: Math.max(0, Math.min(width - 1, x)), y: Math.max(0, Math.min(shown() - 1, y)) };
      tell();
    };
    stage.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => {
      const box = stage.getBoundingClientRect();
      moveTo(Math.floor((event.clientX - box.left) / settings.zoom), Math.floor((event.clientY - box.top) / settings.zoom));
    });
    frame.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const step = event.shiftKey ? tileSize : 1;
      const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
      if (dx === 0 && dy === 0) {
        if (event.key === '+') zoomTo(settings.zoom + 1);
        else if (event.key === '-') zoomTo(settings.zoom - 1);
        return;
      }
      event.preventDefault();
      moveTo(cursor.x + dx, cursor.y + dy);
      mark.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });

    const png = () => new Promise((/** @type {(blob: Blob) => void} */ resolve) => canvas.toBlob((blob) => resolve(/** @type {Blob} */ (blob)), 'image/png'));
    const saveIt = async () => save(await png(), fileName(name, '.png'));
    const copyIt = async () => {
      try {
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': png() })]);
        told.textContent = 'Copied.';
      } catch {
        told.textContent = 'The browser did not allow it: save the PNG.';
      }
    };

    draw();
    size();
    return el('div', { class: 'tiles' },
      el('p', { class: 'soft' }, `${tileSize}×${tileSize} tiles, ${counted(sheet.authored, 'palette')} authored, ${bytes(indices.length + 2 * palettes.length)} resident`),
      el('div', { class: 'tools' },
        el('label', {}, 'Palette ', select),
        el('span', { class: 'group', role: 'group', 'aria-label': 'Zoom' }, less, zoomed, more),
        check('grid', 'Grid'), check('numbers', 'Tile numbers'), drawn < height && check('whole', 'Empty rows'),
        el('button', { type: 'button', onclick: copyIt }, 'Copy PNG'),
        el('button', { type: 'button', onclick: saveIt }, 'Save PNG'), told),
      frame, readout, swatches);
  },

  compare(/** @type {Sheet} */ old, /** @type {Sheet} */ now) {
    const select = paletteChoice(now, false, '0');
    const canvases = ['Old', 'New', 'Difference'].map((label) => canvasOf(now, label));
    const told = el('p', { role: 'status' });
    const draw = () => {
      const [before, after] = [old, now].map((sheet) => pixels(sheet, () => Number(select.value)));
      const { picture, count } = differing(before, after);
      [before, after, picture].forEach((data, k) => paint(canvases[k], data));
      told.textContent = count === 0 ? 'No pixel differs in this palette.' : `${counted(count, 'pixel')} differ.`;
    };
    select.addEventListener('change', draw);
    draw();
    return el('div', {}, el('div', { class: 'tools' }, el('label', {}, 'Palette ', select), told),
      el('div', { class: 'pair' }, ...canvases.map((canvas) => {
        const drawn = el('div', { class: 'drawn' }, canvas);
        drawn.style.aspectRatio = `${now.width} / ${Math.max(drawnRows(old), drawnRows(now))}`;
        return el('figure', {}, drawn, el('figcaption', {}, canvas.getAttribute('aria-label')));
      })));
  },
};
