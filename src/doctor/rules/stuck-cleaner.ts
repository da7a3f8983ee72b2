import type { Evidence, Finding, JvmEvidence } from '../../model/doctor.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import { mallocRss } from '../../stats/process-figures.ts';
import { isLarge } from './thresholds.ts';

type Standing = NonNullable<JvmEvidence['standingThreads']>[number];

/** Classes of the JDK's own: the frame of whom a thread waits for is the first that is not one of them. */
const ofJdk = /^(?:java|javax|jdk|sun|com\.sun)\./;

/** A thread of finalizers or of Cleaners that stands still: nothing behind it is freed, whatever the GC finds. */
export function stuckCleaner(evidence: Evidence): Finding[] {
  const [standing, ...more] = evidence.jvm?.standingThreads ?? [];
  if (!standing) return [];
  const { awaitingFinalization } = evidence.jvm ?? {};
  const waitingBytes = mallocRss(evidence)?.liveRssBytes ?? evidence.counters?.liveBytes;
  const most =
    waitingBytes === undefined ? '' : ` Of ${formatMiB(waitingBytes)} MiB of blocks of malloc in use, any part may wait for that.`;
  const others = more.length > 0 ? ` ${more.length} more stand still as well.` : '';
  return [
    {
      code: 'stuck-cleaner',
      severity: waitingBytes !== undefined && isLarge(evidence, waitingBytes) ? 'problem' : 'notice',
      summary: `${describe(standing)} ${describeQueue(awaitingFinalization)}${most}${others}`,
      evidence: {
        ...(waitingBytes === undefined ? {} : { bytes: waitingBytes }),
        thread: standing.name,
        frame: whereItStands(standing),
        standing: 1 + more.length,
        ...(awaitingFinalization ? { awaitingFinalization: awaitingFinalization.count } : {}),
      },
      fixes: [
        {
          action: `In the code: see what ${whereItStands(standing)} waits for, and bound that wait. A finalizer or an action of a Cleaner must not block. Its whole stack:`,
          command: `jcmd ${evidence.pid} Thread.print`,
        },
      ],
    },
  ];
}

function describe(thread: Standing): string {
  const work = thread.role === 'finalizer' ? 'runs finalizers' : 'frees what is behind unreachable objects';
  return `The thread ${thread.name}, which ${work}, stands still in ${whereItStands(thread)}.`;
}

function describeQueue(awaiting: JvmEvidence['awaitingFinalization']): string {
  if (!awaiting) return 'Nothing behind it in its queue is freed, and no GC helps.';
  const [first] = awaiting.classes;
  const share = first && first.instances === awaiting.count ? 'all' : formatCount(first?.instances ?? 0);
  const most = first ? `, ${share} of them ${first.className}` : '';
  return `${formatCount(awaiting.count)} objects wait behind it${most}, and no GC helps.`;
}

function whereItStands({ frames }: Standing): string {
  return frames.find((frame) => !ofJdk.test(frame)) ?? frames[0] ?? 'a frame that the JVM does not tell';
}
