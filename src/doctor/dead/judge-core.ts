import type { DeadFinding, DeadResult } from '../../model/dead.ts';
import type { FindingCode } from '../../model/doctor.ts';
import { present } from '../../model/present.ts';
import { formatCount, formatMiB } from '../../model/units.ts';
import type { CoreDeath } from '../../observe/dead/core.ts';
import { boundLists, boundSizes } from '../../stats/listed-heaps.ts';
import { describeGaps } from '../../stats/malloc-read.ts';
import { rules } from '../rules/registry.ts';
import { toBlindSpots } from './core-blind-spots.ts';
import { ofTheDead, unnamedMemory } from './held-findings.ts';
import { jvmOf } from './judge-hs-err.ts';

type Judged = Pick<DeadResult, 'verdict' | 'findings' | 'process' | 'memory' | 'jvm' | 'core' | 'malloc' | 'owners' | 'blindSpots'>;

/** All but those that need a second look, an answer, or figures of the kernel that no core has. */
const rulesOfCores = [
  'java-heap-dominates',
  'waiting-for-gc',
  'zlib-held',
  'lost-blocks',
  'live-malloc',
  'retained-pages',
  'retained-arena-tops',
  'retained-sub-page',
  'too-many-arenas',
  'allocator-idle',
  'thread-stacks',
  'metaspace',
  'code-cache',
  'jit-compiler',
  'symbols',
  'interned-strings',
  'jvm-internal',
  'direct-buffers',
  'shared-memory',
  'mmap-user',
  'go-heap',
] as const satisfies readonly Exclude<FindingCode, 'not-enough-evidence'>[];

/** What a core file says: who held the memory when it was written, by the rules that judge living processes. */
export function judgeCore(death: CoreDeath): Judged {
  const { evidence, origin, memory } = death;
  const { malloc, jvm, allocator } = evidence;
  const findings = findingsOf(death);
  return {
    verdict: verdictOf(death, findings),
    findings,
    process: {
      ...(evidence.pid === 0 ? {} : { pid: evidence.pid }),
      command: evidence.command,
      ...present('jdk', jvm?.version),
      ...present('vm', jvm?.vendor),
      ...present('uptimeMs', jvm?.uptimeMs),
      ...(evidence.threads > 0 ? { threads: evidence.threads } : {}),
      flags: jvm?.flags ?? [],
      ...(allocator.name === 'unknown' ? {} : { allocator: allocator.name }),
    },
    memory,
    ...jvmOf(evidence),
    core: origin,
    ...(malloc ? { malloc: boundSizes(boundLists(malloc)) } : {}),
    ...present('owners', evidence.owners),
    blindSpots: toBlindSpots(death),
  };
}

function findingsOf({ evidence }: CoreDeath): DeadFinding[] {
  const found = rulesOfCores
    .flatMap((code) => rules[code](evidence))
    .map((finding) => ({ ...inThePast(ofTheDead(finding, evidence)), severity: finding.severity }));
  const isMallocTold = evidence.malloc !== undefined || found.some(({ code }) => code === 'allocator-idle');
  return [...found, ...(isMallocTold ? [] : unnamedMemory(evidence))].sort(byWeight);
}

/** What can be tried on a process that runs. */
const triedOnTheLiving: readonly (readonly [string, string])[] = [
  ['A trim gives it back', 'A trim would have given it back'],
  ['They wait for a GC, or the program holds them: a collection tells', 'They waited for a GC, or the program held them'],
  [
    'of them are garbage: nothing in the program leads to them. A collection frees them',
    'of them were garbage: nothing in the program led to them. A collection would have freed them',
  ],
  [
    'of them are garbage: nothing in the program leads to them, and a collection frees them',
    'of them were garbage: nothing in the program led to them, and a collection would have freed them',
  ],
];

function inThePast(finding: DeadFinding): DeadFinding {
  const summary = triedOnTheLiving.reduce((text, [now, then]) => text.replace(now, then), finding.summary);
  return { ...finding, summary };
}

function byWeight(a: DeadFinding, b: DeadFinding): number {
  if (a.severity !== b.severity) return a.severity === 'problem' ? -1 : 1;
  return Number(b.evidence['bytes'] ?? 0) - Number(a.evidence['bytes'] ?? 0);
}

function verdictOf({ evidence, memory, isWhole }: CoreDeath, findings: readonly DeadFinding[]): string {
  const problems = findings.filter(({ severity }) => severity === 'problem').length;
  const others =
    problems < 2
      ? undefined
      : `There ${problems === 2 ? 'is one more problem' : `are ${formatCount(problems - 1)} more problems`}.`;
  const gaps = evidence.malloc ? describeGaps(evidence.malloc) : [];
  return [findings[0]?.summary ?? healthy(memory.filledBytes ?? 0, isWhole, evidence.malloc !== undefined), others, ...gaps]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

function healthy(filledBytes: number, isWhole: boolean, isMallocRead: boolean): string {
  const malloc = isMallocRead ? ', and malloc kept little free' : '';
  return `Nothing wrong${isWhole ? '' : ' in what is left of it'}: no part of the ${formatMiB(filledBytes)} MiB is larger than it should be${malloc}.`;
}
