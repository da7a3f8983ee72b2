import { libcs } from '../model/libc.ts';
import { type LibraryList, libraryNames } from '../model/library-list.ts';
import { nativeFile } from '../native/native-file.ts';

/**
 * What offheap has a program load, for each libc that there is a file for: `meter`, which counts ahead of any allocator, `mmapalloc`, an allocator, both for LD_PRELOAD;
 * `allocator-agent`, which a running JVM loads. The single executable puts them into its cache folder, else into memory, which lasts as long as the process.
 */
export function listLibraries(): LibraryList {
  return libcs.flatMap((libc) =>
    libraryNames.flatMap((name) => {
      const path = nativeFile(`lib${name}.so`, libc);
      return path === undefined ? [] : [{ name, libc, path }];
    }),
  );
}
