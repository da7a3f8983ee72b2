import { expect } from 'vitest';
import type { Owner, OwnerKind, OwnersResult } from '../../src/model/owners.ts';
import { observeOwners } from '../../src/observe/owners.ts';

/** Of malloc's chunk for a request. */
export const chunkOf = (request: number) => Math.ceil((request + 8) / 16) * 16;

/** What holds of every result: each block has one owner. */
export function expectWhole({ owners, liveBlocks, liveBytes }: OwnersResult): void {
  const sum = (figure: 'blocks' | 'bytes') => owners.reduce((all, owner) => all + owner[figure], 0);
  expect({ blocks: sum('blocks'), bytes: sum('bytes') }).toEqual({ blocks: liveBlocks, bytes: liveBytes });
  expect(owners.at(-1)?.kind).toBe('nobody');
  for (const { directBlocks, directBytes, blocks, bytes } of owners) {
    expect(directBlocks).toBeLessThanOrEqual(blocks);
    expect(directBytes).toBeLessThanOrEqual(bytes);
  }
}

/** A look in which nothing was missed. */
export async function ownersOf(pid: number): Promise<OwnersResult> {
  const result = await observeOwners(pid);
  expectWhole(result);
  expect(result.gaps).toEqual({ threadsWithoutStack: 0, unreadBytes: 0, missingBlocks: 0, missedBytes: 0, lostPointers: 0 });
  return result;
}

export function ownerOf({ owners }: OwnersResult, kind: OwnerKind, name?: string): Owner {
  const found = owners.find((owner) => owner.kind === kind && (name === undefined || owner.name === name));
  if (!found) throw new Error(`no ${kind} ${name ?? ''} among ${owners.map((owner) => `${owner.kind} ${owner.name}`).join(', ')}`);
  return found;
}
