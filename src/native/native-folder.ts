import { join } from 'node:path';
import { isStandalone } from '../process/package-text.ts';
import { buildCure, isCheckout, packageRoot } from '../process/paths.ts';

/** Where native code may be, best first: what was compiled on this machine, then what the package carries for it. */
export const nativeFolders = ['build/Release', 'build/Debug', `prebuilds/${process.platform}-${process.arch}`].map((folder) =>
  join(packageRoot, folder),
);

/** What a person does when it is missing: in a checkout, and in an installed package. */
export const nativeCure = cure();

function cure(): string {
  if (isStandalone) return buildCure('build:native');
  return isCheckout
    ? `Build it: npm run build:native (in ${packageRoot})`
    : 'Compile it: npm rebuild offheap, in the project that has it, with g++, make and python3 installed (apt-get install g++ make python3)';
}
