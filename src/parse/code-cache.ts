import type { CodeCache } from '../model/compiler-evidence.ts';
import { bytesPerKiB } from '../model/units.ts';
import { matchLine, matchLines } from './lines.ts';

/** From JDK 24 on a line of the whole follows those of the parts. */
const part = /^Code(Heap '[^']+'|Cache): size=(\d+)Kb,? used=(\d+)Kb/;

/** Of `VM.info` and `Compiler.codecache` (jdk: code/codeCache.cpp, print_summary; JDK 9 and later). Undefined where it has no such lines. */
export function parseCodeCache(text: string): CodeCache | undefined {
  const parts = [...matchLines(text, part)].map(([, name = '', size, used]) => ({
    name,
    sizeBytes: Number(size) * bytesPerKiB,
    usedBytes: Number(used) * bytesPerKiB,
  }));
  const heaps = parts.filter(({ name }) => name !== 'Cache');
  const counted = heaps.length > 0 ? heaps : parts.slice(0, 1);
  if (counted.length === 0) return undefined;
  const profiled = heaps.find(({ name }) => name === "Heap 'profiled nmethods'");
  const full = matchLine(text, /\bfull_count=(\d+)/)?.[1];
  return {
    sizeBytes: counted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    usedBytes: counted.reduce((sum, { usedBytes }) => sum + usedBytes, 0),
    ...(profiled ? { profiledBytes: profiled.usedBytes } : {}),
    ...(full === undefined ? {} : { timesFull: Number(full) }),
  };
}
