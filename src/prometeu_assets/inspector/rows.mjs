/** A long list of rows of one height, of which only those in view exist. */
import { el } from './dom.mjs';

/** Browsers lay out no element that is much higher, so a longer list is scrolled in proportion. */
const HIGHEST = 8_000_000;

export class Rows {
  count = 0;
  first = 0;

  /** @param {{scroller: HTMLElement, height: number, top?: number, draw: (index: number) => Element, role?: string}} given
   *   `height` of a row and `top`, what stays above the rows, in pixels */
  constructor({ scroller, height, top = 0, draw, role }) {
    Object.assign(this, { scroller, height, top, draw });
    this.scroller = scroller;
    this.height = height;
    this.top = top;
    this.draw = draw;
    this.shown = el('div', { class: 'rows', role });
    this.space = el('div', { class: 'space', role }, this.shown);
    scroller.append(this.space);
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    scroller.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    new ResizeObserver(() => this.render()).observe(scroller);
  }

  /** How many rows fit. */
  get room() {
    return Math.max(1, Math.floor((this.scroller.clientHeight - this.top) / this.height));
  }

  get #total() {
    return Math.min(this.count * this.height, HIGHEST);
  }

  get #isScaled() {
    return this.count * this.height > HIGHEST;
  }

  /** @param {number} count */
  setCount(count) {
    this.count = count;
    this.space.style.height = `${this.#total}px`;
    this.first = Math.max(0, Math.min(this.first, count - this.room));
    this.render();
  }

  /** Scrolls as little as it takes to show a row.  @param {number} index */
  reveal(index) {
    const { room, first } = this;
    if (index >= first && index < first + room) return;
    this.#moveTo(index < first ? index : index - room + 1);
  }

  /** Scrolls so that a row is in the middle.  @param {number} index */
  center(index) {
    if (index < this.first || index >= this.first + this.room) this.#moveTo(index - Math.floor(this.room / 2));
  }

  /** @param {number} first */
  #moveTo(first) {
    this.first = Math.max(0, Math.min(first, this.count - this.room));
    const place = this.#isScaled ? this.first / (this.count - this.room) * (this.#total + this.top - this.scroller.clientHeight)
      : this.first * this.height;
    this.scroller.scrollTop = place;
    this.placed = this.scroller.scrollTop;
    this.render();
  }

  #scrolled() {
    const { scrollTop, clientHeight } = this.scroller;
    if (scrollTop === this.placed) return;
    this.placed = undefined;
    this.first = this.#isScaled
      ? Math.round(scrollTop / (this.#total + this.top - clientHeight) * (this.count - this.room))
      : Math.floor(scrollTop / this.height);
    this.render();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!this.#isScaled || event.deltaY === 0) return;
    event.preventDefault();
    this.#moveTo(this.first + Math.sign(event.deltaY) * Math.max(1, Math.round(Math.abs(event.deltaY) / this.height)));
  }

  render() {
    const end = Math.min(this.count, this.first + this.room + 2);
    const rows = [];
    for (let index = this.first; index < end; index++) rows.push(this.draw(index));
    const place = this.#isScaled ? Math.min(this.scroller.scrollTop, Math.max(0, this.#total - rows.length * this.height)) : this.first * this.height;
    this.shown.style.transform = `translateY(${place}px)`;
    this.shown.replaceChildren(...rows);
  }
}
