import { arenaMax, arenaMaxTunable } from '../allocators/glibc.ts';
import { isSet } from '../allocators/setting.ts';
import type { Evidence } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import { listMallocSettings, type MallocSettings } from '../model/malloc-settings.ts';
import { formatMiB } from '../model/units.ts';
import { servingAnswer } from '../stats/allocator-idle.ts';
import { mallocRss } from '../stats/process-figures.ts';
import { type Applied, compare, isToldToRefuse } from './apply.ts';
import type { Patient } from './patient.ts';
import { tellingBytes } from './why-trim-differs.ts';

/** glibc's own arena_test. */
const defaultArenaTest = 8;
const arenaTest = /^(?:.*:)?glibc\.malloc\.arena_test=(\d+)/;

/**
 * Has glibc's malloc take settings while the process runs, by mallopt(3). The next start undoes it. M_TRIM_THRESHOLD cuts nothing by itself: heap_trim() and systrim() are called by a free
 * that joins 64 KiB. It also sets no_dyn_threshold (glibc 2.36, malloc.c, do_set_trim_threshold), so that a free of a mapped block raises neither that threshold nor M_MMAP_THRESHOLD.
 */
export async function applySet(patient: Patient, settings: MallocSettings): Promise<Applied> {
  const before = await patient.look();
  requireSettable(before, settings);
  const answer = servingAnswer({ allocatorAnswers: await patient.askAllocator({ set: settings }) });
  const told = answer?.told ?? {};
  const set = listMallocSettings(settings).map(([name, value]) => ({ name, value, isTaken: told[name] === true }));
  const refused = set.filter(({ isTaken }) => !isTaken);
  if (refused.length > 0) throw refusal(before.pid, `its malloc refused ${refused.map(({ name }) => name).join(' and ')}.`);
  const after = await patient.look();
  return { fix: { ...compare('set', before, after), by: 'agent', settings: set, reasons: whatItDoes(settings, after) }, after };
}

function requireSettable(evidence: Evidence, { arenaMax: wanted }: MallocSettings): void {
  const { pid, isJvm, allocator, malloc } = evidence;
  if (!isJvm) throw refusal(pid, 'it is no JVM. A program can call mallopt itself.');
  if (isToldToRefuse(evidence))
    throw refusal(
      pid,
      'it was started with -XX:+DisableAttachMechanism, and lets nobody tell it anything. Start it without that flag.',
    );
  if (allocator.name !== 'glibc') throw refusal(pid, `${allocator.name} serves it, which has other settings.`);
  if (wanted === undefined) return;
  const inForce = { env: allocator.environment, jvmFlags: [] };
  const arenas = malloc?.arenas.length;
  if (arenas === undefined)
    throw refusal(pid, 'how many arenas it has could not be read, and glibc heeds arena_max only as long as there are few.');
  if ([arenaMax, arenaMaxTunable].some((setting) => isSet(setting, undefined, inForce)) && arenas > 1)
    throw refusal(
      pid,
      'it was started with a largest number of arenas, and glibc decides on that only once. Start it with another.',
    );
  const decidedAt = arenasWhenDecided(allocator);
  if (arenas >= decidedAt)
    throw refusal(
      pid,
      `it has ${arenas} arenas, and from ${decidedAt} on glibc has decided how many it makes. Start it with MALLOC_ARENA_MAX=${wanted}.`,
    );
}

/**
 * By then glibc has decided how many arenas it makes, and heeds M_ARENA_MAX no more, though mallopt says 1: narenas_limit in arena_get2() of its malloc/arena.c is set once, when more
 * than arena_test arenas are there (2.15 to 2.43), or as many (2.44).
 */
function arenasWhenDecided({ environment }: Evidence['allocator']): number {
  const told = arenaTest.exec(environment['GLIBC_TUNABLES'] ?? '')?.[1] ?? environment['MALLOC_ARENA_TEST'];
  return told === undefined ? defaultArenaTest : Number(told);
}

function whatItDoes({ trimThresholdBytes, arenaMax: wanted }: MallocSettings, after: Evidence): string[] {
  const arenas = after.malloc?.arenas.length ?? 0;
  const topBytes = mallocRss(after)?.arenaTopBytes ?? 0;
  return [
    ...(trimThresholdBytes !== undefined && topBytes >= tellingBytes
      ? [
          `${formatMiB(topBytes)} MiB still lie free at the tops of arenas. An arena gives its top back at the next free in it that joins 64 KiB or more; one that nobody frees in keeps it.`,
        ]
      : []),
    ...(trimThresholdBytes === undefined
      ? []
      : ['The mmap threshold stays where it is by now: glibc adapts neither of the two any more once one is set.']),
    ...(wanted !== undefined && arenas > wanted ? [`The ${arenas} arenas that there are stay. No more are made.`] : []),
    'The next start undoes it.',
  ];
}

function refusal(pid: number, why: string): OffheapError {
  return new OffheapError(
    'ATTACH_FAILED',
    `Expected process ${pid} to be a JVM whose malloc takes settings while it runs, but ${why}`,
  );
}
