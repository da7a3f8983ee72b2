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

/** What a finding still advises after --gc and --trim. */
export function remainingFixes({ fixes }: Finding, { applied }: Pick<DoctorResult, 'applied'>): Fix[] {
  return fixes.filter(({ kind }) => !applied.some((fix) => fix.kind === kind));
}

export function describeApplied({
  kind,
  measure,
  predictedBytes,
  actualBytes,
  rssBeforeBytes,
  rssAfterBytes,
  errorShare,
}: AppliedFix): string {
  const name = kind === 'trim' ? 'Trim' : 'GC';
  const rss = `RSS ${formatSmallMiB(rssBeforeBytes)} → ${formatSmallMiB(rssAfterBytes)} MiB`;
  const result =
    measure === 'rss'
      ? `gave back ${formatSmallMiB(actualBytes)} MiB`
      : `freed ${formatSmallMiB(actualBytes)} MiB of blocks of malloc`;
  return `${name}: ${result}; predicted ${formatSmallMiB(predictedBytes)} MiB, an error of ${(errorShare * 100).toFixed(2)} % of RSS. ${rss}.`;
}

/** What could not be looked at. */
export function blindLines({ blindSpots }: Pick<DoctorResult, 'blindSpots'>): string[] {
  return blindSpots.map(({ instrument, reason, cure }) => `${instrument}: ${reason}${cure === undefined ? '' : ` ${cure}`}`);
}

/** Commands that tell or do more, those that fit this process. */
export function nextCommands({ evidence, findings, applied }: DoctorResult): string[] {
  const { pid, jvm, growth } = evidence;
  const has = (code: string) => findings.some((finding) => finding.code === code);
  const done = (kind: AppliedFix['kind']) => applied.some((fix) => fix.kind === kind);
  return [
    ...(has('waiting-for-gc') && !done('gc') ? [`offheap doctor ${pid} --gc            # collect, and see what it frees`] : []),
    ...(has('waiting-for-gc') && jvm && !jvm.histogram
      ? [`offheap doctor ${pid} --histogram     # count Inflaters; stops the JVM while it walks the heap`]
      : []),
    ...((has('retained-pages') || done('gc')) && jvm?.canTrim && !done('trim')
      ? [`offheap doctor ${pid} --trim          # give it back, and check the prediction`]
      : []),
    ...(growth === undefined ? [`offheap doctor ${pid} --for=30s       # two looks: does it grow?`] : []),
  ];
}
