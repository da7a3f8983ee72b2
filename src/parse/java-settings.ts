export interface JavaSettings {
  version: string;
  vendor: string;
  home: string;
}

/** `-XshowSettings:properties` (sun.launcher.LauncherHelper prints `    name = value` lines, since JDK 7). Undefined when it is not a JVM's output. */
export function parseJavaSettings(text: string): JavaSettings | undefined {
  const property = (name: string) => new RegExp(`^\\s+${name.replaceAll('.', '\\.')} = (.*)$`, 'm').exec(text)?.[1]?.trim();
  const version = property('java.version');
  const home = property('java.home');
  if (version === undefined || home === undefined) return undefined;
  return { version, home, vendor: property('java.vendor') ?? 'unknown' };
}

/** Names of all flags of a JVM, from `-XX:+PrintFlagsFinal`: `    uint TrimNativeHeapInterval   = 0   {product} {default}`. */
export function parseFlagNames(text: string): Set<string> {
  return new Set([...text.matchAll(/^\s*\w+\s+(\w+)\s+:?=/gm)].map((match) => match[1] ?? ''));
}
