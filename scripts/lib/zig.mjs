// zig cc, the compiler of what a package carries: from PyPI, pinned by its hash, into the cache folder, once for all checkouts (110 MB are fetched,
// 380 MB lie there). Nothing else needs it: `npm run setup` and `npm rebuild` compile with the machine's own compiler.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, moveInto } from './cache.mjs';
import { installFromPyPi, plainPath } from './pypi.mjs';
import { quoteForShell, step } from './run.mjs';

const requirements = fileURLToPath(new URL('zig-requirements.txt', import.meta.url));
export const zigVersion = /^ziglang==(\S+)/m.exec(readFileSync(requirements, 'utf8'))[1];
const cache = cacheFolder('zig');

/** The path of the compiler. Ends the script with a sentence where it cannot be had. */
export function ensureZig() {
  const folder = join(cache, zigVersion);
  if (!existsSync(folder)) step(`fetching zig ${zigVersion}`, () => install(folder));
  return join(folder, 'ziglang', 'zig');
}

function install(folder) {
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, '.fetching-'));
  try {
    installFromPyPi({ requirements, to: scratch });
    moveInto(folder, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * A folder with commands `zig-cc`, `zig-c++`, `zig-link` and `zig-ar` for a target such as `x86_64-linux-gnu.2.17`, to be on PATH: Makefiles take no
 * path with a space. It is there until the script ends.
 */
export function makeZigTools(zig, target) {
  const folder = mkdtempSync(plainPath('offheap-zig-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const command = (name, script) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const call = quoteForShell(zig);
  command('zig-cc', `exec ${call} cc -target ${target} -Wno-unknown-warning-option "$@"`);
  command('zig-c++', `exec ${call} c++ -target ${target} -Wno-unknown-warning-option "$@"`);
  command('zig-ar', `exec ${call} ar "$@"`);
  writeFileSync(join(folder, 'addon.map'), addonSymbols);
  command('zig-link', linkScript(call, target, join(folder, 'addon.map')));
  return folder;
}

/** The C++ library that is linked into the addon stays its own. */
const addonSymbols = '{ global: napi_register_module_v1; node_api_module_get_api_version_v1; local: *; };\n';

/** zig's linker is lld, behind a reading of options that knows not all of its own. What is left out is made up for by `setInitFirst`, or is how lld works anyway. */
function linkScript(call, target, addonMap) {
  return `kind=cc
more=
for word in "$@"; do
  shift
  case $word in
    */offheap.node) kind=c++ more=-Wl,--version-script=${addonMap} ;;
    -Wl,*) word=$(printf %s "$word" | sed 's/,-z,initfirst//; s/,-z,separate-code//') ;;
    -rdynamic) continue ;;
  esac
  set -- "$@" "$word"
done
exec ${call} $kind -target ${target} -s $more "$@"`;
}

/** Where zig keeps what it has compiled of its C and C++ libraries, of which it has the sources alone. */
export const zigEnvironment = { ZIG_GLOBAL_CACHE_DIR: join(cache, 'compiled') };
