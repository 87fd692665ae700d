/** The page: what is open, how it is opened, and what a preview tells. */
import { addressed } from './addressed.mjs';
import { comparing } from './comparing.mjs';
import { el, fill } from './dom.mjs';
import { Cancelled, Engine } from './engine.mjs';
import { excuse } from './asset.mjs';
import { ofDialog, ofDrop, recognize } from './given.mjs';
import { packView } from './packview.mjs';
import { problem, verdict } from './verdict.mjs';

/** Milliseconds that work may take before the page says so. */
const PATIENCE = 300;

export function start() {
  const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? '';
  const data = JSON.parse(text('data'));
  const address = URL.createObjectURL(new Blob([text('inspector')], { type: 'text/javascript' }));
  const { reference, live } = data;
  /** Kept from pack to pack: the chosen asset, zoom, palette.  @type {any} */
  const settings = {};
  /** @type {{pack: any, name: string, engine: Engine, leave: () => void} | undefined} */
  let open;
  let comparison = new AbortController();

  const main = el('main', { id: 'main' });
  const title = el('p', { class: 'file' });
  const bar = el('div', { class: 'busy', role: 'status', hidden: true });
  const status = el('div', { class: 'live', role: 'status', hidden: true });
  const compared = el('div');
  /** What is said above the pack, of a cartridge or by a preview. */
  const above = el('div', { class: 'above' });
  const content = el('div');

  const dialog = (/** @type {string} */ label, /** @type {any} */ attributes, /** @type {(files: FileList) => void} */ use) => {
    const input = el('input', { type: 'file', class: 'hidden', tabindex: -1, 'aria-label': label, ...attributes,
      onchange: () => { use(input.files); input.value = ''; } });
    return [el('button', { type: 'button', onclick: () => input.click() }, label), input];
  };
  const compareButton = el('span', { hidden: true }, ...dialog('Compare with an older pack', {}, (files) => compare(files[0])));
  const header = el('header', {}, el('div', {}, el('h1', {}, 'Inspector'), title),
    el('div', { class: 'tools' },
      ...dialog('Open a pack', { multiple: true }, (files) => take(ofDialog(files), false)),
      ...dialog('Open a folder', { webkitdirectory: true }, (files) => take(ofDialog(files), true)), compareButton));
  const drop = el('section', { class: 'drop' }, el('p', {}, 'Drop an ', el('code', {}, 'assets.pa'), ', a cartridge, or the ', el('code', {}, 'build'), ' folder of a project here.'),
    el('p', { class: 'soft' }, 'It is read here, in this page. Nothing is uploaded.'));

  /** Says that something takes long, and lets the user end it.  @param {string} what @param {() => void} cancel */
  function busy(what, cancel) {
    const told = el('span', {}, `${what} …`), line = el('progress', { 'aria-label': what });
    const timer = setTimeout(() => {
      fill(bar, told, line, el('button', { type: 'button', onclick: cancel }, 'Cancel'));
      bar.hidden = false;
    }, PATIENCE);
    return {
      progress(/** @type {number} */ done, /** @type {number} */ of) {
        line.max = of;
        line.value = done;
      },
      done() {
        clearTimeout(timer);
        bar.hidden = true;
      },
    };
  }

  function close() {
    open?.leave();
    open?.engine.end();
    comparison.abort();
    comparison = new AbortController();
    open = undefined;
    fill(compared);
    compareButton.hidden = true;
  }

  /** Opens a pack in the place of the one that is open.
   * @param {any} pack as an engine opens it @param {string} name @param {{report?: any, companion?: any, before?: Element}} [more] */
  async function show(pack, name, { report = null, companion = null, before } = {}) {
    close();
    main.setAttribute('aria-busy', 'true');
    title.textContent = name;
    const engine = new Engine(address);
    const work = busy(`Reading ${name}`, () => engine.end());
    try {
      const summary = await engine.ask('open', { pack });
      const strict = async () => {
        const second = new Engine(address);
        const work = busy('Checking the payload', () => second.end());
        try {
          return (await second.ask('open', { pack, profile: 'writer' })).fault;
        } finally {
          work.done();
          second.end();
        }
      };
      const view = packView({ pack: summary, engine, reference, report, companion, settings, strict });
      open = { pack, name, engine, leave: view.leave };
      compareButton.hidden = !summary.ok;
      fill(above, before);
      fill(content, view.element);
    } catch (/** @type {any} */ error) {
      engine.end();
      fill(above, before);
      fill(content, error instanceof Cancelled ? problem('Cancelled', `Reading ${name} was cancelled.`) : problem('It cannot be read', excuse(error)), drop);
    } finally {
      work.done();
      main.removeAttribute('aria-busy');
    }
  }

  /** @param {import('./given.mjs').Given[]} files @param {boolean} isFolder */
  const take = (files, isFolder) => opening(async () => use(recognize(files, isFolder)));

  /** @param {() => Promise<void>} work that opens something */
  async function opening(work) {
    main.setAttribute('aria-busy', 'true');
    await work().finally(() => main.removeAttribute('aria-busy'));
  }

  /** Opens what the address of this page asks for.  */
  async function visit() {
    const given = await addressed(location.search, new URL(reference.site, location.href));
    if (given !== null) await use(given);
  }

  /** @param {ReturnType<typeof recognize> & {link?: Element}} given */
  async function use(given) {
    if (given.problem !== undefined) {
      close();
      title.textContent = '';
      fill(above);
      fill(content, problem('Nothing to show', given.problem, given.link), drop);
      return;
    }
    const before = given.cartridge && await cartridge(given.cartridge);
    if (given.pack !== undefined) await show({ blob: given.pack }, given.name ?? '', { companion: await companionOf(given.companion), before });
    else {
      close();
      fill(above, before);
      fill(content, drop);
    }
  }

  /** The verdict on a cartridge.  @param {{[name: string]: Blob}} files */
  async function cartridge(files) {
    const engine = new Engine(address);
    try {
      const result = await engine.ask('cartridge', { files });
      return verdict({ fault: result.ok ? null : { ...result, pointer: result.file === 'assets.pa' ? result.pointer : undefined,
        offset: undefined }, report: null, reference, light: null, kind: 'cartridge' });
    } catch (/** @type {any} */ error) {
      return problem('It cannot be read', excuse(error));
    } finally {
      engine.end();
    }
  }

  /** The companion for tools; what is no such document tells nothing.  @param {Blob | undefined} blob */
  async function companionOf(blob) {
    try {
      const value = blob && JSON.parse(await blob.text());
      return Array.isArray(value?.assets) ? value : null;
    } catch {
      return null;
    }
  }

  /** @param {File} [old] */
  async function compare(old) {
    if (old === undefined || open === undefined) return;
    comparison.abort();
    comparison = new AbortController();
    try {
      fill(compared, await comparing({ address, old: { blob: old }, now: open.pack, files: [old.name, open.name], busy, signal: comparison.signal }));
    } catch (/** @type {any} */ error) {
      fill(compared, problem('No comparison', error instanceof Cancelled ? 'It was cancelled.' : excuse(error)));
    }
    compared.scrollIntoView();
  }

  /** Shows what a preview built last; a pack that is open stays as it is.  */
  async function refresh() {
    const state = await (await fetch(live.state, { cache: 'no-store' })).json();
    const { message = '', file = '', report = null, companion = null, pack = null } = state;
    tell(message);
    const before = report === null || report.diagnostics.length === 0 ? undefined
      : verdict({ title: report.ok ? 'Built, with warnings' : 'The last build failed', fault: null, report, reference, light: null });
    if (pack === null) {
      close();
      fill(above);
      fill(content, before ?? problem('No pack yet', 'The project has no pack. This page shows the first that is built.'));
      return;
    }
    if (open?.pack.tag === String(pack.number)) fill(above, before);
    else await show({ address: new URL(live.pack, document.baseURI).href, size: pack.size, tag: String(pack.number) }, file, { companion, before });
  }

  /** One line of the preview.  @param {string} message */
  function tell(message) {
    status.textContent = message;
    status.hidden = message === '';
  }

  /** Follows a preview: one refresh at a time, and one more when something new came meanwhile.  */
  function follow() {
    let news = 0, seen = 0, isBusy = false;
    const events = new EventSource(live.events);
    events.onerror = () => tell('The preview does not answer. This page waits for it, and shows what it last built.');
    events.onmessage = async () => {
      news++;
      if (isBusy) return;
      isBusy = true;
      while (seen < news) {
        seen = news;
        await refresh().catch(() => tell('The preview does not answer.'));
      }
      isBusy = false;
    };
  }

  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', async (event) => {
    event.preventDefault();
    if (event.dataTransfer === null) return;
    try {
      const { files, isFolder } = await ofDrop(event.dataTransfer);
      await take(files, isFolder);
    } catch (/** @type {any} */ error) {
      close();
      fill(above);
      fill(content, problem('It cannot be read', excuse(error)), drop);
    }
  });

  main.append(bar, status, compared, above, content);
  document.body.append(header, main);
  const options = { report: data.report, companion: data.companion };
  if (live !== null) follow();
  else if (data.pack !== null) show({ base64: data.pack, size: data.size }, data.file, options);
  else {
    fill(content, drop);
    if (reference.site !== null) opening(visit);
  }
}
