import { allocatorNamed } from '../allocators/registry.ts';
import type { Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import type { OwnerChange } from '../model/owner-growth.ts';
import type { Owner } from '../model/owners.ts';
import { ownerChanges } from '../stats/owner-growth.ts';
import type { MallocServer } from './malloc-server.ts';
import { observeOwners } from './owners.ts';

/** A sentence names three. */
const mostChanged = 16;

/**
 * Which classes have objects that hold addresses in the memory of the allocator that serves a JVM, where that is not glibc. Undefined where it is, where nobody knows
 * which it is, or where they could not be read.
 */
export async function findPointedOwners(
  { pid, isJvm, allocator: { name } }: Evidence,
  { budgetMs, signal }: { budgetMs: number; signal?: AbortSignal | undefined },
): Promise<Owner[] | undefined> {
  if (!isJvm || budgetMs === 0 || name === 'unknown' || allocatorNamed(name).sight.byInspector) return undefined;
  const server = { name: name as MallocServer['name'], isWalked: false };
  try {
    return (await observeOwners(pid, { budgetMs, server, signal })).owners;
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    return undefined;
  }
}

/** Those that hold more addresses, or fewer, the largest change first; their bytes nobody knows, and each is 0. */
export function changedOwners(before: readonly Owner[] | undefined, after: readonly Owner[] | undefined): OwnerChange[] {
  if (!before || !after) return [];
  return ownerChanges(before, after)
    .filter(({ change }) => change.blocks !== 0)
    .slice(0, mostChanged);
}
