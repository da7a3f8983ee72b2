/** The two kinds of machine that a package carries native code for, and the tools that compile for each on the other, and run it. */
export const architectures = {
  x64: {
    tools: 'x86_64-linux-gnu-',
    apt: 'g++-x86-64-linux-gnu',
    machine: 'Advanced Micro Devices X86-64',
    emulator: 'qemu-x86_64',
  },
  arm64: { tools: 'aarch64-linux-gnu-', apt: 'g++-aarch64-linux-gnu', machine: 'AArch64', emulator: 'qemu-aarch64' },
};

/** Those that this machine has to compile for by other tools than its own. */
export const others = Object.keys(architectures).filter((arch) => arch !== process.arch);

/** What a package carries, by folder of prebuilds/, named as prebuildify does; `target` as zig names it, with the oldest glibc. */
export const prebuilds = [
  { folder: 'linux-x64', arch: 'x64', libc: 'glibc', target: 'x86_64-linux-gnu.2.17' },
  { folder: 'linux-arm64', arch: 'arm64', libc: 'glibc', target: 'aarch64-linux-gnu.2.17' },
  { folder: 'linuxmusl-x64', arch: 'x64', libc: 'musl', target: 'x86_64-linux-musl' },
  { folder: 'linuxmusl-arm64', arch: 'arm64', libc: 'musl', target: 'aarch64-linux-musl' },
];

/**
 * Those of some machines and libcs; absent: of all. None where one of the words is none of the known.
 *
 * @param {{ arch?: string[], libc?: string[] }} chosen
 */
export function prebuildsFor(chosen) {
  const isKnown = (key, value) => prebuilds.some((prebuild) => prebuild[key] === value);
  const keys = ['arch', 'libc'];
  if (!keys.every((key) => (chosen[key] ?? []).every((value) => isKnown(key, value)))) return [];
  return prebuilds.filter((prebuild) => keys.every((key) => chosen[key]?.includes(prebuild[key]) ?? true));
}
