// The images of the programs that are looked at, one for each kind of base. No registry is asked: they are made of packages, as the distributions' own are.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeMuslcs } from '../glibcs/make.mjs';
import { openMusl } from '../glibcs/open.mjs';
import { makeJdks } from '../jdks/make.mjs';
import { openJdk } from '../jdks/open.mjs';
import { cacheFolder, moveInto } from '../lib/cache.mjs';
import { downloadPackages, unpackPackage } from '../lib/debian-packages.mjs';
import { ensureArchive } from '../lib/debootstrap.mjs';
import { fail, run, which } from '../lib/run.mjs';
import { roots } from '../matrix/list.mjs';
import { heapFlags } from '../matrix/program.mjs';
import { jdkInRoot, openRoot } from '../matrix/roots.mjs';

const cache = cacheFolder('docker');
const held = fileURLToPath(new URL('held.c', import.meta.url));
const musl = '1.2.5';
/** Where the classes of Known.java are mounted. */
const classes = '/app';
const known = (java) => [java, ...heapFlags, '-cp', classes, 'Known', 'stay'];
/** No right that it does not need. */
const plain = ['--cap-drop=ALL', '--security-opt=no-new-privileges'];

/**
 * `make` returns an archive or a folder of the image's root, and the command of the program. `jdk`: its feature release, absent of what is no JVM. `uid`: of the program. `lacking`: what the
 * line without SYS_PTRACE ends by: of a program of the same user that has no more rights, it needs none.
 */
export const bases = [
  {
    name: 'debian',
    title: 'Debian 12, glibc 2.36',
    with: 'a shell; user root',
    jdk: 17,
    glibc: '2.36',
    uid: 0,
    limitMib: 1511,
    options: [],
    make: async () => ({ root: debianArchive(), command: known('java') }),
  },
  {
    name: 'distroless',
    title: 'nothing but glibc 2.36 and a jlinked JDK',
    with: 'no shell; user 1000; `--read-only`, no capabilities',
    jdk: 21,
    glibc: '2.36',
    uid: 1000,
    limitMib: 1499,
    options: ['--user=1000:1000', '--read-only', '--tmpfs=/tmp:exec', ...plain],
    make: async () => ({ root: await bareRoot(), command: known('/jdk/bin/java') }),
  },
  {
    name: 'ubuntu-16',
    title: 'Ubuntu 16.04, glibc 2.23',
    with: 'JDK 8; user 1001',
    jdk: 8,
    glibc: '2.23',
    uid: 1001,
    limitMib: 1523,
    // In that root of packages /tmp is root's, and a tmpfs gets its mode.
    options: ['--user=1001:1001', '--tmpfs=/tmp:exec,uid=1001'],
    make: async () => {
      const { folder } = await openRoot(roots.find(({ release }) => release === 'xenial'));
      return { root: folder, command: known(`${jdkInRoot(folder, 8)}/bin/java`) };
    },
  },
  {
    name: 'musl',
    title: `musl ${musl} and busybox, as Alpine`,
    with: 'no JVM: a C program under `libmeter.so`; user 1000',
    uid: 1000,
    limitMib: 211,
    options: ['--user=1000:1000', '--env=LD_PRELOAD=/offheap/musl/libmeter.so', '--env=OFFHEAP_COUNTERS_DIR=/tmp', ...plain],
    make: async ({ scratch, libraries }) => ({ root: await muslRoot(scratch, libraries), command: ['/bin/held'] }),
  },
];

/** Loads a root, a folder or an archive, as an image. @param {import('./engine.mjs').Engine} engine @param {string[]} [changes] instructions of a Dockerfile */
export function importImage(engine, name, root, changes = []) {
  const pack = root.endsWith('.tar') ? 'cat "$0"' : 'tar --create --directory "$0" --owner=0 --group=0 .';
  const words = [...changes.flatMap((change) => ['--change', change]), '-', name];
  const { status, stderr } = spawnSync('sh', ['-c', `${pack} | docker import "$@"`, root, ...words], {
    encoding: 'utf8',
    env: engine.environment,
  });
  if (status !== 0) throw new Error(`the image ${name} could not be loaded: ${stderr.trim()}`);
}

function debianArchive() {
  const archive = join(cache, 'bookworm-jre-17.tar');
  ensureArchive({
    archive,
    release: 'bookworm',
    packages: ['openjdk-17-jre-headless'],
    title: 'fetching Debian 12 with its JRE 17',
  });
  return archive;
}

/** As distroless images are: libc, what a JVM needs beside it, and the JVM. */
async function bareRoot() {
  const folder = join(cache, 'bare-21');
  if (existsSync(folder)) return folder;
  makeJdks([21]);
  const { home, reason } = openJdk(21);
  if (reason !== undefined) throw new Error(reason);
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, '.bare-'));
  try {
    const packages = ['libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g'];
    const root = join(scratch, 'root');
    mkdirSync(root);
    for (const file of await downloadPackages({ release: 'bookworm', packages, folder: join(scratch, 'packages') }))
      await unpackPackage(file, root);
    makeFolders(root);
    cpSync(home, join(root, 'jdk'), { recursive: true, verbatimSymlinks: true });
    moveInto(folder, root);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return folder;
}

/** The loader of musl is its libc; its own compiler links with it under this name. */
async function muslRoot(scratch, libraries) {
  await makeMuslcs([musl]);
  const { loader, reason } = openMusl(musl);
  if (reason !== undefined) throw new Error(reason);
  const root = join(scratch, 'musl');
  for (const name of ['lib', 'bin', 'offheap']) mkdirSync(join(root, name), { recursive: true });
  makeFolders(root);
  copyFileSync(loader, join(root, 'lib', 'ld-musl-x86_64.so.1'));
  copyFileSync(which('busybox'), join(root, 'bin', 'busybox'));
  for (const applet of ['sh', 'ls', 'cat']) symlinkSync('busybox', join(root, 'bin', applet));
  cpSync(libraries, join(root, 'offheap'), { recursive: true });
  if (!run('musl-gcc', ['-O1', '-fno-builtin', '-o', join(root, 'bin', 'held'), held]))
    fail('held.c does not compile; the output is above.');
  return root;
}

function makeFolders(root) {
  for (const name of ['tmp', 'proc', 'dev', 'sys', 'etc', 'app']) mkdirSync(join(root, name), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
}
