const magic = 0xcafec0c0;
const littleEndian = 1;
const supportedMajor = 2;
const prologueBytes = 32;
const entryBytes = 20;
const longType = 'J'.charCodeAt(0);
const byteType = 'B'.charCodeAt(0);
const decoder = new TextDecoder();

/**
 * The jvmstat counters that a JVM keeps in a shared file, hsperfdata_USER/PID (jdk: runtime/perfMemory.hpp, PerfDataPrologue and PerfDataEntry;
 * version 2.0 since JDK 1.5). Undefined when it is not such a file, or the JVM has not finished making it. The JVM writes while it is read: a
 * number is whole, since it is written at once, but two numbers may be of different moments.
 */
export function parsePerfData(file: Uint8Array): Map<string, string> | undefined {
  if (file.length < prologueBytes) return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const little = view.getUint8(4) === littleEndian;
  const isReady = view.getUint8(7) === 1;
  if (view.getUint32(0) !== magic || view.getUint8(5) !== supportedMajor || !isReady) return undefined;
  const counters = new Map<string, string>();
  let at = view.getUint32(24, little);
  for (let left = view.getUint32(28, little); left > 0 && at + entryBytes <= file.length; left--) {
    const length = view.getUint32(at, little);
    if (length < entryBytes || at + length > file.length) break;
    readEntry(file.subarray(at, at + length), little, counters);
    at += length;
  }
  return counters;
}

function readEntry(entry: Uint8Array, little: boolean, counters: Map<string, string>): void {
  const view = new DataView(entry.buffer, entry.byteOffset, entry.byteLength);
  const name = text(entry, view.getUint32(4, little), entry.length);
  const vectorLength = view.getUint32(8, little);
  const type = view.getUint8(12);
  const data = view.getUint32(16, little);
  if (type === longType && vectorLength === 0 && data + 8 <= entry.length) {
    counters.set(name, String(view.getBigInt64(data, little)));
  } else if (type === byteType) counters.set(name, text(entry, data, data + vectorLength));
}

/** Up to the first NUL, or to `end`. */
function text(bytes: Uint8Array, start: number, end: number): string {
  const within = bytes.subarray(start, Math.min(end, bytes.length));
  const nul = within.indexOf(0);
  return decoder.decode(nul < 0 ? within : within.subarray(0, nul));
}
