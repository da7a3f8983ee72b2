import { isGone } from '../model/errors.ts';
import { parseMountInfo } from '../parse/mountinfo.ts';
import { readProcFile } from './identity.ts';
import { type Looked, unknownBecause } from './unknown.ts';

/** File systems whose files are memory, and no cache of anything (kernel: Documentation/filesystems/tmpfs.rst, ramfs-rootfs-initramfs.rst). */
const inMemory: ReadonlySet<string> = new Set(['tmpfs', 'ramfs', 'hugetlbfs']);

/**
 * The devices, `major:minor`, of the file systems in memory that a process has mounted: by them a file that it maps is known to be memory, wherever it
 * lies and whatever its name.
 *
 * @throws OffheapError NO_SUCH_PROCESS
 */
export async function readMemoryDevices(pid: number): Promise<Looked<ReadonlySet<string>>> {
  try {
    const mounts = parseMountInfo(await readProcFile(pid, 'mountinfo'));
    return { value: new Set(mounts.filter(({ fileSystem }) => inMemory.has(fileSystem)).map(({ device }) => device)), unknown: [] };
  } catch (error) {
    if (isGone(error)) throw error;
    return { unknown: [unknownBecause('mounts', error)] };
  }
}
