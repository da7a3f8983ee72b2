// Makes build/standalone/offheap-linux-x64 and -arm64: offheap, a Node, its C++ library, musl and all native code in one file, which needs nothing of the machine
// that it is started on but a kernel and /proc. With their checksums, and what they are made of (CycloneDX). Everything in them is pinned: by package-lock.json, and by the
// hashes beside this script. Usage: npm run build:standalone [-- --arch=x64]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { architectures } from '../lib/cross.mjs';
import { readOptions } from '../lib/options.mjs';
import { fail, run, say, step } from '../lib/run.mjs';
import { ensureZig } from '../lib/zig.mjs';
import { writeBill } from './bill.mjs';
import { bundle, carriedFiles } from './bundle.mjs';
import { assemble, withoutNeeded, withoutUnloaded } from './elf.mjs';
import { fetchParts } from './parts.mjs';
import { compileStart } from './start.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = join(root, 'build', 'standalone');
const scratch = join(out, '.scratch');
const values = readOptions(import.meta.url, { arch: { type: 'string', multiple: true, default: Object.keys(architectures) } });
const unknown = values.arch.find((arch) => !(arch in architectures));
if (unknown !== undefined) fail(`expected --arch=${Object.keys(architectures).join(' or --arch=')}, found --arch=${unknown}.`);

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
compileFor(values.arch);
const application = join(scratch, 'offheap.cjs');
await bundle(root, application);
const zig = ensureZig();
const files = [];
const own = await fetchParts(process.arch);
for (const arch of values.arch) {
  const parts = await fetchParts(arch);
  files.push(step(`making offheap-linux-${arch}`, () => make(arch, parts)));
}
rmSync(scratch, { recursive: true, force: true });
writeBill(root, join(out, 'offheap.cdx.json'));
const named = [...files, join(out, 'offheap.cdx.json')];
writeFileSync(join(out, 'SHA256SUMS'), named.map((file) => `${sha256(file)}  ${basename(file)}\n`).join(''));
for (const file of files) say(`${file}: ${(statSync(file).size / 1024 ** 2).toFixed(1)} MiB`);

/** For each libc, and for no other machine. */
function compileFor(archs) {
  const script = join(root, 'scripts', 'prebuild.mjs');
  const args = archs.map((arch) => `--arch=${arch}`);
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail('the native code could not be compiled; the output is above.');
}

function make(arch, { node, libraries, loader }) {
  const file = join(out, `offheap-linux-${arch}`);
  const names = libraries.map((library) => basename(library));
  const bytes = assemble({
    program: withoutUnloaded(readFileSync(node)),
    start: compileStart({ root, arch, zig, folder: scratch }),
    blob: makeBlob(arch, own),
    loader: readFileSync(loader),
    carried: [
      { name: 'offheap.node', bytes: readFileSync(join(root, 'prebuilds', `linuxmusl-${arch}`, 'offheap.node')) },
      ...libraries.map((library) => ({
        name: basename(library).replace(/-.*$/, ''),
        // The program brings what one of them needs of the others.
        bytes: withoutNeeded(readFileSync(library), names),
        needed: basename(library),
      })),
    ],
  });
  writeFileSync(`${file}.new`, bytes);
  chmodSync(`${file}.new`, 0o755);
  renameSync(`${file}.new`, file);
  return file;
}

/** By that Node in the version for this machine: it is the same for all. */
function makeBlob(arch, { node, libraries, loader }) {
  const [config, blob] = [join(scratch, `sea-${arch}.json`), join(scratch, `sea-${arch}.blob`)];
  const carried = Object.fromEntries(carriedFiles(root, arch).map((file) => [file, join(root, file)]));
  const settings = {
    main: join(root, 'scripts', 'standalone', 'main.cjs'),
    output: blob,
    assets: { ...carried, 'offheap.cjs': application },
    disableExperimentalSEAWarning: true,
    // With V8's own code of it no two files would be the same: the order of what V8 hashes is in it.
    useCodeCache: false,
    // NODE_OPTIONS is for the programs that are looked at.
    execArgvExtension: 'none',
  };
  writeFileSync(config, JSON.stringify(settings));
  for (const file of [node, loader]) chmodSync(file, 0o755);
  if (!run(loader, ['--library-path', dirname(libraries[0]), node, '--experimental-sea-config', config], { cwd: root }))
    fail('Node could not prepare the application; the output is above.');
  return readFileSync(blob);
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
