// Puts the native code that a package carries into prebuilds/: linux-x64, linux-arm64, and for musl linuxmusl-x64 and linuxmusl-arm64. By one
// compiler, zig (scripts/lib/zig.mjs), so that it loads wherever a JVM runs: glibc 2.17 or later, musl 1.2.2 or later.
// Node-API, so that one addon serves every Node. A package that lacks one of them, or needs more of a system than README says, is none: it fails.
// Usage: node scripts/prebuild.mjs [--arch=x64] [--libc=musl] (of these alone; an image is built for one machine)
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './lib/cache.mjs';
import { architectures, prebuilds, prebuildsFor } from './lib/cross.mjs';
import { newestGlibc, readNeeds, setInitFirst, tooNew } from './lib/elf.mjs';
import { nodeHeaders } from './lib/headers.mjs';
import { readOptions } from './lib/options.mjs';
import { plainRoot } from './lib/plain-root.mjs';
import { fail, run, step } from './lib/run.mjs';
import { buildWhenChanged, nativeSources } from './lib/stamp.mjs';
import { ensureZig, makeZigTools, zigEnvironment, zigVersion } from './lib/zig.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = ['offheap.node', 'libmmapalloc.so', 'libmeter.so', 'liballocator-agent.so'];
/** By an option of the linker that zig does not know. */
const first = ['libmmapalloc.so', 'libmeter.so'];
const several = { type: 'string', multiple: true };
const values = readOptions(import.meta.url, { arch: several, libc: several });
const wanted = prebuildsFor(values);
if (wanted.length === 0) {
  const known = (key) => [...new Set(prebuilds.map((prebuild) => prebuild[key]))].map((value) => `--${key}=${value}`).join(' or ');
  const found = Object.entries(values).flatMap(([key, all]) => all.map((value) => `--${key}=${value}`));
  fail(`expected ${known('arch')} and ${known('libc')}, found ${found.join(' ')}.`);
}

for (const prebuild of wanted) {
  buildWhenChanged({
    root,
    name: `prebuild-${prebuild.folder}`,
    inputs: [
      ...nativeSources(root),
      'scripts/prebuild.mjs',
      'scripts/lib/headers.mjs',
      'scripts/lib/zig.mjs',
      'scripts/lib/cross.mjs',
      'scripts/lib/elf.mjs',
    ],
    extra: [process.version, zigVersion, ...['node-gyp', 'node-addon-api'].map(versionOf)],
    store: cacheFolder('prebuilds'),
    outputs: files.map((file) => join('prebuilds', prebuild.folder, file)),
    build: () => {
      const zig = ensureZig();
      step(`compiling for ${prebuild.target}`, () => compile(prebuild, zig));
    },
  });
}
for (const prebuild of wanted) check(prebuild);

function versionOf(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** In a folder of its own: node-gyp knows no other place for its output than build/ beside binding.gyp. */
function compile({ folder, arch, target }, zig) {
  const scratch = join(root, 'build', `prebuild-${folder}`);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  for (const input of ['binding.gyp', 'native', 'package.json'])
    cpSync(join(root, input), join(scratch, input), { recursive: true });
  const tools = makeZigTools(zig, target);
  const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const path = `${tools}${delimiter}${process.env['PATH'] ?? ''}`;
  const commands = { CC: 'zig-cc', CXX: 'zig-c++', LINK: 'zig-link', AR: 'zig-ar' };
  const options = ['--release', `--arch=${arch}`, '--loglevel=error', '--jobs=max', ...nodeHeaders()];
  const env = { ...process.env, ...zigEnvironment, ...commands, PATH: path };
  if (!run(process.execPath, [nodeGyp, 'configure', 'build', ...options], { cwd: plainRoot(scratch), env }))
    fail(`the native code does not compile for ${target}; the output is above.`);
  keep(folder, join(scratch, 'build', 'Release'));
  rmSync(scratch, { recursive: true });
}

/** Each is replaced whole: another process may be packing or loading it. */
function keep(folder, from) {
  const to = join(root, 'prebuilds', folder);
  mkdirSync(to, { recursive: true });
  for (const file of files) {
    const made = join(from, file);
    if (first.includes(file)) setInitFirst(made);
    renameSync(made, join(to, file));
  }
}

function check({ folder, arch, libc }) {
  for (const file of files) {
    const path = join('prebuilds', folder, file);
    const { machine, versions } = readNeeds(join(root, path));
    const expected = architectures[arch].machine;
    if (machine !== expected) fail(`expected ${path} to be for ${expected}, found ${machine}. Remove prebuilds/ and pack again.`);
    const above = tooNew(versions, libc);
    if (above.length > 0) {
      const most = libc === 'glibc' ? `glibc ${newestGlibc} at most` : 'no versions of symbols, as musl has none';
      fail(`expected ${path} to need ${most}, found ${above.join(', ')}. Compile what needs it in another way.`);
    }
  }
}
