import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { unwrittenHugeBytes } from '../../stats/huge-pages.ts';
import { mallocRead } from '../../stats/malloc-read.ts';
import { regionOf } from '../../stats/process-figures.ts';
import { isLarge } from './thresholds.ts';

/** Clean pages of files are the kernel's to take when memory is short: a notice. */
export function mappedFiles(evidence: Evidence): Finding[] {
  const region = regionOf(evidence, 'mapped files');
  if (!region || !isLarge(evidence, region.rssBytes)) return [];
  const [first] = region.largest;
  return [
    {
      code: 'mapped-files',
      severity: 'notice',
      summary: `Mapped files take ${formatMiB(region.rssBytes)} of ${formatMiB(evidence.rssBytes)} MiB${first ? `, most of it ${first.name}` : ''}. That is page cache: the kernel takes it back when it needs it.`,
      evidence: {
        bytes: region.rssBytes,
        mappings: region.mappings,
        ...(first ? { largest: first.name, largestBytes: first.rssBytes } : {}),
      },
      fixes: [
        { action: 'Nothing, unless the container is near its limit; then map less at a time, or unmap what is no longer read.' },
      ],
    },
  ];
}

/**
 * Anonymous memory that is neither malloc's nor the JVM's. Only where both have been looked at: what was not looked at is not another's.
 * A program of one's own may map what it likes; in a JVM somebody has to be found.
 */
export function mmapUser(evidence: Evidence): Finding[] {
  const region = regionOf(evidence, 'unexplained');
  // Blocks of malloc that were not found are mapped as another's are.
  const missingBytes = evidence.malloc ? mallocRead(evidence.malloc).missingBytes : 0;
  const bytes = (region?.rssBytes ?? 0) - notPlacedBytes(evidence) - missingBytes - unwrittenHugeBytes(evidence, 'unexplained');
  if (!region || !isLarge(evidence, bytes)) return [];
  const lookedAt =
    (evidence.malloc !== undefined || evidence.allocator.name === 'mmap') && (!evidence.isJvm || evidence.jvm !== undefined);
  if (!lookedAt) return [];
  return [
    {
      code: 'mmap-user',
      severity: evidence.isJvm ? 'problem' : 'notice',
      summary: `Anonymous mappings take ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB. Neither malloc nor the JVM made them: some code maps memory by itself.`,
      evidence: { bytes, mappings: region.mappings, largestBytes: region.largest[0]?.rssBytes ?? 0 },
      fixes: [
        { action: 'See what they hold.', command: `offheap doctor ${evidence.pid} --peek` },
        { action: 'See who maps it.', command: `strace -f -k -e trace=mmap,munmap -p ${evidence.pid}` },
      ],
    },
  ];
}

/** Tables of a collector, of the whole heap: two bitmaps of a sixty-fourth each, and a table of cards. */
const tablesShare = 1 / 25;

/** At most so much of what is unexplained is the JVM's own, which did not tell where it lies. */
function notPlacedBytes({ unknown, jvm }: Evidence): number {
  const kinds =
    unknown.find(({ instrument, code }) => instrument === 'addresses' && code === 'not-told')?.detail?.split(', ') ?? [];
  const mapped = (name: string) => jvm?.nmt?.categories.find((category) => category.name === name)?.mmapCommittedBytes;
  const bytesOf: Record<string, number | undefined> = {
    'java heap': Number.POSITIVE_INFINITY,
    metaspace: jvm?.metaspace?.committedBytes,
    'code cache': mapped('Code'),
    gc: mapped('GC') ?? (jvm?.heap?.reservedBytes ?? 0) * tablesShare,
  };
  return kinds.reduce((sum, kind) => sum + (bytesOf[kind] ?? 0), 0);
}
