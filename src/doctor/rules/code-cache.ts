import type { Evidence, Finding } from '../../model/doctor.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { unwrittenHugeBytes } from '../../stats/huge-pages.ts';
import { jvmMalloc } from '../../stats/jvm-malloc.ts';
import { rssOf } from '../../stats/process-figures.ts';
import { codeCacheFixes } from '../compiler-cures.ts';
import { isLarge } from './thresholds.ts';

/** Else much of it was thrown out again, and its pages stayed. */
const mostlyUsed = 0.8;

/** Code that the JIT compiler made, with its tables in blocks of malloc. A program may need it: a notice. */
export function codeCache(evidence: Evidence): Finding[] {
  const cacheBytes = rssOf(evidence, 'code cache') - unwrittenHugeBytes(evidence, 'code cache');
  const { codeBytes: tableBytes = 0, byNmt = false } = jvmMalloc(evidence) ?? {};
  const bytes = cacheBytes + tableBytes;
  if (!isLarge(evidence, bytes)) return [];
  const { sizeBytes, usedBytes, timesFull = 0 } = evidence.jvm?.codeCache ?? {};
  const tables =
    tableBytes > 0 ? `, ${byNmt ? '' : 'about '}${formatMiB(tableBytes)} of them for its tables in blocks of malloc` : '';
  const bound =
    sizeBytes === undefined ? '' : ` The code cache is bound to ${formatMiB(sizeBytes)} MiB (-XX:ReservedCodeCacheSize).`;
  const inUse =
    usedBytes === undefined || usedBytes > mostlyUsed * cacheBytes ? '' : ` ${formatMiB(usedBytes)} of them are in use now.`;
  const full =
    timesFull === 0 ? '' : ` It was full ${formatCount(timesFull)} times: the JIT compiler stops then, and the program is slow.`;
  return [
    {
      code: 'code-cache',
      severity: 'notice',
      summary: `Compiled code takes ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB${tables}.${inUse}${bound}${full}`,
      evidence: {
        bytes,
        cacheBytes,
        tableBytes,
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
        ...(usedBytes === undefined ? {} : { usedBytes }),
        ...(timesFull === 0 ? {} : { timesFull }),
      },
      fixes: codeCacheFixes(evidence),
    },
  ];
}
