import type { Libc } from '../model/libc.ts';

/** `libc.so.6`, before 2.34 a link to `libc-2.31.so`. */
export const glibcFile = /\/libc(?:\.so\.6|-2\.\d+\.so)$/;
/** Its dynamic linker is its libc. Alpine has it under the linker's name, Debian the linker's name as a link to `libc.so`; glibc's file of that name is text for a linker. */
const muslFile = /\/(?:ld-musl-[^/]*\.so\.\d+|libc\.musl-[^/]*\.so\.\d+|libc\.so)$/;

/** Of a process with these files mapped; undefined where it has neither, as a static program. */
export function libcOfFiles(files: Iterable<string>): Libc | undefined {
  let isMusl = false;
  for (const file of files) {
    if (glibcFile.test(file)) return 'glibc';
    isMusl ||= muslFile.test(file);
  }
  return isMusl ? 'musl' : undefined;
}
