/** Processes of one name together. */
export interface NamedGroup {
  name: string;
  processes: number;
  bytes: number;
}

/** The largest group first. */
export function byName<Process extends { name: string }>(
  processes: readonly Process[],
  bytesOf: (process: Process) => number,
): NamedGroup[] {
  const named = new Map<string, NamedGroup>();
  for (const process of processes) {
    const { name } = process;
    const known = named.get(name);
    named.set(name, { name, processes: (known?.processes ?? 0) + 1, bytes: (known?.bytes ?? 0) + bytesOf(process) });
  }
  return [...named.values()].sort((a, b) => b.bytes - a.bytes);
}
