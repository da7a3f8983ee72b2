import { printable } from '../model/printable.ts';
import { matchLines } from './lines.ts';

export interface JavaSettings {
  version: string;
  vendor: string;
  home: string;
}

/** `-XshowSettings:properties` (sun.launcher.LauncherHelper prints `    name = value` lines, since JDK 7). Undefined when it is not a JVM's output. */
export function parseJavaSettings(text: string): JavaSettings | undefined {
  const properties = new Map<string, string>();
  for (const [, name = '', value = ''] of matchLines(text, /^\s+(java\.\w+) = (.*)/)) {
    if (!properties.has(name)) properties.set(name, value.trim());
  }
  const version = properties.get('java.version');
  const home = properties.get('java.home');
  if (version === undefined || home === undefined) return undefined;
  return { version: printable(version), home, vendor: printable(properties.get('java.vendor') ?? 'unknown') };
}

/** Names of all flags of a JVM, from `-XX:+PrintFlagsFinal`: `    uint TrimNativeHeapInterval   = 0   {product} {default}`. */
export function parseFlagNames(text: string): Set<string> {
  return new Set([...matchLines(text, /^\s*\w+\s+(\w+)\s+:?=/)].map((match) => match[1] ?? ''));
}
