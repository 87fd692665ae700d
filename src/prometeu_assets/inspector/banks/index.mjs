/** The banks that the inspector draws; any other is shown as what it is. One module a bank. */
import { SOUNDS } from './sounds.mjs';
import { TILES } from './tiles.mjs';
import { UNKNOWN } from './unknown.mjs';

/**
 * @typedef {object} Shown  what a bank's `show` is given besides its value
 * @property {string} name of the asset
 * @property {{[name: string]: string}} details of the companion, of exactly this slice; empty where there is none
 * @property {{[name: string]: any}} settings of the user, kept from asset to asset
 * @property {AbortSignal} signal aborted when the asset is shown no more
 *
 * @typedef {object} Bank
 * @property {(opened: import('../opened.mjs').Opened, k: number) => any} read in the worker: what is shown of asset `k`
 * @property {(value: any, shown: Shown) => Element} show on the page
 * @property {((old: any, now: any) => Element)} [compare] two values of one asset
 */

/** @type {{[bankType: string]: Bank}} */
export const BANKS = { TILES, SOUNDS };
export { UNKNOWN };
