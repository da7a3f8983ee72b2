import { bytesPerKiB } from '../model/units.ts';

/** Of a command that is not in the table, since its answer does not grow with the program: those of JDK 17 and 25 have 1 to 5 KiB. */
const otherKiB = 64;

/** The longest answer that is taken, in KiB. Above each what JDK 25 answered with 2,000 threads of 60 frames and 100,000 classes of long names. */
const maxReplyKiB: Readonly<Record<string, number>> = {
  // 626, and a line of some 80 bytes for each mapping, of which Linux lets a process have 65,530.
  'VM.info': 8 * 1024,
  // 1,719
  'VM.native_memory detail': 8 * 1024,
  // A line of some 180 bytes for each mapping.
  'System.map': 16 * 1024,
  // 4,603; those of a framework are twice as deep.
  'Thread.print': 16 * 1024,
  // A line of some 90 bytes for each loader.
  'VM.classloader_stats': 8 * 1024,
  // 12,312
  'GC.class_histogram': 16 * 1024,
};

/** The long answers have 33 bytes a line, Thread.print's, and more. */
const fewestBytesPerLine = 32;

export interface ReplyBounds {
  bytes: number;
  lines: number;
}

/** Beyond them an answer is no JVM's: what is read of it, kept and parsed has an end. `command` with or without its arguments. */
export function replyBoundsOf(command: string): ReplyBounds {
  const known = Object.entries(maxReplyKiB).find(([name]) => command === name || command.startsWith(`${name} `));
  const bytes = (known?.[1] ?? otherKiB) * bytesPerKiB;
  return { bytes, lines: bytes / fewestBytesPerLine };
}
