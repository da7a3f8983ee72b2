const bytesPerKiB = 1024;

export interface NmtTotal {
  reservedBytes: number;
  committedBytes: number;
}

/**
 * `Total: reserved=2853187KB, committed=1159035KB` of `VM.native_memory summary` (JDK 11 to 25; nmtCommon's scale=KB is the default).
 * Undefined when NMT is off.
 */
export function parseNmtTotal(text: string): NmtTotal | undefined {
  const match = /^Total:\s+reserved=(\d+)KB, committed=(\d+)KB/m.exec(text);
  if (!match) return undefined;
  return { reservedBytes: Number(match[1]) * bytesPerKiB, committedBytes: Number(match[2]) * bytesPerKiB };
}
