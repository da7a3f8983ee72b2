import { printableName } from '../model/printable.ts';
import { linesOf, matchLine } from './lines.ts';

/**
 * `JDK 25.0.3` of `VM.version` → `25.0.3`; undefined when it says nothing of the kind. Spelt as `java -version` and the property java.version have it: `JDK 8.0_452` is 1.8.0_452, and
 * `JDK 25.0.0` is 25.
 */
export function parseVmVersion(text: string): string | undefined {
  const version = matchLine(text, /^JDK (\S+)$/)?.[1];
  if (version === undefined) return undefined;
  return printableName(/^[5-8]\.0(?:_|$)/.test(version) ? `1.${version}` : withoutZeros(version));
}

/** Not by a pattern, which would begin anew at each zero. */
function withoutZeros(version: string): string {
  let shorter = version;
  while (shorter.endsWith('.0')) shorter = shorter.slice(0, -2);
  return shorter;
}

/** `5.317 s` of `VM.uptime` → milliseconds. */
export function parseVmUptimeMs(text: string): number | undefined {
  const seconds = matchLine(text, /^([\d.]+) s$/)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** `-XX:…` of `VM.flags`. */
export function parseVmFlags(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word.startsWith('-XX:'))
    .map(printableName);
}

/** Of -XX:NAME=NUMBER as VM.flags prints it: those that were set, and those that the JVM chose. */
export function numberOfFlag(flags: readonly string[], name: string): number | undefined {
  const prefix = `-XX:${name}=`;
  const digits = flags.find((flag) => flag.startsWith(prefix))?.slice(prefix.length) ?? '';
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** What the Java heap may become: VM.flags prints this flag whether or not it was set. */
export function maxHeapBytesOf(flags: readonly string[]): number | undefined {
  return numberOfFlag(flags, 'MaxHeapSize');
}

/** Names of the commands that `help` lists. */
export function parseCommandNames(text: string): Set<string> {
  return new Set([...linesOf(text)].filter((line) => /^[A-Z]\w*\.\w+$/.test(line)));
}

/** `Total = 9006   19110  …` of `VM.classloader_stats`: loaders and classes. JDK 8 has it, and no VM.metaspace. */
export function parseLoaderStats(text: string): { loaders: number; classes: number } | undefined {
  const match = matchLine(text, /^Total = (\d+) +(\d+) /);
  return match ? { loaders: Number(match[1]), classes: Number(match[2]) } : undefined;
}

/** `Total Usage - 2 loaders, 776 classes (742 shared):` of `VM.metaspace`. */
export function parseMetaspaceCounts(text: string): { loaders: number; classes: number } | undefined {
  const match = matchLine(text, /^Total Usage *- *(\d+) loaders?, (\d+) classes/);
  return match ? { loaders: Number(match[1]), classes: Number(match[2]) } : undefined;
}
