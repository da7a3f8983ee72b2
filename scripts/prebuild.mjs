// Puts the native code that a package carries into prebuilds/linux-ARCH: this machine's as build/Release has it, the other's by its cross compiler.
// Node-API, so that one addon serves every Node. A package that lacks one of them, or needs more of a system than README says, is none: it fails.
// Usage: node scripts/prebuild.mjs
import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { architectures, others } from './lib/cross.mjs';
import { newest, readNeeds, tooNew } from './lib/elf.mjs';
import { nodeHeaders } from './lib/headers.mjs';
import { fail, run, step, which } from './lib/run.mjs';
import { buildWhenChanged } from './lib/stamp.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = ['offheap.node', 'libmmapalloc.so', 'libmeter.so', 'liballocator-agent.so'];

keep(process.arch, join(root, 'build', 'Release'), '');
for (const arch of others) {
  const { tools, apt } = architectures[arch];
  if (which(`${tools}g++`) === undefined) {
    fail(`the package carries native code for ${arch} too, and ${tools}g++ is missing. Install it: apt-get install ${apt}`);
  }
  buildWhenChanged({
    root,
    name: `prebuild-${arch}`,
    inputs: ['binding.gyp', 'native', 'scripts/prebuild.mjs'],
    extra: [process.version],
    outputs: files.map((file) => join('prebuilds', `linux-${arch}`, file)),
    build: () => step(`compiling for ${arch}`, () => compileForOther(arch, tools)),
  });
}
for (const arch of Object.keys(architectures)) check(arch);

/** In a folder of its own: node-gyp knows no other place for its output than build/ beside binding.gyp. */
function compileForOther(arch, tools) {
  const folder = join(root, 'build', `prebuild-${arch}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const input of ['binding.gyp', 'native', 'package.json'])
    cpSync(join(root, input), join(folder, input), { recursive: true });
  const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const env = { ...process.env, CC: `${tools}gcc`, CXX: `${tools}g++`, LINK: `${tools}g++`, AR: `${tools}ar` };
  const options = ['--release', `--arch=${arch}`, '--loglevel=error', '--jobs=max', ...nodeHeaders()];
  if (!run(process.execPath, [nodeGyp, 'configure', 'build', ...options], { cwd: folder, env }))
    fail(`the native code does not compile for ${arch}; the output is above.`);
  keep(arch, join(folder, 'build', 'Release'), tools);
  rmSync(folder, { recursive: true });
}

/** Each is replaced whole: another process may be packing or loading it. */
function keep(arch, from, tools) {
  const folder = join(root, 'prebuilds', `linux-${arch}`);
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    const stripped = join(root, 'build', `${file}.${arch}.${process.pid}`);
    if (!run(`${tools}strip`, ['--strip-unneeded', '-o', stripped, join(from, file)]))
      fail(`${join(from, file)} could not be copied; the output is above.`);
    renameSync(stripped, join(folder, file));
  }
}

function check(arch) {
  for (const file of files) {
    const path = join('prebuilds', `linux-${arch}`, file);
    const { machine, versions } = readNeeds(join(root, path));
    const expected = architectures[arch].machine;
    if (machine !== expected) fail(`expected ${path} to be for ${expected}, found ${machine}. Remove prebuilds/ and pack again.`);
    const above = tooNew(versions);
    if (above.length > 0) {
      fail(
        `expected ${path} to need glibc ${newest.GLIBC} and libstdc++ ${newest.GLIBCXX} at most, found ${above.join(', ')}. ` +
          'Pack on Debian 12 or Ubuntu 22.04, whose compilers ask for no more.',
      );
    }
  }
}
