/**
 * Elements. What a pack says goes through `textContent` and attributes of our choice; there is no other way
 * from text to the page, so a name cannot become markup.
 */

/** @param {string} tag @param {{[name: string]: any}} [given] attributes; `on…` are listeners, `class` a class
 * @param {...(Node|string|null|undefined|false)} children @returns {any} the element */
export function el(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

/** Puts `children` in the place of all that is in `parent`.  @param {Element} parent @param {...any} children */
export const fill = (parent, ...children) =>
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));

/** A number with narrow spaces between its thousands.  @param {number} value */
export const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** Bytes for people.  @param {number} size */
export function bytes(size) {
  if (size < 1024) return `${size} B`;
  const unit = size < 1024 ** 2 ? 1 : size < 1024 ** 3 ? 2 : 3;
  return `${(size / 1024 ** unit).toFixed(1)} ${['', 'KiB', 'MiB', 'GiB'][unit]}`;
}

/** @param {number} count @param {string} noun */
export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** @param {number} value @param {number} [width] */
export const hex = (value, width = 2) => value.toString(16).padStart(width, '0');

/** Gives a blob to the user as a file.  @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  el('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The name of a file for an asset: its name with a dot for every slash.  @param {string} name @param {string} ending */
export const fileName = (name, ending) => `${name.replaceAll('/', '.').slice(0, 150)}${ending}`;
