import type { Allocator, RunnableAllocator } from './allocator.ts';
import { glibc } from './glibc.ts';
import { jemalloc } from './jemalloc.ts';
import { mimalloc } from './mimalloc.ts';
import { mmap } from './mmap.ts';
import { musl } from './musl.ts';
import { scudo } from './scudo.ts';
import { tbbmalloc } from './tbbmalloc.ts';
import { tcmalloc } from './tcmalloc.ts';
import { unknown } from './unknown.ts';

const runnableOnes = { glibc, tcmalloc, jemalloc, mimalloc, mmap };
export type AllocatorKey = keyof typeof runnableOnes;
/** Those that offheap runs programs on, in the order in which it lists them. */
export const runnable: Readonly<Record<AllocatorKey, RunnableAllocator>> = runnableOnes;
export const allocatorKeys = Object.keys(runnable) as AllocatorKey[];

const recognisedOnes = { ...runnableOnes, scudo, tbbmalloc, musl, unknown };
export type AllocatorName = keyof typeof recognisedOnes;
/** All that is known by name; `unknown` stands for the others. */
export const allocators: Readonly<Record<AllocatorName, Allocator>> = recognisedOnes;
export const allocatorNames = Object.keys(allocators) as AllocatorName[];

/** By a name out of evidence, which may be from a file that another version of offheap wrote. */
export function allocatorNamed(name: string): Allocator {
  return Object.hasOwn(allocators, name) ? allocators[name as AllocatorName] : unknown;
}

/** Those whose library is another project's and comes in a package. */
export const packagedAllocators = allocatorKeys.filter((key) => runnable[key].origin === 'package');
