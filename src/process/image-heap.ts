import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { type ElfSection, findElfSection } from '../parse/elf-section.ts';
import { withProcFolderSync } from './living-thread.ts';
import { slowMountBehind } from './slow-mounts.ts';

/** Objects that native-image has put into the program (substratevm: com.oracle.svm.core.SubstrateOptions, objectfile/SectionName.java). */
const sectionName = '.svm_heap';

/** What of a process's program GraalVM's native-image has made: its heap as it was when the program was built. */
export interface ImageHeap extends ElfSection {
  /** Of the program, as the process's mappings name it. */
  path: string;
}

/** Undefined of a program that is no native image, has lost its section headers (sstrip), or may not be read. */
export function findImageHeap(pid: number): ImageHeap | undefined {
  if (slowMountBehind(pid, 'exe')) return undefined;
  try {
    return withProcFolderSync(pid, (folder) => {
      const section = findIn(`${folder}/exe`);
      return section && { ...section, path: readlinkSync(`${folder}/exe`) };
    });
  } catch {
    return undefined;
  }
}

function findIn(file: string): ElfSection | undefined {
  const descriptor = openSync(file, 'r');
  try {
    return findElfSection((offset, length) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
    }, sectionName);
  } finally {
    closeSync(descriptor);
  }
}
