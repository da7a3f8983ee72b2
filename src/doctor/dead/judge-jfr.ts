import type { DeadFinding, DeadResult, RecordedFigure } from '../../model/dead.ts';
import type { Evidence } from '../../model/doctor.ts';
import { bytesPerMiB, formatCount, formatMiB, formatSeconds, formatUptime } from '../../model/units.ts';
import { memoryEvents } from '../../observe/dead/jfr.ts';
import { type Recording, recordedFigure } from '../../stats/recording.ts';
import { findLeak, showOwners } from '../advice.ts';
import { rules } from '../rules/registry.ts';
import { ofTheDead } from './held-findings.ts';
import { recordedEvidence } from './recorded-evidence.ts';

type Judged = Pick<DeadResult, 'verdict' | 'findings' | 'process' | 'recording' | 'limits' | 'memory' | 'jvm' | 'blindSpots'>;

const shownFigures: readonly (readonly [name: string, what: string, unit: RecordedFigure['unit']])[] = [
  ['rss', 'RSS', 'bytes'],
  ['container', 'memory of the container', 'bytes'],
  ['heap committed', 'Java heap, committed', 'bytes'],
  ['heap after', 'Java objects after a collection', 'bytes'],
  ['nmt', 'NMT, all committed', 'bytes'],
  ['metaspace', 'metaspace, committed', 'bytes'],
  ['direct buffers', 'direct buffers', 'bytes'],
  ['direct buffer count', 'direct buffers, how many', 'count'],
  ['threads', 'Java threads', 'count'],
  ['classes loaded', 'classes loaded', 'count'],
  ['machine used', 'memory of the machine in use', 'bytes'],
];
const shownCategories = 6;

/** What a recording says: what grew before the end, by the rules that judge growth of the living. */
export function judgeJfr(recording: Recording, { isWhole }: { isWhole: boolean }): Judged {
  const evidence = recordedEvidence(recording, wholeOf(recording));
  const spanMs = Math.max(0, recording.lastMs - recording.firstMs) || 0;
  const findings = [...growing(evidence), ...threadsGrowing(recording, spanMs)];
  const figures = figuresOf(recording);
  const missing = memoryEvents.filter(({ name }) => recording.count(name) === 0);
  const endedAt = Number.isFinite(recording.lastMs) ? new Date(recording.lastMs).toISOString() : undefined;
  const startedAt = Number.isFinite(recording.firstMs) ? new Date(recording.firstMs).toISOString() : undefined;
  return {
    verdict: verdictOf(findings, recording, spanMs),
    findings,
    process: { ...processOf(recording, evidence), ...(endedAt === undefined ? {} : { endedAt }) },
    recording: {
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
      ...{ spanMs, figures, missing: missing.map(({ name }) => name) },
    },
    ...memoryOf(recording),
    ...limitsOf(recording),
    blindSpots: blindSpotsOf(recording, missing, isWhole),
  };
}

/** A peek shows nothing of what malloc has. */
const nativeParts = /^(?:native memory|NMT’s|direct buffers)/;

/** Those of `--for` that a recording has figures for. */
function growing(evidence: Evidence): DeadFinding[] {
  const found = [...rules['memory-growing'](evidence), ...rules['java-heap-growing'](evidence)];
  return found.map((finding) => {
    const isNative = nativeParts.test(String(finding.evidence['part'] ?? ''));
    return {
      ...ofTheDead(isNative ? { ...finding, fixes: [findLeak(evidence), showOwners(evidence)] } : finding, evidence),
      severity: finding.severity,
    };
  });
}

const fewThreads = 50;

/** A thread that waits is not garbage, and has a stack: no GC ends it. */
function threadsGrowing(recording: Recording, spanMs: number): DeadFinding[] {
  const figure = recordedFigure('threads', 'count', recording.points('threads'));
  if (!figure || figure.perMinute === undefined || figure.last - figure.first < fewThreads) return [];
  return [
    {
      code: 'threads-growing',
      severity: 'problem',
      summary: `Java threads grew steadily from ${formatCount(figure.first)} to ${formatCount(figure.last)} in ${formatSeconds(spanMs)}. Each has a stack, and counts against limits of threads.`,
      evidence: { threads: figure.last, threadsBefore: figure.first },
      fixes: [{ action: 'Find who starts these threads and does not end them; take them from a pool that is bounded.' }],
    },
  ];
}

function verdictOf([first, ...others]: readonly DeadFinding[], recording: Recording, spanMs: number): string {
  const ended = recording.text('jdk.Shutdown.reason');
  const end = ended === undefined ? '' : ` The JVM ended in order: ${ended}.`;
  if (first)
    return `${first.summary}${others.length > 0 ? ` ${others.length === 1 ? 'Something else grew' : 'Others grew'} as well.` : ''}${end}`;
  const rss = recordedFigure('RSS', 'bytes', recording.points('rss'));
  if (rss?.perMinute !== undefined)
    return `RSS grew from ${formatMiB(rss.first)} to ${formatMiB(rss.last)} MiB in ${formatUptime(spanMs)}. The Java heap may have touched as much of what it has, and nothing else that was recorded grew so.${end}`;
  const what = rss
    ? `RSS went from ${formatMiB(rss.first)} to ${formatMiB(rss.last)} MiB, at most ${formatMiB(rss.most)}.`
    : 'RSS is not recorded, so native memory may have grown unseen.';
  return `Nothing that was recorded grew steadily in ${formatUptime(spanMs)}. ${what}${end}`;
}

function figuresOf(recording: Recording): RecordedFigure[] {
  const categories = recording.names
    .filter((name) => name.startsWith('nmt: '))
    .flatMap((name) => recordedFigure(name.replace('nmt:', 'NMT:'), 'bytes', recording.points(name)) ?? [])
    .filter(({ first, last }) => Math.abs(last - first) >= bytesPerMiB)
    .sort((a, b) => Math.abs(b.last - b.first) - Math.abs(a.last - a.first))
    .slice(0, shownCategories);
  return [...shownFigures.flatMap(([name, what, unit]) => recordedFigure(what, unit, recording.points(name)) ?? []), ...categories];
}

function lastOf(recording: Recording, name: string): number | undefined {
  return recording.points(name).at(-1)?.value;
}

/** What the rules look at beside what grew. */
function wholeOf(recording: Recording): Evidence {
  const version = recording.text('jdk.JVMInformation.jvmVersion') ?? '';
  const heap = {
    reservedBytes: lastOf(recording, 'heap reserved') ?? 0,
    committedBytes: lastOf(recording, 'heap committed') ?? 0,
    usedBytes: lastOf(recording, 'heap after') ?? 0,
    rssBytes: lastOf(recording, 'heap committed') ?? 0,
  };
  const collector = /^G1|^Parallel|^Serial|^Z|^Shenandoah/.exec(recording.text('jdk.GCConfiguration.oldCollector') ?? '')?.[0];
  return {
    pid: Number(recording.text('jdk.JVMInformation.pid') ?? 0),
    command: commandOf(recording),
    takenAt: new Date(Number.isFinite(recording.lastMs) ? recording.lastMs : 0).toISOString(),
    uptimeMs: 0,
    rssBytes: lastOf(recording, 'rss') ?? heap.committedBytes,
    swapBytes: 0,
    threads: lastOf(recording, 'threads') ?? 0,
    regions: [],
    allocator: { name: 'unknown', library: '', preloaded: [], environment: {} },
    isJvm: true,
    jvm: {
      version: jdkOf(version) ?? '',
      flags: [],
      canTrim: false,
      ...(heap.committedBytes > 0 ? { heap } : {}),
      ...(collector === undefined ? {} : { collector: collector === 'Z' ? 'ZGC' : collector }),
    },
    unknown: [],
  };
}

/** `OpenJDK 64-Bit Server VM (17.0.15+6-Debian-1deb12u1) for linux-amd64 JRE (17.0.15+6-Debian-1deb12u1), built on …` */
function jdkOf(version: string): string | undefined {
  return /\bJRE \((?:1\.)?(\d[\d._]{0,30}(?:\+\d{1,6})?)/.exec(version)?.[1];
}

function commandOf(recording: Recording): string[] {
  const words = (name: string) =>
    (recording.text(`jdk.JVMInformation.${name}`) ?? '').split(/\s+/).filter((word) => word !== '' && word !== 'null');
  const [main, ...others] = words('javaArguments');
  if (main === undefined) return [];
  return ['java', ...words('jvmArguments'), ...(main.endsWith('.jar') ? ['-jar'] : []), main, ...others];
}

function processOf(recording: Recording, { pid, command, threads }: Evidence): DeadResult['process'] {
  const version = recording.text('jdk.JVMInformation.jvmVersion');
  const jdk = jdkOf(version ?? '');
  const startMs = Date.parse(recording.text('jdk.JVMInformation.jvmStartTime') ?? '');
  const uptimeMs = recording.lastMs - startMs;
  return {
    ...(pid > 0 ? { pid } : {}),
    command,
    ...(jdk === undefined ? {} : { jdk }),
    ...(version === undefined ? {} : { vm: version }),
    ...(uptimeMs > 0 ? { uptimeMs } : {}),
    ...(threads > 0 ? { threads } : {}),
    flags: command.filter((word) => word.startsWith('-XX:')),
  };
}

function memoryOf(recording: Recording): Pick<Judged, 'memory'> {
  const rssBytes = lastOf(recording, 'rss');
  const peakRssBytes = lastOf(recording, 'peak rss');
  if (rssBytes === undefined) return {};
  return { memory: { rssBytes, ...(peakRssBytes === undefined ? {} : { peakRssBytes }), parts: [] } };
}

/** 2^63 − 1 and less than nothing are no limits. */
const noLimit = 2 ** 62;

function limitsOf(recording: Recording): Pick<Judged, 'limits'> {
  const limit = Number(recording.text('jdk.ContainerConfiguration.memoryLimit') ?? 0);
  const used = lastOf(recording, 'container');
  if (!(limit > 0 && limit < noLimit)) return {};
  return { limits: { containerBytes: limit, ...(used === undefined ? {} : { containerUsedBytes: used }) } };
}

function blindSpotsOf(
  recording: Recording,
  missing: readonly (typeof memoryEvents)[number][],
  isWhole: boolean,
): DeadResult['blindSpots'] {
  const spots: DeadResult['blindSpots'] = isWhole
    ? []
    : [
        {
          instrument: 'recording',
          code: 'too-long',
          reason: 'Only its beginning was read: it has more events than can be read in three minutes.',
        },
      ];
  const rss = recording.count('jdk.ResidentSetSize') === 0;
  const ofNmt = (name: string) => name.startsWith('jdk.NativeMemoryUsage');
  const others = missing.filter(({ name }) => !ofNmt(name) && name !== 'jdk.ResidentSetSize');
  if (rss)
    spots.push({
      instrument: 'RSS',
      code: 'not-told',
      reason: 'It was not recorded (jdk.ResidentSetSize): whether native memory grew, this recording does not tell.',
      cure: 'JDK 21 and later record it. Of an older one, the exporter keeps looks: offheap export --keep-looks=FOLDER',
    });
  if (missing.some(({ name }) => ofNmt(name)))
    spots.push({
      instrument: 'Native Memory Tracking',
      code: 'not-told',
      reason: 'It was not recorded (jdk.NativeMemoryUsage): it was off, or the JDK is older than 20.',
      cure: 'It has to be on when the JVM starts: -XX:NativeMemoryTracking=summary',
    });
  if (others.length > 0)
    spots.push({
      instrument: 'events',
      code: 'not-told',
      reason: `Not recorded: ${others.map(({ name, what }) => `${what} (${name})`).join(', ')}.`,
    });
  return spots;
}
