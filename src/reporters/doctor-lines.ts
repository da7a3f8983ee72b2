import type { AppliedFix, DoctorResult, Finding, Fix } from '../model/doctor.ts';
import { formatSeconds, formatSmallMiB } from '../model/units.ts';

/** A paragraph per stack; none where nobody watched. */
export function stackParagraphs({ stacks }: DoctorResult): string[] {
  if (!stacks) return [];
  const { intervalMs, bytes, top, collapsedFile, flameGraphFile } = stacks;
  const summary = `Allocated in ${formatSeconds(intervalMs)} and not freed: ${formatSmallMiB(bytes)} MiB (sampled). All stacks: ${collapsedFile}, as a flame graph: ${flameGraphFile}`;
  return [
    summary,
    ...top.map((stack) => [`${formatSmallMiB(stack.bytes)} MiB`, ...stack.frames.map((frame) => `    at ${frame}`)].join('\n')),
  ];
}

/** What a finding still advises after --gc, --set and --trim. */
export function remainingFixes(
  { fixes }: Pick<Finding, 'fixes'>,
  { applied }: { applied: readonly Pick<AppliedFix, 'kind'>[] },
): Fix[] {
  return fixes.filter(({ kind }) => !applied.some((fix) => fix.kind === kind));
}

export function describeApplied(fix: AppliedFix): string {
  const { kind, predictedBytes, rssBeforeBytes, rssAfterBytes, errorShare } = fix;
  const rss = `RSS ${formatSmallMiB(rssBeforeBytes)} → ${formatSmallMiB(rssAfterBytes)} MiB`;
  if (kind === 'set') return `Set: ${(fix.settings ?? []).map(({ name, value }) => `${name}=${value}`).join(', ')}. ${rss}.`;
  if (kind === 'gc') return `GC: ${[whatCameBack(fix), ...whatWasFreed(fix)].join('; ')}. ${rss}.`;
  const predicted =
    predictedBytes === undefined || errorShare === undefined
      ? ''
      : `; predicted ${formatSmallMiB(predictedBytes)} MiB, an error of ${(errorShare * 100).toFixed(2)} % of RSS`;
  return `Trim: ${whatCameBack(fix)}${predicted}. ${rss}.`;
}

/** The program may have taken more meanwhile. */
function whatCameBack({ actualBytes }: AppliedFix): string {
  const grew = formatSmallMiB(Math.max(0, -actualBytes));
  return Number(grew) > 0 ? `RSS grew by ${grew} MiB` : `gave back ${formatSmallMiB(Math.max(0, actualBytes))} MiB`;
}

function whatWasFreed({ javaHeap, freedBlocksBytes }: AppliedFix): string[] {
  const objectBytes = javaHeap && javaHeap.usedBeforeBytes - javaHeap.usedAfterBytes;
  const freed = (bytes: number | undefined, what: string) =>
    bytes === undefined ? [] : [`freed ${formatSmallMiB(Math.max(0, bytes))} MiB of ${what}`];
  return [...freed(objectBytes, 'Java objects'), ...freed(freedBlocksBytes, 'blocks of malloc')];
}

/** What could not be looked at. */
export function blindLines({ blindSpots }: Pick<DoctorResult, 'blindSpots'>): string[] {
  return blindSpots.map(({ instrument, reason, cure }) => `${instrument}: ${reason}${cure === undefined ? '' : ` ${cure}`}`);
}

/** Commands that tell or do more, those that fit this process. */
export function nextCommands({ evidence, findings, applied }: DoctorResult): string[] {
  const { pid, jvm, growth } = evidence;
  // What is cured is a notice.
  const has = (code: string) => findings.some((finding) => finding.code === code && finding.severity === 'problem');
  const done = (kind: AppliedFix['kind']) => applied.some((fix) => fix.kind === kind);
  return [
    ...(has('waiting-for-gc') && !done('gc') ? [`offheap doctor ${pid} --gc            # collect, and see what it frees`] : []),
    ...(has('waiting-for-gc') && jvm && !jvm.histogram
      ? [`offheap doctor ${pid} --histogram     # count Inflaters; stops the JVM while it walks the heap`]
      : []),
    ...(has('direct-buffers') && jvm && !jvm.histogram
      ? [`offheap doctor ${pid} --histogram     # count direct buffers; stops the JVM while it walks the heap`]
      : []),
    ...((has('retained-pages') || done('gc')) && jvm?.canTrim && !done('trim')
      ? [`offheap doctor ${pid} --trim          # give it back, and check the prediction`]
      : []),
    ...(growth === undefined ? [`offheap doctor ${pid} --for=30s       # two looks: does it grow?`] : []),
  ];
}
