import type { AddressRange } from '../model/address-range.ts';
import { printableName } from '../model/printable.ts';
import { joinRanges, parseAddress } from './address-range.ts';
import { matchLine, matchLines } from './lines.ts';

/** Addresses that `VM.info` prints (jdk: vmError.cpp, print_vm_info). Lists are empty and figures absent when it does not. */
export interface VmInfo {
  /** As in `Temurin-25.0.3+9 (25.0.3+9-LTS, mixed mode, …)`, the whole line behind `Java VM:`. */
  jvm?: string;
  heap?: AddressRange;
  cds: AddressRange[];
  classSpace: AddressRange[];
  codeHeaps: AddressRange[];
  /** Card table and mark bitmaps, the parts of the collector's own memory whose addresses it tells. */
  gc: AddressRange[];
}

const address = '(0x[0-9a-f]+)';
const bytesPerMiB = 1024 ** 2;

export function parseVmInfo(text: string): VmInfo {
  const jvm = matchLine(text, /^# Java VM: (.*)/)?.[1];
  const heap = matchLine(text, new RegExp(`^[Hh]eap address: ${address}, size: (\\d+) MB`));
  const start = parseAddress(heap?.[1]);
  return {
    ...(jvm === undefined ? {} : { jvm: printableName(jvm) }),
    ...(heap ? { heap: { start, end: start + Number(heap[2]) * bytesPerMiB } } : {}),
    // [static archive - dynamic archive - end of both)
    cds: all(text, `^CDS archive\\(s\\) mapped at: \\[${address}-(?:0x[0-9a-f]+-)?${address}\\)`),
    classSpace: classSpaceOf(text),
    // [low, committed end, reserved end]
    codeHeaps: all(text, `^ bounds \\[${address}, 0x[0-9a-f]+, ${address}\\]`),
    gc: [...all(text, `^Card table byte_map: \\[${address},${address}\\]`), ...all(text, `Bits: +\\[${address}, ${address}\\)`)],
  };
}

/** By its ends since JDK 16; JDK 9 to 15: `Compressed class space size: 1073741824 Address: 0x0000000840000000`. */
function classSpaceOf(text: string): AddressRange[] {
  const old = matchLine(text, new RegExp(`^Compressed class space size: (\\d+) Address: ${address}`));
  if (!old) return all(text, `^Compressed class space mapped at: ${address}-${address}`);
  const start = parseAddress(old[2]);
  return joinRanges([{ start, end: start + Number(old[1]) }]);
}

function all(text: string, pattern: string): AddressRange[] {
  return joinRanges(
    [...matchLines(text, new RegExp(pattern))].map(([, start, end]) => ({ start: parseAddress(start), end: parseAddress(end) })),
  );
}
