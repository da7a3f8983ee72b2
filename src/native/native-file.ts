import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Libc } from '../model/libc.ts';
import { isStandalone } from '../process/package-text.ts';
import { packageRoot } from '../process/paths.ts';
import { nativeFolders } from './native-folder.ts';
import { packageFile } from './package-file.ts';

/** Where a file of the native part is that programs on a libc load, or undefined. */
export function nativeFile(file: string, libc: Libc = 'glibc'): string | undefined {
  const packed = `prebuilds/${process.platform}${libc === 'musl' ? 'musl' : ''}-${process.arch}`;
  if (isStandalone) return packageFile(`${packed}/${file}`);
  const folders = libc === 'glibc' ? nativeFolders : [join(packageRoot, packed)];
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}
