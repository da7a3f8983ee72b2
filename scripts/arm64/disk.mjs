// The disk of a virtual machine for arm64: Debian 12's packages with a kernel and a JVM, only unpacked, for nothing of them can be run here to set them up; and the RAM
// disk that mounts it.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { cacheFolder } from '../lib/cache.mjs';
import { downloadPackages, unpackPackage } from '../lib/debian-packages.mjs';
import { packInto, releases } from '../lib/debootstrap.mjs';
import { fail, say } from '../lib/run.mjs';
import { imageOf, requireRun } from '../vm/image.mjs';

const release = 'bookworm';
const packages = ['linux-image-cloud-arm64', 'openjdk-17-jre-headless', 'bash', 'busybox-static', 'coreutils', 'grep', 'mount'];
const imageSize = '3G';
/** What the disk needs of the kernel, in the order in which they need each other; the file system is built in. */
const modules = ['virtio', 'virtio_ring', 'virtio_mmio', 'virtio_blk'];
export const javaHome = '/usr/lib/jvm/java-17-openjdk-arm64';
const mountDisk = fileURLToPath(new URL('mount-disk.sh', import.meta.url));
const cache = cacheFolder('arm64');

/**
 * Writes the image, and the kernel and initial RAM disk beside it.
 *
 * @param {string} folder of the results
 * @param {Record<string, string>} files by their place in the image: the file or folder that is copied there
 * @returns {Promise<{ image: string, kernel: string, initrd: string }>}
 */
export async function makeDisk(folder, files) {
  const archive = join(cache, `${release}.tar`);
  if (!existsSync(archive)) await makeArchive(archive);
  const root = mkdtempSync(join(cache, 'root-'));
  try {
    requireRun('tar', ['--extract', '--file', archive, '--directory', root, '--numeric-owner']);
    chmodSync(root, 0o755);
    for (const [place, from] of Object.entries(files)) cpSync(from, join(root, place), { recursive: true });
    const [name] = readdirSync(join(root, 'boot')).filter((file) => file.startsWith('vmlinuz-'));
    if (name === undefined) fail(`expected vmlinuz of the kernel's package in /boot, found none. Remove the archive: ${archive}`);
    const kernel = join(folder, 'vmlinuz');
    cpSync(join(root, 'boot', name), kernel);
    const initrd = makeRamDisk(root, name.slice('vmlinuz-'.length), folder);
    return { image: imageOf(root, folder, imageSize), kernel, initrd };
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function makeArchive(archive) {
  say(`fetching ${releases[release].title} for arm64 …`);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, '.unpacking-'));
  const scratch = mkdtempSync(join(cache, '.fetching-'));
  try {
    const files = await downloadPackages({ release, packages, folder: join(scratch, 'packages'), arch: 'arm64', resolves: true });
    for (const file of files) await unpackPackage(file, folder);
  } catch (error) {
    fail(error.message);
  } finally {
    rmSync(scratch, { recursive: true });
  }
  // A JVM without a name for its user leaves no file by which tools find it.
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  packInto(archive, folder);
}

function makeRamDisk(root, version, folder) {
  const ram = mkdtempSync(join(cache, 'ram-'));
  try {
    for (const made of ['bin', 'dev', 'proc', 'root', 'modules']) mkdirSync(join(ram, made));
    cpSync(join(root, 'bin/busybox'), join(ram, 'bin/busybox'));
    symlinkSync('busybox', join(ram, 'bin/sh'));
    cpSync(mountDisk, join(ram, 'init'));
    chmodSync(join(ram, 'init'), 0o755);
    const all = join(root, 'lib/modules', version);
    const found = readdirSync(all, { recursive: true });
    modules.forEach((module, index) => {
      const file = found.find((path) => path.endsWith(`/${module}.ko`));
      if (file !== undefined) cpSync(join(all, file), join(ram, 'modules', `${index}-${module}.ko`));
    });
    const names = execFileSync('find', ['.', '-print0'], { cwd: ram });
    const { status, stdout, stderr } = spawnSync('cpio', ['--create', '--null', '--quiet', '--format=newc'], {
      ...{ cwd: ram, input: names, maxBuffer: 64 << 20 },
    });
    if (status !== 0) fail(`cpio failed: ${stderr}`);
    const initrd = join(folder, 'initrd.img');
    writeFileSync(initrd, gzipSync(stdout));
    return initrd;
  } finally {
    rmSync(ram, { recursive: true });
  }
}
