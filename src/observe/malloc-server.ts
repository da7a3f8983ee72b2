import { detectAllocator } from '../allocators/detect.ts';
import { type AllocatorName, allocatorNamed } from '../allocators/registry.ts';
import type { MapsEntry } from '../parse/maps.ts';
import { readProgram } from '../process/program.ts';
import { readEnvironment } from './identity.ts';

export interface MallocServer {
  name: AllocatorName;
  /** Its blocks can be walked, or nobody knows that they cannot. */
  isWalked: boolean;
}

/**
 * Which allocator serves a process's malloc.
 *
 * @throws OffheapError NO_SUCH_PROCESS or NO_PERMISSION
 */
export async function whoServes(pid: number, mappings: readonly Pick<MapsEntry, 'path'>[]): Promise<MallocServer> {
  const mappedFiles = [...new Set(mappings.map(({ path }) => path).filter((path) => path.startsWith('/')))];
  const { environment } = await readEnvironment(pid);
  const { name } = detectAllocator({ mappedFiles, environment, ...(await readProgram(pid)) });
  return { name, isWalked: name === 'unknown' || allocatorNamed(name).sight.byInspector };
}
