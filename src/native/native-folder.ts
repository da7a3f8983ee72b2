import { join } from 'node:path';
import type { Libc } from '../model/libc.ts';
import { ownLibc } from '../process/libc.ts';
import { buildCure, isCheckout, isStandalone, packageRoot } from '../process/paths.ts';

/** What was compiled on this machine, for the libc that Node runs on. */
const compiledHere = ['build/Release', 'build/Debug'];

/** Where native code for a libc may be, best first: what was compiled on this machine, then what the package carries. */
export function nativeFolders(libc: Libc = ownLibc()): string[] {
  const own = libc === ownLibc() ? compiledHere : [];
  return [...own, packedFolder(libc)].map((folder) => join(packageRoot, folder));
}

/** Where the package carries native code for a libc. */
export function packedFolder(libc: Libc): string {
  return `prebuilds/${process.platform}${libc === 'musl' ? 'musl' : ''}-${process.arch}`;
}

/** What a person does when it is missing: in a checkout, and in an installed package. */
export const nativeCure = cure();

function cure(): string {
  if (isStandalone) return buildCure('build:native');
  return isCheckout
    ? `Build it: npm run build:native (in ${packageRoot})`
    : 'Compile it: npm rebuild offheap, in the project that has it, with g++, make and python3 installed (apt-get install g++ make python3)';
}

/** The same of a file for a libc, which is compiled for packages alone where Node runs on the other one. */
export function nativeCureFor(libc: Libc): string {
  if (isStandalone || libc === ownLibc()) return nativeCure;
  return isCheckout
    ? `Build it: node scripts/prebuild.mjs (in ${packageRoot})`
    : 'The package is not complete; install it again: npm install offheap';
}
