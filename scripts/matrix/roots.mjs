// Roots with nothing but a libc, what a JVM needs beside it, and the release's own JDKs: packages that debootstrap has fetched, unpacked into the cache folder. Where this
// machine has the keys, debootstrap has checked the signatures. Each file is compared with packages.json besides.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, moveInto } from '../lib/cache.mjs';
import { downloadPackages, unpackPackage } from '../lib/debian-packages.mjs';
import { say } from '../lib/run.mjs';

const cache = cacheFolder('matrix');
const pinFile = fileURLToPath(new URL('packages.json', import.meta.url));
/** libgcc's package was renamed in 2020. */
const oldLibgcc = new Set(['xenial', 'bionic']);
const jvms = 'usr/lib/jvm';

/** The folder of a root that is there, with its packages; made where it is missing. Throws an Error with what stood in the way. */
export async function openRoot({ release, jdks, glibc }) {
  const folder = join(cache, release);
  if (!existsSync(folder)) await make({ release, jdks, glibc, folder });
  return { folder, packages: JSON.parse(readFileSync(join(folder, 'packages.json'), 'utf8')) };
}

/** The path of a release's own JDK inside its root. */
export function jdkInRoot(folder, feature) {
  const name = readdirSync(join(folder, jvms)).find((each) => each.startsWith(`java-${feature}-openjdk`));
  if (name === undefined) throw new Error(`expected JDK ${feature} in ${folder}, found none.`);
  const home = join('/', jvms, name);
  return existsSync(join(folder, home, 'jre')) ? join(home, 'jre') : home;
}

async function make({ release, jdks, glibc, folder }) {
  say(`fetching glibc ${glibc} and JDK ${jdks.join(', ')} of ${release} …`);
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, `.${release}-`));
  try {
    const libraries = ['libc6', 'zlib1g', 'libstdc++6', oldLibgcc.has(release) ? 'libgcc1' : 'libgcc-s1'];
    const packages = [...libraries, ...jdks.map((feature) => `openjdk-${feature}-jre-headless`)];
    const files = await downloadPackages({ release, packages, folder: join(scratch, 'packages') });
    checkPins(release, files);
    const root = join(scratch, 'root');
    mkdirSync(root);
    for (const file of files) await unpackPackage(file, root);
    furnish(root, files);
    moveInto(folder, root);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What packages that are not here bring: links of the merged /usr, folders to mount on, and a user with a name. */
function furnish(root, files) {
  for (const name of ['lib', 'lib64']) if (!existsSync(join(root, name))) symlinkSync(`usr/${name}`, join(root, name));
  for (const name of ['proc', 'dev', 'tmp', 'sys', 'etc', 'jdk', 'old']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/:/bin/sh\nada:x:1000:1000:ada:/:/bin/sh\n');
  writeFileSync(join(root, 'packages.json'), JSON.stringify(files.map(fileName).sort()));
}

const fileName = (file) => decodeURIComponent(basename(file));

/** What a release of the past has is the same for ever. What one of today has changes: then the file is another, and is added. */
function checkPins(release, files) {
  const pins = JSON.parse(readFileSync(pinFile, 'utf8'));
  const known = pins[release] ?? {};
  for (const file of files) {
    const [name, hash] = [fileName(file), createHash('sha256').update(readFileSync(file)).digest('hex')];
    if (known[name] === undefined) say(`${release}: ${name} is new; it is added to scripts/matrix/packages.json`);
    else if (known[name] !== hash) throw new Error(`expected ${name} with sha256 ${known[name]}, found ${hash}. Do not use it.`);
    known[name] = hash;
  }
  pins[release] = Object.fromEntries(Object.entries(known).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(`${pinFile}.part`, `${JSON.stringify(pins, null, 2)}\n`);
  renameSync(`${pinFile}.part`, pinFile);
}
