import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { readSharedLibrary } from '../parse/elf-symbols.ts';
import { allocatorKeys, type RunnableName, runnable } from './registry.ts';

const machineOf: Readonly<Record<string, string>> = { x64: 'x86-64', arm64: 'arm64' };

/** operator new(std::size_t), as the Itanium ABI spells it on 64 bits. */
const operatorNew = '_Znwm';

/** A library that the user brings. */
export interface OwnLibrary {
  /** Absolute. */
  path: string;
  /** Whose settings and sight it has. */
  allocator: RunnableName;
  /** Whether operator new of C++ comes to it without malloc. */
  hasOperators: boolean;
}

/**
 * Looks whether a file can serve malloc when it is preloaded: the dynamic linker goes on without one that it cannot load, and a library without malloc serves nobody.
 *
 * @throws OffheapError MISSING_FILE, INVALID_FILE
 */
export function readOwnLibrary(name: string): OwnLibrary {
  const path = resolve(name);
  const library = withFile(path, (descriptor) =>
    readSharedLibrary((offset, length) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
    }),
  );
  const told = quote(path);
  if (!library)
    throw invalid(
      `Expected ${told} to be a shared library of 64 bits to preload, but it is none. Build it as one: cc -shared -fPIC`,
    );
  const machine = machineOf[process.arch];
  if (library.machine !== machine)
    throw invalid(
      `Expected ${told} to be a library for ${machine ?? process.arch}, but it is one for ${library.machine}. Name a build for this machine.`,
    );
  const missing = ['malloc', 'free'].filter((symbol) => !library.exports.has(symbol));
  if (missing.length > 0)
    throw invalid(
      `Expected ${told} to export malloc and free, but it has no ${missing.join(' and no ')}. Build it so that it replaces malloc.`,
    );
  const exported = [...library.exports];
  return {
    path,
    allocator: whoseExports(exported),
    hasOperators: library.exports.has(operatorNew),
  };
}

function whoseExports(exported: readonly string[]): RunnableName {
  const isOf = (pattern: RegExp | undefined) => pattern !== undefined && exported.some((symbol) => pattern.test(symbol));
  return allocatorKeys.find((key) => isOf(runnable[key].recognition?.exports)) ?? 'own';
}

function invalid(message: string): OffheapError {
  return new OffheapError('INVALID_FILE', message);
}

function withFile<Value>(path: string, use: (descriptor: number) => Value): Value {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new OffheapError('MISSING_FILE', `Expected the library ${quote(path)}, but it ${why}. Name the file of an allocator.`);
  }
  try {
    if (!fstatSync(descriptor).isFile())
      throw invalid(`Expected ${quote(path)} to be the file of a library, but it is another kind of file. Name the file itself.`);
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
