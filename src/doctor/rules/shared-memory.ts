import type { Evidence, Finding, Fix } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { regionOf } from '../../stats/process-figures.ts';
import { cures } from '../cures.ts';
import { prescribe } from '../prescribe.ts';
import { isLarge } from './thresholds.ts';

/**
 * Files on a tmpfs, memfds and segments of System V look like mapped files and are memory: the kernel can move them to swap, and drop none. A program may
 * need them, so it is a notice.
 */
export function sharedMemory(evidence: Evidence): Finding[] {
  const region = regionOf(evidence, 'shared memory');
  if (!region || !isLarge(evidence, region.rssBytes)) return [];
  const [first] = region.largest;
  return [
    {
      code: 'shared-memory',
      severity: 'notice',
      summary: `Shared memory takes ${formatMiB(region.rssBytes)} of ${formatMiB(evidence.rssBytes)} MiB${first ? `, most of it ${first.name}` : ''}. It is no page cache: it counts against the container’s limit until it is deleted and nobody has it mapped or open.`,
      evidence: {
        bytes: region.rssBytes,
        mappings: region.mappings,
        ...(first ? { largest: first.name, largestBytes: first.rssBytes } : {}),
      },
      fixes: first ? fixesFor(evidence, first.name) : [],
    },
  ];
}

/** What the kernel makes for memfd_create(2), shmget(2) and shared anonymous memory has no place of its own. */
const placeless = /^\/(?:memfd:|SYSV|dev\/zero|anon_hugepage)/;

function fixesFor(evidence: Evidence, path: string): Fix[] {
  if (placeless.test(path)) {
    return [{ action: 'In the code: unmap and close what is no longer used; the memory is freed when the last one does.' }];
  }
  if (evidence.isJvm && path.startsWith('/tmp/')) return prescribe(cures.temporaryFilesOnDisk, evidence);
  return [{ action: 'Put the file on a disk: there its pages are page cache, which the kernel takes back when it needs it.' }];
}
