// Makes build/standalone/offheap-linux-x64 and -arm64: offheap, a Node, its C++ library, musl and all native code in one file, which needs nothing of the machine
// that it is started on but a kernel and /proc. With their checksums, and what they are made of (CycloneDX). Everything in them is pinned: by package-lock.json, and by the
// hashes beside this script. Usage: npm run build:standalone [-- --arch=x64]
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { architectures } from '../lib/cross.mjs';
import { fail, run, say, step, which } from '../lib/run.mjs';
import { ensureZig } from '../lib/zig.mjs';
import { writeBill } from './bill.mjs';
import { bundle, carriedFiles } from './bundle.mjs';
import { assemble, withoutNeeded } from './elf.mjs';
import { fetchParts } from './parts.mjs';
import { compileStart } from './start.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = join(root, 'build', 'standalone');
const scratch = join(out, '.scratch');
const { values } = parseArgs({ options: { arch: { type: 'string', multiple: true, default: Object.keys(architectures) } } });
const unknown = values.arch.find((arch) => !(arch in architectures));
if (unknown !== undefined) fail(`expected --arch=${Object.keys(architectures).join(' or --arch=')}, found --arch=${unknown}.`);

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
const application = join(scratch, 'offheap.cjs');
await bundle(root, application);
const zig = ensureZig();
const files = [];
for (const arch of values.arch) {
  const parts = await fetchParts(arch);
  files.push(step(`making offheap-linux-${arch}`, () => make(arch, parts)));
}
rmSync(scratch, { recursive: true, force: true });
writeBill(root, join(out, 'offheap.cdx.json'));
const named = [...files, join(out, 'offheap.cdx.json')];
writeFileSync(join(out, 'SHA256SUMS'), named.map((file) => `${sha256(file)}  ${basename(file)}\n`).join(''));
for (const file of files) say(`${file}: ${(statSync(file).size / 1024 ** 2).toFixed(1)} MiB`);

function make(arch, { node, libraries, loader }) {
  const program = join(scratch, `node-${arch}`);
  // Half of its symbols are for debuggers.
  if (!run(zig, ['objcopy', '--strip-all', node, program]) && !run('strip', ['--strip-all', '-o', program, node]))
    fail(`${node} could not be stripped; the output is above.`);
  const file = join(out, `offheap-linux-${arch}`);
  const names = libraries.map((library) => basename(library));
  const bytes = assemble({
    program: readFileSync(program),
    start: compileStart({ root, arch, zig, folder: scratch }),
    blob: makeBlob(arch, { node, libraries, loader }),
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

/** By the Node that will read it, since it holds that Node's own code of the application: on the other kind of machine under an emulator. */
function makeBlob(arch, { node, libraries, loader }) {
  const [config, blob] = [join(scratch, `sea-${arch}.json`), join(scratch, `sea-${arch}.blob`)];
  const assets = Object.fromEntries(carriedFiles(root, arch).map((file) => [file, join(root, file)]));
  const settings = {
    main: application,
    output: blob,
    assets,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // NODE_OPTIONS is for the programs that are looked at.
    execArgvExtension: 'none',
  };
  writeFileSync(config, JSON.stringify(settings));
  const call = [loader, '--library-path', join(libraries[0], '..'), node, '--experimental-sea-config', config];
  const { emulator } = architectures[arch];
  if (arch !== process.arch && which(emulator) === undefined)
    fail(`expected ${emulator} on PATH, to prepare the file for ${arch}, found none. Install it: apt-get install qemu-user`);
  const [command, ...args] = arch === process.arch ? call : [emulator, ...call];
  chmodSync(node, 0o755);
  chmodSync(loader, 0o755);
  if (!run(command, args, { cwd: root })) fail('Node could not prepare the application; the output is above.');
  return readFileSync(blob);
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
