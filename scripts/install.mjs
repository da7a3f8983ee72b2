// npm runs this when offheap is installed as a dependency: native code that is prebuilt for this machine stays as it is, otherwise it is compiled.
// Never fails the installation, for what needs no native code works without; a command that needs it says the same sentence then. In a checkout
// scripts/setup.mjs does the work.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCodeCache } from './lib/code-cache.mjs';
import { whyNothingRuns } from './lib/noexec.mjs';
import { run, say, which } from './lib/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Node on glibc tells its version. */
const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : '';
const prebuilt = join(root, 'prebuilds', `${process.platform}${libc}-${process.arch}`, 'offheap.node');
const isCheckout = existsSync(join(root, 'src'));
const cure = 'On Debian or Ubuntu: sudo apt-get install g++ make python3. Then run: npm rebuild offheap';

const noexec = whyNothingRuns(root);

if (!isCheckout && noexec !== undefined) say(noexec);
else if (!isCheckout && (process.env['npm_config_build_from_source'] || !loads(prebuilt))) compile();

if (!isCheckout) {
  const failure = makeCodeCache(root);
  if (failure !== undefined) say(failure);
}

/** In a process of its own: an addon for another libc may end the one that loads it. */
function loads(addon) {
  if (!existsSync(addon)) return false;
  return spawnSync(process.execPath, ['-e', 'require(process.argv[1])', addon], { stdio: 'ignore' }).status === 0;
}

function compile() {
  const missing = [
    ['a C++ compiler', which('g++') ?? which('c++') ?? process.env['CXX']],
    ['make', which('make')],
    ['python3', which('python3') ?? process.env['PYTHON']],
  ].filter(([, path]) => path === undefined);
  const without = 'offheap is installed without its native part: no counters, no heap inspection, no timelines.';
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(', ');
    return say(`no prebuilt native code fits this machine, and to compile it ${names} is missing. ${without} ${cure}`);
  }
  if (!run(process.execPath, [join(root, 'scripts', 'build-native.mjs')])) say(`${without} ${cure}`);
}
