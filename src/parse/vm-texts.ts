import { printableName } from '../model/printable.ts';
import { linesOf, matchLine } from './lines.ts';

/** `JDK 25.0.3` of `VM.version` → `25.0.3`; undefined when it says nothing of the kind. */
export function parseVmVersion(text: string): string | undefined {
  const version = matchLine(text, /^JDK (\S+)$/)?.[1];
  return version === undefined ? undefined : printableName(version);
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

/** What the Java heap may become, of the flags that VM.flags prints: it has this one whether or not it was set. */
export function maxHeapBytesOf(flags: readonly string[]): number | undefined {
  const digits = flags.map((flag) => /^-XX:MaxHeapSize=(\d{1,15})$/.exec(flag)?.[1]).find((found) => found !== undefined);
  return digits === undefined ? undefined : Number(digits);
}

/** Names of the commands that `help` lists. */
export function parseCommandNames(text: string): Set<string> {
  return new Set([...linesOf(text)].filter((line) => /^[A-Z]\w*\.\w+$/.test(line)));
}

/** `Total Usage - 2 loaders, 776 classes (742 shared):` of `VM.metaspace`. */
export function parseMetaspaceCounts(text: string): { loaders: number; classes: number } | undefined {
  const match = matchLine(text, /^Total Usage *- *(\d+) loaders?, (\d+) classes/);
  return match ? { loaders: Number(match[1]), classes: Number(match[2]) } : undefined;
}
