// The disk of the virtual machine: Debian 12 with systemd, a kernel and a JVM, made once and kept as an archive; and an ext4 image of it with what is to be tried.
// Nothing is mounted: mke2fs copies a folder, debugfs reads one.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../lib/cache.mjs';
import { ensureArchive, releases } from '../lib/debootstrap.mjs';
import { fail, run } from '../lib/run.mjs';
import { machines } from './boot.mjs';

const release = 'bookworm';
const packages = [
  ...['linux-image-cloud-amd64', 'initramfs-tools', 'systemd-sysv', 'dbus', 'dbus-user-session', 'libpam-systemd'],
  ...['openjdk-17-jre-headless', 'curl', 'procps'],
];
const imageSize = '3G';
/** As scripts/lib/tools.mjs takes them. */
export const needsOf = (arch) => [
  { path: machines[arch].emulator, apt: machines[arch].apt },
  { path: 'debootstrap', apt: 'debootstrap' },
  { path: 'mke2fs', apt: 'e2fsprogs', others: ['/sbin/mke2fs'] },
  { path: 'debugfs', apt: 'e2fsprogs', others: ['/sbin/debugfs'] },
];
export const cache = cacheFolder('vm');

/**
 * Writes the image, and the kernel and initial RAM disk beside it.
 *
 * @param {string} folder of the results
 * @param {Record<string, string>} files by their place in the image: the file or folder that is copied there
 * @param {string} unit systemd's trial.service, which is started with the others
 */
export function makeImage(folder, files, unit) {
  const archive = makeArchive();
  const root = mkdtempSync(join(cache, 'root-'));
  try {
    requireRun('tar', ['--extract', '--file', archive, '--directory', root, '--numeric-owner']);
    chmodSync(root, 0o755);
    for (const [place, from] of Object.entries(files)) cpSync(from, join(root, place), { recursive: true });
    const units = join(root, 'etc/systemd/system');
    writeFileSync(join(units, 'trial.service'), unit);
    symlinkSync('/lib/systemd/system/multi-user.target', join(units, 'default.target'));
    mkdirSync(join(units, 'multi-user.target.wants'), { recursive: true });
    symlinkSync('../trial.service', join(units, 'multi-user.target.wants', 'trial.service'));
    writeFileSync(join(root, 'etc/fstab'), '');
    const boot = join(root, 'boot');
    for (const name of ['vmlinuz', 'initrd.img']) cpSync(join(boot, newest(boot, name)), join(folder, name));
    return imageOf(root, folder, imageSize);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** An ext4 image of a folder. */
export function imageOf(root, folder, size) {
  const image = join(folder, 'disk');
  rmSync(image, { force: true });
  requireRun('mke2fs', ['-q', '-t', 'ext4', '-d', root, image, size]);
  return image;
}

/** Copies a folder out of an image whose machine has ended. */
export function copyFromImage(image, place, folder) {
  rmSync(join(folder, place), { recursive: true, force: true });
  requireRun('debugfs', ['-R', `rdump ${place} ${folder}`, image]);
}

function makeArchive() {
  const archive = join(cache, `${release}.tar`);
  const title = `bootstrapping ${releases[release].title} with a kernel and systemd`;
  const furnish = (folder) => requireRun('chroot', [folder, 'useradd', '--create-home', '--uid=1000', 'app']);
  ensureArchive({ archive, release, packages, title, furnish });
  return archive;
}

function newest(folder, name) {
  const found = readdirSync(folder)
    .filter((file) => file.startsWith(`${name}-`))
    .sort()
    .at(-1);
  return found ?? fail(`expected ${name} of the kernel's package in /boot, found none. Remove the archive: ${cache}`);
}

export function requireRun(command, args) {
  if (!run(command, args)) fail(`${command} failed; its output is above.`);
}
