import type { DoctorFile } from '../model/doctor-file.ts';
import { mallocRss } from './process-figures.ts';
import { type PartKind, type RssPart, rssParts } from './rss-parts.ts';
import { isOneProcess, type SeenProcess } from './same-process.ts';

type Evidence = DoctorFile['evidence'];

export interface PartChange {
  name: string;
  kind: PartKind;
  beforeBytes: number;
  afterBytes: number;
  differenceBytes: number;
}

/** Malloc can be divided in both, or in neither: the parts of one would be compared with nothing. */
export function isDividedAlike(before: Evidence, after: Evidence): boolean {
  return (mallocRss(before) === undefined) === (mallocRss(after) === undefined);
}

/** Each part of either, the largest change first. */
export function partChanges(before: Evidence, after: Evidence): PartChange[] {
  const [first, second] = isDividedAlike(before, after)
    ? [rssParts(before), rssParts(after)]
    : [rssParts({ ...before, malloc: undefined }), rssParts({ ...after, malloc: undefined })];
  const bytesOf = (parts: readonly RssPart[], name: string) => parts.find((part) => part.name === name)?.bytes ?? 0;
  const names = new Map([...first, ...second].map(({ name, kind }) => [name, kind]));
  return [...names]
    .map(([name, kind]) => {
      const [beforeBytes, afterBytes] = [bytesOf(first, name), bytesOf(second, name)];
      return { name, kind, beforeBytes, afterBytes, differenceBytes: afterBytes - beforeBytes };
    })
    .filter(({ beforeBytes, afterBytes }) => beforeBytes > 0 || afterBytes > 0)
    .sort((a, b) => Math.abs(b.differenceBytes) - Math.abs(a.differenceBytes));
}

/** Whether both looks were at one process: pids come again. */
export function isSameProcess(before: Evidence, after: Evidence): boolean {
  return isOneProcess(toSeen(before), toSeen(after));
}

function toSeen({ pid, takenAt, uptimeMs }: Evidence): SeenProcess {
  return { pid, takenAt: Date.parse(takenAt), uptimeMs };
}
