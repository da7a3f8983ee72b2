// Compiles native/standalone/start.c to bytes alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, run } from '../lib/run.mjs';
import { zigEnvironment } from '../lib/zig.mjs';

const flags = [
  ...['-std=c11', '-D_GNU_SOURCE', '-Os', '-Wall', '-Wextra', '-Werror'],
  // No libc, and nothing that needs one.
  ...['-ffreestanding', '-fno-builtin', '-fno-stack-protector', '-fno-sanitize=all', '-fno-asynchronous-unwind-tables', '-fPIE'],
];
const targets = { x64: 'x86_64-linux-musl', arm64: 'aarch64-linux-musl' };

export function compileStart({ root, arch, zig, folder }) {
  const source = join(root, 'native', 'standalone');
  const made = (suffix) => join(folder, `start-${arch}.${suffix}`);
  const env = { ...process.env, ...zigEnvironment };
  const isMade =
    run(zig, ['cc', '-target', targets[arch], ...flags, '-c', '-o', made('o'), join(source, 'start.c')], { env }) &&
    run(zig, ['ld.lld', '-static', '--build-id=none', '-T', join(source, 'start.ld'), '-o', made('elf'), made('o')], { env }) &&
    run(zig, ['objcopy', '-O', 'binary', made('elf'), made('bin')], { env });
  if (!isMade) fail('native/standalone does not compile; the output is above.');
  return readFileSync(made('bin'));
}
