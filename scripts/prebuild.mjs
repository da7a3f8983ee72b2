// Puts the native code that a package carries into prebuilds/linux-ARCH: this machine's as build/Release has it, and arm64's where its cross
// compiler is installed. Node-API, so that one addon serves every Node. Usage: node scripts/prebuild.mjs
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeHeaders } from './lib/headers.mjs';
import { fail, run, say, step, which } from './lib/run.mjs';
import { buildWhenChanged } from './lib/stamp.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = ['offheap.node', 'libmmapalloc.so', 'libmeter.so'];
const cross = { arch: 'arm64', tools: 'aarch64-linux-gnu-' };

keep(process.arch, join(root, 'build', 'Release'), '');
if (process.arch === cross.arch) {
  // Built natively above.
} else if (which(`${cross.tools}g++`) === undefined) {
  say(
    `without native code for ${cross.arch}: it will be compiled where it is installed. To carry it: apt-get install g++-aarch64-linux-gnu`,
  );
} else {
  buildWhenChanged({
    root,
    name: `prebuild-${cross.arch}`,
    inputs: ['binding.gyp', 'native', 'scripts/prebuild.mjs'],
    extra: [process.version],
    outputs: files.map((file) => join('prebuilds', `linux-${cross.arch}`, file)),
    build: () => step(`compiling for ${cross.arch}`, compileForOther),
  });
}

/** In a folder of its own: node-gyp knows no other place for its output than build/ beside binding.gyp. */
function compileForOther() {
  const folder = join(root, 'build', `prebuild-${cross.arch}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const input of ['binding.gyp', 'native', 'package.json'])
    cpSync(join(root, input), join(folder, input), { recursive: true });
  const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const env = {
    ...process.env,
    CC: `${cross.tools}gcc`,
    CXX: `${cross.tools}g++`,
    LINK: `${cross.tools}g++`,
    AR: `${cross.tools}ar`,
  };
  const args = [
    nodeGyp,
    'configure',
    'build',
    '--release',
    `--arch=${cross.arch}`,
    '--loglevel=error',
    '--jobs=max',
    ...nodeHeaders(),
  ];
  if (!run(process.execPath, args, { cwd: folder, env }))
    fail(`the native code does not compile for ${cross.arch}; the output is above.`);
  keep(cross.arch, join(folder, 'build', 'Release'), cross.tools);
  rmSync(folder, { recursive: true });
}

function keep(arch, from, tools) {
  const folder = join(root, 'prebuilds', `linux-${arch}`);
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    if (!run(`${tools}strip`, ['--strip-unneeded', '-o', join(folder, file), join(from, file)]))
      fail(`${join(from, file)} could not be copied; the output is above.`);
  }
}
