#!/usr/bin/env node
/** The executable protocol of conformance/PROTOCOL.md, around reader.mjs. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ArgumentError, checkCanonicalJson, migrate, openPack, packView, stringify } from './reader.mjs';

const OPTIONS = ['--kind', '--profile', '--document', '--asset-uuid'];
const USAGE = 'cli.mjs [--kind KIND] [--profile reader|writer] [--document asset|index] [--asset-uuid UUID] FILE…';
const [ACCEPTED, REJECTED, WRONG_CALL, NO_VERDICT] = [0, 1, 2, 3];

/** Ends the process once its output is written.  @param {number} status @param {string} why */
function stop(status, why) {
  process.stderr.write(`${why}\n`);
  process.exitCode = status;
}

/** One open handle gives size and bytes (reader.md#verdicts).  @template T
 * @param {string} path @param {(source: import('./reader.mjs').Source) => T} use @returns {T} */
function withFile(path, use) {
  const handle = openSync(path, 'r');
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new Error(`${path}: not a regular file`);
    return use({
      size: stat.size,
      read(offset, size) {
        const bytes = new Uint8Array(size);
        let got = 0;
        for (let last = -1; got < size && last !== 0; got += last) last = readSync(handle, bytes, got, size - got, offset + got);
        return bytes.subarray(0, got);
      },
    });
  } finally {
    closeSync(handle);
  }
}

/** @param {import('./reader.mjs').Source} source */
function whole({ size, read }) {
  const bytes = read(0, size);
  if (bytes.length !== size) throw new Error('the file shrank while it was read');
  return bytes;
}

/** For each kind what judges a file: a rejection, or `ok` and perhaps a view. */
const KINDS = {
  read(source, { profile }) {
    const pack = openPack(source, { profile });
    return pack.ok ? { ok: true, view: packView(pack) } : pack;
  },
  'canonical-json': (source) => ({ ...checkCanonicalJson(whole(source)), view: undefined }),
  migrate(source, { document, 'asset-uuid': assetUuid }) {
    const result = migrate(whole(source), { document, assetUuid });
    return result.ok ? { ok: true, view: result.document } : result;
  },
};

/** Why it judges nothing goes to standard output, and nothing else does.  @param {string} what */
function unsupported(what) {
  process.stdout.write(`${what} is not supported\n`);
  process.exitCode = NO_VERDICT;
}

/** Options with their values first, each at most once, then the files; nothing for a wrong call.
 * @param {string[]} given */
function parse(given) {
  /** @type {Record<string, string>} */
  const options = {};
  let at = 0;
  for (; given[at]?.startsWith('-'); at += 2) {
    const name = given[at].slice(2);
    if (!OPTIONS.includes(given[at]) || Object.hasOwn(options, name) || at + 1 === given.length) return undefined;
    options[name] = given[at + 1];
  }
  const files = given.slice(at);
  if (files.length === 0 || files.some((file) => file.startsWith('-'))) return undefined;
  const { kind = 'read', profile = 'reader', document, 'asset-uuid': assetUuid } = options;
  if (kind === 'migrate' && (document === undefined || (document === 'asset' && assetUuid === undefined))) return undefined;
  return { kind, profile, document, 'asset-uuid': assetUuid, files };
}

function main() {
  const options = parse(process.argv.slice(2));
  if (options === undefined) return stop(WRONG_CALL, USAGE);
  const { kind, profile, document, files } = options;
  if (!Object.hasOwn(KINDS, kind)) return unsupported(`kind ${kind}`);
  if (kind === 'read' && !['reader', 'writer'].includes(profile)) return unsupported(`profile ${profile}`);
  if (kind === 'migrate' && !['asset', 'index'].includes(document)) return unsupported(`document ${document}`);
  process.exitCode = ACCEPTED;
  for (const file of files) {
    let result;
    try {
      result = withFile(file, (source) => KINDS[kind](source, options));
    } catch (/** @type {any} */ error) {
      return stop(error instanceof ArgumentError ? WRONG_CALL : NO_VERDICT, String(error.message));
    }
    const { ok, code, rule, message, offset, pointer, view } = result;
    if (ok) {
      process.stdout.write(`{"verdict": "accept"${view === undefined ? '' : `, "view": ${stringify(view)}`}}\n`);
    } else {
      process.stdout.write(`${JSON.stringify({ verdict: 'reject', code })}\n`);
      process.stderr.write(`${file}: ${rule} at ${pointer ?? `byte ${offset}`}: ${message}\n`);
      process.exitCode = REJECTED;
    }
  }
}

main();
