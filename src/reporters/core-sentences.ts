import type { CoreSource } from '../model/core-origin.ts';
import { formatMiB } from '../model/units.ts';

/** Whose memory a result is of that was read out of a core file. */
export function describeCore({ path, signal }: CoreSource, pid: number): string {
  const whose = pid === 0 ? '' : ` of process ${pid}`;
  return `Core file ${path}${whose}${signal === undefined ? '' : `, ended by ${signal}`}`;
}

const whichPages: Readonly<Record<CoreSource['pages'], string | undefined>> = {
  holes: undefined,
  content: 'The core has all pages, in memory or not: those that are not all zeros are told as filled.',
  dumped: 'There was no time to look at all pages of the core: all that it has are told as filled.',
};

/** What the core lacks, and what was taken in its place; sentences. */
export function describeCoreGaps({ isWhole, missingBytes = 0, pages, isImageUnchecked }: CoreSource): string[] {
  const told = whichPages[pages];
  return [
    ...(isWhole
      ? []
      : [
          `The core was cut: ${missingBytes > 0 ? `${formatMiB(missingBytes)} MiB of memory` : 'a part of its headers'} is not in it. Figures are of what is there.`,
        ]),
    ...(isImageUnchecked
      ? [
          'The core does not have the beginning of libjvm.so: whether the file on this machine is of the same build was not checked.',
        ]
      : []),
    ...(told === undefined ? [] : [told]),
  ];
}
