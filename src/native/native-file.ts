import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Libc } from '../model/libc.ts';
import { isStandalone } from '../process/paths.ts';
import { nativeFolders, packedFolder } from './native-folder.ts';
import { packageFile } from './package-file.ts';

/** Where a file of the native part is that programs on a libc load, or undefined. */
export function nativeFile(file: string, libc: Libc): string | undefined {
  if (isStandalone) return packageFile(`${packedFolder(libc)}/${file}`);
  return nativeFolders(libc)
    .map((folder) => join(folder, file))
    .find((path) => existsSync(path));
}
