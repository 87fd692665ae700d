/** How a sound bank is shown and heard: the outline of each sample, its length and its peak. */
import { counted, el, fileName, number, save } from '../dom.mjs';

/** @typedef {import('../../../../conformance/readers/javascript/reader.mjs').Sound} Sound */

const SVG = 'http://www.w3.org/2000/svg';
const COLUMNS = 300;
const FULL = 32_768;
/** Samples of a bank that are shown at first, and then at each click. */
const SHOWN = 40;

/** The lowest and highest frame in each of at most `columns` parts.  @param {Int16Array} frames @param {number} columns */
export function outline(frames, columns) {
  const count = Math.min(columns, frames.length);
  return Array.from({ length: count }, (_, k) => {
    let low = FULL, high = -FULL;
    for (let at = Math.floor(k * frames.length / count), end = Math.floor((k + 1) * frames.length / count); at < end; at++) {
      low = Math.min(low, frames[at]);
      high = Math.max(high, frames[at]);
    }
    return [low, high];
  });
}

/** The largest magnitude of a frame, 0 to 32768.  @param {Int16Array} frames */
export function peak(frames) {
  let most = 0;
  for (const frame of frames) most = Math.max(most, Math.abs(frame));
  return most;
}

/** @param {number} level 0 to 32768 */
const decibels = (level) => (level === 0 ? 'silent' : `${(20 * Math.log10(level / FULL)).toFixed(1)}\u00a0dBFS`);

/** A sample as a WAV file: PCM, 16 bits, mono.  @param {Sound} sound */
export function wav({ rate, frames }) {
  const view = new DataView(new ArrayBuffer(44 + 2 * frames.length));
  const ascii = (/** @type {number} */ at, /** @type {string} */ text) => [...text].forEach((c, k) => view.setUint8(at + k, c.charCodeAt(0)));
  const u32 = (/** @type {number} */ at, /** @type {number} */ value) => view.setUint32(at, value, true);
  const u16 = (/** @type {number} */ at, /** @type {number} */ value) => view.setUint16(at, value, true);
  ascii(0, 'RIFF'), u32(4, 36 + 2 * frames.length), ascii(8, 'WAVEfmt '), u32(16, 16), u16(20, 1), u16(22, 1);
  u32(24, rate), u32(28, 2 * rate), u16(32, 2), u16(34, 16), ascii(36, 'data'), u32(40, 2 * frames.length);
  frames.forEach((frame, k) => view.setInt16(44 + 2 * k, frame, true));
  return new Blob([view], { type: 'audio/wav' });
}

/** @param {Int16Array} frames */
function wave(frames) {
  const svg = document.createElementNS(SVG, 'svg'), path = document.createElementNS(SVG, 'path');
  const columns = outline(frames, COLUMNS);
  svg.setAttribute('viewBox', `0 0 ${columns.length} 64`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const y = (/** @type {number} */ level) => 32 - 31 * level / FULL;
  path.setAttribute('d', columns.map(([low, high], k) => `M${k + 0.5} ${y(high) - 0.4}V${y(low) + 0.4}`).join(''));
  svg.append(path);
  return svg;
}

/** One sample: its outline, its figures and its buttons.  @param {Sound} sound @param {number} n @param {string} name @param {AbortSignal} signal */
function row(sound, n, name, signal) {
  const { frames, rate } = sound;
  const seconds = frames.length / rate;
  /** @type {HTMLAudioElement | undefined} */
  let audio;
  const line = el('div', { class: 'playhead', 'aria-hidden': 'true' });
  const play = el('button', { type: 'button', 'aria-label': `Play sample ${n}` }, 'Play');
  const loop = el('input', { type: 'checkbox', 'aria-label': `Loop sample ${n}`, onchange: () => { if (audio) audio.loop = loop.checked; } });
  const show = () => {
    const isPlaying = audio !== undefined && !audio.paused;
    play.textContent = isPlaying ? 'Stop' : 'Play';
    play.setAttribute('aria-label', `${play.textContent} sample ${n}`);
    line.style.left = `${isPlaying ? 100 * /** @type {any} */ (audio).currentTime / seconds : 0}%`;
    line.hidden = !isPlaying;
    if (isPlaying) requestAnimationFrame(show);
  };
  play.addEventListener('click', () => {
    if (audio === undefined) {
      const address = URL.createObjectURL(wav(sound));
      audio = new Audio(address);
      signal.addEventListener('abort', () => {
        audio?.pause();
        URL.revokeObjectURL(address);
      });
      for (const event of ['play', 'pause', 'ended']) audio.addEventListener(event, show);
    }
    audio.loop = loop.checked;
    if (!audio.paused) audio.pause();
    else {
      document.dispatchEvent(new CustomEvent('sound', { detail: audio }));
      audio.currentTime = 0;
      audio.play().catch(() => {});
    }
  });
  document.addEventListener('sound', (/** @type {any} */ event) => { if (event.detail !== audio) audio?.pause(); }, { signal });
  line.hidden = true;
  return el('li', { class: 'sample' },
    el('div', { class: 'wave' }, wave(frames), line),
    el('div', { class: 'tools' }, el('b', {}, String(n)), play, el('label', { class: 'check' }, loop, 'Loop'),
      el('span', { class: 'soft figures' }, `${seconds.toFixed(3)} s · ${counted(frames.length, 'frame')} · peak ${number(peak(frames))}, ${decibels(peak(frames))}`),
      el('button', { type: 'button', 'aria-label': `Save WAV of sample ${n}`, onclick: () => save(wav(sound), fileName(name, `.${n}.wav`)) }, 'Save WAV')));
}

/** @type {import('./index.mjs').Bank} */
export const SOUNDS = {
  read: (opened, k) => opened.result.ok && opened.result.decodeSounds(/** @type {any} */ (opened.assets[k])),

  show(/** @type {Sound[]} */ sounds, { name, signal }) {
    const list = el('ol', { class: 'samples' });
    const total = sounds.reduce((sum, { frames }) => sum + frames.length, 0);
    const more = el('button', { type: 'button' }, 'More samples');
    const add = () => {
      const first = list.childElementCount;
      list.append(...sounds.slice(first, first + SHOWN).map((sound, k) => row(sound, first + k, name, signal)));
      more.hidden = list.childElementCount === sounds.length;
    };
    more.addEventListener('click', add);
    add();
    return el('div', { class: 'sounds' },
      el('p', { class: 'soft' }, `${counted(sounds.length, 'sample')} at ${number(sounds[0].rate)} Hz, ${(total / sounds[0].rate).toFixed(2)} s together`),
      list, more);
  },

  compare(/** @type {Sound[]} */ old, /** @type {Sound[]} */ now) {
    const differs = (/** @type {number} */ n) => old[n]?.rate !== now[n]?.rate || old[n]?.frames.length !== now[n]?.frames.length
      || old[n].frames.some((frame, k) => frame !== now[n].frames[k]);
    const changed = Array.from({ length: Math.max(old.length, now.length) }, (_, n) => n).filter(differs);
    return el('div', {}, el('p', {}, `${counted(changed.length, 'sample')} differ.`),
      ...changed.slice(0, SHOWN).map((n) => el('div', { class: 'pair' }, ...[['Old', old[n]], ['New', now[n]]].map(([label, sound]) =>
        el('figure', {}, sound ? el('div', { class: 'wave' }, wave(/** @type {Sound} */ (sound).frames)) : null,
          el('figcaption', {}, `${label}, sample ${n}: ${sound ? counted(/** @type {Sound} */ (sound).frames.length, 'frame') : 'none'}`))))));
  },
};
