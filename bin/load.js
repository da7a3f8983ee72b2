// Loads the command line, which is one file, with what V8 has compiled of it already. To read and compile hundreds of modules takes longer than most
// commands do.
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const { constants, Script } = require('node:vm');

/** Hexadecimal digits of the SHA-256 that the bundle says of itself, after two slashes in its first line. */
const idLength = 64;

const bundleOf = (root) => join(root, 'dist', 'offheap.cjs');
/** What V8 compiled, after the id of the bundle that it is of. Made where offheap is installed or built, since it is of one version of V8. */
const codeCacheOf = (root) => join(root, 'build', 'offheap.code-cache');

const isBuilt = (root) => existsSync(bundleOf(root));

/** The exports of src/cli.ts. */
function loadCommandLine(root) {
  return runScript(root, compile(root, readCodeCache(root)));
}

/** The script of the bundle. V8 refuses code of another version or other flags, and compiles then what is called. */
function compile(root, codeCache) {
  const filename = bundleOf(root);
  // The bundle is ASCII. V8 takes less memory for such a text than for one that might be more.
  const source = readFileSync(filename, 'latin1');
  return new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename,
    cachedData: codeCache !== undefined && codeCache.id === idOf(source) ? codeCache.bytes : undefined,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

function runScript(root, script) {
  const file = bundleOf(root);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

function readCodeCache(root) {
  try {
    const bytes = readFileSync(codeCacheOf(root));
    return { id: bytes.toString('latin1', 0, idLength), bytes: bytes.subarray(idLength) };
  } catch {
    return undefined;
  }
}

const idOf = (source) => source.slice(2, 2 + idLength);

module.exports = { bundleOf, codeCacheOf, compile, idOf, isBuilt, loadCommandLine, readCodeCache, runScript };
