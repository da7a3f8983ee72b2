import type { DeadFinding } from '../../model/dead.ts';
import type { Evidence, Finding, FindingCode, Fix } from '../../model/doctor.ts';
import { formatMiB } from '../../model/units.ts';
import { rssOf } from '../../stats/process-figures.ts';
import { findLeak } from '../advice.ts';
import { rules } from '../rules/registry.ts';
import { isLarge } from '../rules/thresholds.ts';

/** Rules of living processes that a file can be judged by: each needs no look into malloc’s heaps, and no second look. */
const rulesOfTheDead = [
  'java-heap-dominates',
  'live-malloc',
  'thread-stacks',
  'metaspace',
  'code-cache',
  'jit-compiler',
  'symbols',
  'jvm-internal',
  'direct-buffers',
  'shared-memory',
] as const satisfies readonly Exclude<FindingCode, 'not-enough-evidence'>[];

/** Who held the memory, by the rules that judge the living. They are notices: what ended the process is told by another. */
export function heldFindings(evidence: Evidence): DeadFinding[] {
  const found = rulesOfTheDead.flatMap((code) => rules[code](evidence)).map((finding) => ofTheDead(finding, evidence));
  const isMallocTold = found.some(({ code }) => code === 'live-malloc' || code === 'direct-buffers');
  return [...found, ...(isMallocTold ? [] : unnamedMemory(evidence))].sort(
    (a, b) => Number(b.evidence['bytes'] ?? 0) - Number(a.evidence['bytes'] ?? 0),
  );
}

/** Where nothing tells what malloc had in use, the map tells at least how much may be its own. */
export function unnamedMemory(evidence: Evidence): DeadFinding[] {
  const bytes = rssOf(evidence, 'unexplained', 'glibc main', 'glibc arenas', 'glibc mmapped', 'allocator');
  if (!isLarge(evidence, bytes)) return [];
  return [
    {
      code: 'unnamed-memory',
      severity: 'notice',
      summary: `Memory that is neither the Java heap nor has another name takes ${formatMiB(bytes)} of ${formatMiB(evidence.rssBytes)} MiB: blocks of malloc, or what native code has mapped.`,
      evidence: { bytes },
      fixes: [ofNext(findLeak(evidence), evidence.pid)],
    },
  ];
}

/** What a finding advises to look at for longer, or to try, is for the next process. */
const adviceOfLiving: readonly (readonly [RegExp | string, string])[] = [
  [
    'A second look (--for=30s) tells whether they grow.',
    'Whether they grow tells a look at the next one: offheap doctor PID --for=30s.',
  ],
  [': --gc tells.', ': of the next one, offheap doctor PID --gc tells.'],
  [/[:,] look for longer(?: than that)?, (?:--for=\w+|or have the heap collected, --gc)\./, '.'],
  [/ Look for longer, --for=\w+\./, ''],
  [' Look again when that is over.', ''],
];

/** There is nothing to run on a process that is gone, and something on the next one. */
export function ofTheDead({ predictedBytes: _, summary, fixes, ...finding }: Finding, { pid }: Evidence): DeadFinding {
  return {
    ...finding,
    severity: 'notice',
    summary: adviceOfLiving.reduce((text, [advice, ofNextOne]) => text.replace(advice, ofNextOne), summary),
    fixes: fixes.map((fix) => ofNext(fix, pid)),
  };
}

function ofNext({ command, kind: _, action, ...fix }: Fix, pid: number): Fix {
  if (command === undefined) return { action, ...fix };
  return { action: `Of the next one, while it runs: ${lower(action)}`, ...fix, command: command.replaceAll(` ${pid}`, ' PID') };
}

function lower(action: string): string {
  return action.charAt(0).toLowerCase() + action.slice(1);
}
