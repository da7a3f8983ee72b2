import type { Evidence, Fix } from '../model/doctor.ts';
import { bytesPerMiB, formatMiB } from '../model/units.ts';
import { maxHeapBytesOf } from '../parse/vm-texts.ts';
import { rssOf } from '../stats/process-figures.ts';
import { collectHeap } from './advice.ts';
import { cures } from './cures.ts';
import { comfortableBytes, roundUp, startBytesOf } from './java-flags.ts';
import { wasCollectedForThis } from './last-collection.ts';
import { prescribe } from './prescribe.ts';

/** What is left when a heap is as large as it was started: -Xms sets both, and no collector goes below. */
const startShare = 0.9;
/** Each was tried (docs/doctor.md): Serial gives back at the fourth collection in a row, Parallel and ZGC at none that is asked for. */
const givesBackWhenAsked: ReadonlySet<string> = new Set(['G1', 'Shenandoah']);

/** What makes a Java heap smaller, by its collector and its flags: the first without a restart. */
export function javaHeapFixes(evidence: Evidence): Fix[] {
  const { collector } = evidence.jvm ?? {};
  if (collector === undefined) return [];
  const start = smallerStart(evidence);
  const collect = collectHeap(evidence, givesBackWhenAsked.has(collector) && start.length === 0);
  // What makes a collector give back does nothing for a heap that may not get smaller.
  const givesBack = isAsStarted(evidence) ? [] : (givingBack[collector]?.(evidence) ?? []);
  return [collect, ...start, ...givesBack, ...boundHeap(evidence)];
}

const givingBack: Readonly<Record<string, (evidence: Evidence) => Fix[]>> = {
  G1: (evidence) => [...collectRegularly(evidence), ...prescribe(cures.smallerReserve, evidence)],
  ZGC: (evidence) => prescribe(cures.zUncommitSooner, evidence),
  Shenandoah: (evidence) => prescribe(cures.shenandoahUncommitSooner, evidence),
  Serial: (evidence) => [...onG1(evidence, '-XX:+UseSerialGC'), ...prescribe(cures.shrinkSerialAtOnce, evidence)],
  Parallel: (evidence) => [...onG1(evidence, '-XX:+UseParallelGC'), ...prescribe(cures.resizeParallelWhenAsked, evidence)],
};

/** The flag can be set of the running JVM as well. */
export function collectRegularly(evidence: Evidence): Fix[] {
  return prescribe(cures.collectRegularly, evidence).map((fix) => {
    const [flag = ''] = fix.jvmFlags ?? [];
    const nameAndValue = flag.replace('-XX:', '').replace('=', ' ');
    return {
      ...fix,
      action: `${fix.action} The command sets that without a restart.`,
      command: `jcmd ${evidence.pid} VM.set_flag ${nameAndValue}`,
    };
  });
}

/** Two collectors on one command line, and the JVM does not start: then it is no setting to add. */
function onG1(evidence: Evidence, flag: string): Fix[] {
  const fixes = prescribe(cures.g1Instead, evidence);
  if (!evidence.command.includes(flag)) return fixes;
  return fixes.map(({ action, jvmFlags = [] }) => ({
    action: `${action} Put ${jvmFlags.join(' ')} in the place of ${flag}: the JVM does not start with both.`,
  }));
}

function isAsStarted(evidence: Evidence): boolean {
  return (startBytesOf(evidence.jvm?.flags ?? []) ?? 0) >= startShare * rssOf(evidence, 'java heap');
}

function smallerStart(evidence: Evidence): Fix[] {
  const { flags = [], heap } = evidence.jvm ?? {};
  const startBytes = startBytesOf(flags);
  if (startBytes === undefined || !heap || !isAsStarted(evidence)) return [];
  const smallerBytes = roundUp(heap.usedBytes);
  if (smallerBytes >= startShare * startBytes) return [];
  const touched = flags.includes('-XX:+AlwaysPreTouch') ? ', and -XX:+AlwaysPreTouch touches that much at the start' : '';
  const action = `Start with a smaller heap: below -Xms, here ${formatMiB(startBytes)} MiB, no collector gives heap back${touched}.`;
  return [{ action, jvmFlags: [`-Xms${smallerBytes / bytesPerMiB}m`] }];
}

/** Only where a collection has just told what is live: of anything else half may be garbage. */
function boundHeap({ jvm }: Evidence): Fix[] {
  const maximumBytes = maxHeapBytesOf(jvm?.flags ?? []);
  if (!jvm?.heap || maximumBytes === undefined || !wasCollectedForThis(jvm)) return [];
  const { usedBytes, committedBytes } = jvm.heap;
  const boundBytes = comfortableBytes(usedBytes);
  if (boundBytes >= Math.min(maximumBytes, committedBytes)) return [];
  const action = `Bound the heap, if no load needs more: ${formatMiB(usedBytes)} MiB of objects are left after the collection, and this leaves as much again. A burst that needs more ends in an OutOfMemoryError.`;
  // A JVM whose -Xms is larger than its -Xmx does not start.
  const startBytes = startBytesOf(jvm.flags) ?? 0;
  const start = startBytes > boundBytes ? [`-Xms${roundUp(usedBytes) / bytesPerMiB}m`] : [];
  return [{ action, jvmFlags: [...start, `-Xmx${boundBytes / bytesPerMiB}m`] }];
}
