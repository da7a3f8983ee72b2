/** Paths of all files mapped into a process, from the text of /proc/PID/maps. The kernel writes a newline in a name as `\012`. */
export function parseMappedFiles(text: string): Set<string> {
  const files = new Set<string>();
  for (const line of text.split('\n')) {
    const path = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s+(\/.*)$/.exec(line)?.[1];
    if (path !== undefined) files.add(path.replace(/ \(deleted\)$/, '').replaceAll('\\012', '\n'));
  }
  return files;
}

/** Whether a process with these files mapped is a JVM: every launcher of HotSpot maps this library. */
export function isMappedByJvm(files: Iterable<string>): boolean {
  return [...files].some((path) => path.endsWith('/libjvm.so'));
}
