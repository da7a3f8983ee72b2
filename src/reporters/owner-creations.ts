import type { CreationStacks } from '../model/creation-stacks.ts';
import type { OwnersBaseline } from '../model/owner-growth.ts';
import type { Owner, OwnersResult } from '../model/owners.ts';
import { formatCount, formatSeconds, formatSmallMiB } from '../model/units.ts';
import { leastShownBytes } from '../stats/growth-rows.ts';

/** Who makes objects of a class, the stacks with most calls first. Bytes as one object of that class has on the average. */
export function describeCreations(
  { className, intervalMs, calls, top, collapsedFile }: CreationStacks,
  owners: readonly Owner[],
): string {
  const bytesOfOne = meanBytes(className, owners);
  const size = (count: number) => (bytesOfOne === undefined ? '' : `, ${formatSmallMiB(count * bytesOfOne)} MiB`);
  const said = `In ${formatSeconds(intervalMs)} ${formatCount(calls)} objects of ${className} were made${size(calls)}${top.length === 0 ? '.' : ':'}`;
  const stacks = top.map(({ calls: count, frames }) =>
    [`${formatCount(count)} objects${size(count)}`, ...frames.map((frame) => `    at ${frame}`)].join('\n'),
  );
  return [said, ...stacks, `All stacks: ${collapsedFile}`].join('\n\n');
}

/** Of the class, or of the one that it makes for its native part: `Inflater` has an `Inflater$InflaterZStreamRef` each. */
function meanBytes(className: string, owners: readonly Owner[]): number | undefined {
  const own = owners.find(
    ({ kind, name, held }) =>
      kind === 'java' && (name === className || held?.holders.some((holder) => holder.level === 1 && holder.name === className)),
  );
  return own && own.objects !== undefined && own.objects > 0 ? own.bytes / own.objects : undefined;
}

const leastShare = 0.2;

/** The command that leads on to the line of code: from the class that grew most, or else from the largest. */
export function suggestCreations({ pid, baseline, core }: OwnersResult, listed: readonly Owner[]): string[] {
  const name = baseline ? fastestClass(baseline) : largestClass(listed);
  if (name === undefined || name.endsWith('[]')) return [];
  const [which, whose] = core ? [', of the next one', 'PID'] : ['', pid];
  return [`Who makes them${which}, as Java stacks:\n  offheap owners ${whose} --created-by='${name}' --for=30s`];
}

function largestClass([first]: readonly Owner[]): string | undefined {
  return first?.kind === 'java' && first.share >= leastShare ? first.name : undefined;
}

function fastestClass({ isSameProcess, owners }: OwnersBaseline): string | undefined {
  const [first] = owners.filter(({ change }) => change.bytes >= leastShownBytes);
  return isSameProcess && first?.kind === 'java' ? first.name : undefined;
}
