// The images of the test. No registry is asked: offheap's is made of its single file as Dockerfile.small says; those of the JVMs of packages, as distroless images are.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moveInto } from '../lib/cache.mjs';
import { downloadPackages, unpackPackage } from '../lib/debian-packages.mjs';
import { findJdk } from '../lib/jdk.mjs';
import { fail, say, which } from '../lib/run.mjs';
import { readStage } from './dockerfile.mjs';
import { writeImage } from './image-file.mjs';
import { kubernetesCache } from './program.mjs';

/** What a JVM without a window needs of a distribution. */
const runtime = ['libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g'];
const jres = {
  17: { release: 'bookworm', packages: [...runtime, 'openjdk-17-jre-headless'] },
  8: { release: 'jammy', packages: [...runtime, 'openjdk-8-jre-headless'] },
};
/** Processes of a pod's sandbox have nothing to do but to stay. */
const pauseCommand = ['/bin/busybox', 'sleep', 'infinity'];

/** The tags that the manifests are rolled out with, and updated to: of one image, so that nothing but the tag differs. */
export const tags = ['0.1.0', '0.1.1'];
export const names = {
  offheap: 'localhost/offheap',
  debug: 'localhost/offheap:debug',
  pause: 'localhost/pause:1',
  orders: 'localhost/orders:17',
  bare: 'localhost/orders:17-bare',
  old: 'localhost/orders:8',
};

/**
 * Writes the files of all images. `old` is absent where JDK 8 cannot be had, and that is said.
 *
 * @returns {Promise<{ files: string[], has8: boolean }>}
 */
export async function makeImages({ root, folder }) {
  mkdirSync(folder, { recursive: true });
  const classes = compile(root, folder);
  const made = [];
  const add = async (name, config, fill) => made.push(await makeOne({ folder, names: [name].flat(), config, fill }));
  await add(names.pause, { Cmd: pauseCommand }, addBusybox);
  await addOffheap(root, add);
  const jre17 = await unpackJre(17);
  const service = (home) => ({ Env: [`PATH=${home}/bin:/bin`], WorkingDir: '/app', Entrypoint: ['java'] });
  const withService = (jre) => (image) => {
    cpSync(jre, image, { recursive: true, verbatimSymlinks: true });
    cpSync(classes, join(image, 'app'), { recursive: true });
  };
  const home17 = `/usr/lib/jvm/java-17-openjdk-${debianArch}`;
  await add(names.bare, service(home17), withService(jre17));
  await add(names.orders, service(home17), (image) => {
    withService(jre17)(image);
    addBusybox(image);
  });
  const jre8 = await unpackJre(8).catch((error) => say(`JDK 8 cannot be had, and is left out: ${error.message}`));
  if (jre8) await add(names.old, service(`/usr/lib/jvm/java-8-openjdk-${debianArch}/jre`), withService(jre8));
  return { files: made, has8: jre8 !== undefined };
}

const debianArch = { x64: 'amd64', arm64: 'arm64' }[process.arch];

async function makeOne({ folder, names: all, config, fill }) {
  const scratch = mkdtempSync(join(folder, '.root-'));
  const file = join(folder, `${all[0].replace(/[/:]/g, '-')}.tar`);
  try {
    chmodSync(scratch, 0o755);
    mkdirSync(join(scratch, 'tmp'));
    chmodSync(join(scratch, 'tmp'), 0o1777);
    fill(scratch);
    await writeImage({ names: all, config, folder: scratch, file });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return file;
}

/** Of what `npm run build:standalone` has made; Dockerfile.small has it make the same in a container. */
async function addOffheap(root, add) {
  const { configOf, fill } = smallImage(root);
  await add(
    tags.map((tag) => `${names.offheap}:${tag}`),
    configOf(),
    fill,
  );
  await add(names.debug, configOf('debug'), fill);
}

function smallImage(root) {
  const text = readFileSync(join(root, 'Dockerfile.small'), 'utf8');
  const program = join(root, 'build', 'standalone', `offheap-linux-${process.arch}`);
  if (!existsSync(program)) fail(`expected ${program}, found none. Run: npm run build:standalone`);
  const fill = (image) => {
    mkdirSync(join(image, 'usr', 'local', 'bin'), { recursive: true });
    cpSync(program, join(image, 'usr', 'local', 'bin', 'offheap'));
  };
  return { configOf: (target) => readStage(text, target).config, fill };
}

/** The file of the image for `kubectl debug` alone, `names.debug`. */
export function makeDebugImage({ root, folder }) {
  mkdirSync(folder, { recursive: true });
  const { configOf, fill } = smallImage(root);
  return makeOne({ folder, names: [names.debug], config: configOf('debug'), fill });
}

function addBusybox(image) {
  const bin = join(image, 'bin');
  mkdirSync(bin, { recursive: true });
  cpSync(which('busybox'), join(bin, 'busybox'));
  for (const applet of ['sh', 'ls', 'cat', 'sleep']) symlinkSync('busybox', join(bin, applet));
}

/** A folder with the files of a JRE and of what it needs, kept. */
async function unpackJre(version) {
  const folder = join(kubernetesCache, `jre-${version}-${jres[version].release}`);
  if (existsSync(folder)) return folder;
  say(`fetching a JRE ${version} of ${jres[version].release} …`);
  mkdirSync(dirname(folder), { recursive: true });
  const scratch = mkdtempSync(join(dirname(folder), '.fetching-'));
  try {
    const unpacked = join(scratch, 'root');
    const { release, packages } = jres[version];
    for (const file of await downloadPackages({ release, packages, folder: join(scratch, 'packages') }))
      await unpackPackage(file, unpacked);
    moveInto(folder, unpacked);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return folder;
}

function compile(root, folder) {
  const { home, found } = findJdk();
  if (home === undefined) fail(`expected javac of JDK 17 or later, found ${found}. Run: npm run setup`);
  const classes = join(folder, 'classes');
  const source = join(root, 'scripts', 'kubernetes', 'payload', 'Service.java');
  const args = ['--release', '8', '-Xlint:-options', '-d', classes, source];
  const { status, stderr } = spawnSync(join(home, 'bin', 'javac'), args, { encoding: 'utf8' });
  if (status !== 0) fail(`Service.java does not compile: ${stderr}`);
  return classes;
}
