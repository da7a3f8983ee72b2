/** Of -XX:NAME=value as VM.flags prints it: those that were set, and those that the JVM chose. */
export function flagBytes(flags: readonly string[], name: string): number | undefined {
  const prefix = `-XX:${name}=`;
  const flag = flags.find((text) => text.startsWith(prefix));
  return flag === undefined ? undefined : Number(flag.slice(prefix.length));
}

/** What the Java heap never gets below: -Xms. JDK 8 tells what it began with alone. */
export function startBytesOf(flags: readonly string[]): number | undefined {
  return flagBytes(flags, 'MinHeapSize');
}
