const bytesPerKiB = 1024;

/**
 * Lines of `Name:   123 kB` as in smaps_rollup and status (proc(5)) → bytes by name. Fields of another shape are left out.
 */
export function parseKiBFields(text: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const match of text.matchAll(/^(\w+):\s+(\d+) kB$/gm)) fields.set(match[1] ?? '', Number(match[2]) * bytesPerKiB);
  return fields;
}

/** One line of status as text, for example `SigCgt` or `NSpid`; undefined when the kernel does not print it. */
export function parseStatusLine(text: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(text)?.[1]?.trim();
}

/** From the status of a process, or of a thread: its id in its own pid namespace; undefined from a kernel without such namespaces. */
export function parseInnermostId(status: string): number | undefined {
  const id = parseStatusLine(status, 'NSpid')?.split(/\s+/).at(-1);
  return id === undefined ? undefined : Number(id);
}

/** NUL-separated `KEY=value` entries of environ. The last entry of a name wins, as for getenv of most shells' children. */
export function parseEnviron(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  for (const entry of text.split('\0')) {
    const separator = entry.indexOf('=');
    if (separator > 0) variables.set(entry.slice(0, separator), entry.slice(separator + 1));
  }
  return variables;
}
