import type { Allocator, RunnableAllocator } from './allocator.ts';
import { glibc } from './glibc.ts';
import { jemalloc } from './jemalloc.ts';
import { mimalloc } from './mimalloc.ts';
import { mmap } from './mmap.ts';
import { musl } from './musl.ts';
import { own } from './own.ts';
import { scudo } from './scudo.ts';
import { tbbmalloc } from './tbbmalloc.ts';
import { tcmalloc } from './tcmalloc.ts';
import { unknown } from './unknown.ts';

const listedOnes = { glibc, tcmalloc, jemalloc, mimalloc, scudo, mmap };
/** One that offheap has configurations of, in the order in which it lists them. */
export type AllocatorKey = keyof typeof listedOnes;
export const allocatorKeys = Object.keys(listedOnes) as AllocatorKey[];

/** With `own`, a library that the user brings and nobody knows. */
export type RunnableName = AllocatorKey | 'own';
/** Those that offheap runs programs on. */
export const runnable: Readonly<Record<RunnableName, RunnableAllocator>> = { ...listedOnes, own };

const recognisedOnes = { ...listedOnes, tbbmalloc, musl, unknown };
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
