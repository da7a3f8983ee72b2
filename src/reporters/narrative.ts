import type { Cell, CommandScenario, Host, ReproScenario, ResultFile, Scenario } from '../model/result.ts';
import { shellLine } from '../model/shell-words.ts';
import { formatCount, formatMiB, formatPercent, formatSeconds } from '../model/units.ts';
import { type Variant, variantsOf } from '../model/variants.ts';
import { instruments } from '../stats/decide.ts';
import { representativeCells } from '../stats/representative.ts';
import { burstBytes, returnedShare, smallestBurstBytes } from '../stats/returned.ts';
import { renderRecommendation } from './recommendation.ts';

/** Returned at least this much: nothing worth a setting is kept. */
const returnedEnough = 0.75;
/** Returned at most this much: the allocator keeps what was freed. */
const returnedLittle = 0.4;

/** A line that says what was run and where. */
export function describeRun({ cells, host, complete, plan }: ResultFile): string {
  const variants = variantsOf({ plan });
  const scenario = cells[0]?.scenario;
  if (!scenario) return 'No cell was run.';
  const jdk = host.jdk ? `JDK ${host.jdk.version}, ` : '';
  const where = `${jdk}${host.libc}, Linux ${host.kernel}, ${host.cpus} CPUs`;
  const what =
    variants.length > 0 && scenario.name === 'command'
      ? describeVariants(variants, scenario, host)
      : describeScenario(scenario, cells);
  return `${what}; ${where}${complete ? '' : ' (interrupted)'}`;
}

/** @param cells of the scenario, in which it may have said what it has opened. */
export function describeScenario(scenario: Scenario, cells: readonly Cell[] = []): string {
  return scenario.name === 'command' ? describeCommand(scenario) : describeScan(scenario, cells);
}

function describeScan({ loader, scan, threads, heapBytes, ...scenario }: ReproScenario, cells: readonly Cell[]): string {
  const opened = cells.map((cell) => cell.phases.loaded?.announced?.['streams']).find((streams) => typeof streams === 'number');
  const streams = formatCount(opened ?? scenario.streams * scenario.passes);
  const way = scenario.loaderJar === undefined ? '' : ' (its classes, driven directly)';
  return `${loader} loader${way}, scan ${scan}, ${streams} streams on ${threads} threads, heap ${formatMiB(heapBytes)} MiB`;
}

/** Each by its name; with its JDK where they differ. */
function describeVariants(variants: readonly Variant[], scenario: CommandScenario, host: Host): string {
  const names = variants.map(({ name, command, jdk }) => {
    const own = jdk === undefined || host.jdk ? '' : ` (JDK ${jdk})`;
    return `${name}: ${shellLine(command)}${own}`;
  });
  return `${names.join('; ')}${describePhases(scenario)}`;
}

function describeCommand(scenario: CommandScenario): string {
  return `${scenario.command.join(' ')}${describePhases(scenario)}`;
}

function describePhases({ ready, load, durationMs, settleMs }: CommandScenario): string {
  const burst = load
    ? `, load ${load.join(' ')}`
    : durationMs === undefined
      ? ''
      : `, ${formatSeconds(durationMs)} of its own work`;
  const isDriven = ready !== undefined || burst !== '';
  return `${burst}${isDriven ? `, settled for ${formatSeconds(settleMs)}` : ''}`;
}

/** Two or three sentences that read the table: was there a burst, who kept it, what gives it back. Only figures of this result. */
export function narrate(result: ResultFile): string[] {
  const { cells } = result;
  if (endsWithRecommendation(result)) return renderRecommendation(result).sentences;
  const ok = representativeCells(cells);
  const bursting = ok.filter((cell) => (burstBytes(cell) ?? 0) >= smallestBurstBytes);
  const first = ok[0];
  if (!first) return [];
  if (bursting.length === 0) return [noBurst(ok)];
  const glibc = bursting.find((cell) => cell.configuration === 'glibc') ?? bursting[0];
  if (!glibc) return [];
  if (glibc.scenario.name === 'command') return [theLoad(glibc)];
  return [theBurst(glibc), whoKept(glibc, bursting), theCure(glibc, bursting)].filter((sentence) => sentence !== undefined);
}

/** The story of the Inflaters is the reproducer's; what a user's own program is compared for is a setting to ship. */
export function endsWithRecommendation({ cells, plan }: ResultFile): boolean {
  return cells[0]?.scenario.name === 'command' && (plan?.configurations.length ?? 0) > 1;
}

function noBurst(ok: readonly Cell[]): string {
  const largest = Math.max(...ok.map((cell) => burstBytes(cell) ?? 0));
  const scenario = ok[0]?.scenario;
  if (scenario?.name !== 'java-repro')
    return `No burst: RSS grew by at most ${formatMiB(largest)} MiB. There is nothing for an allocator to keep.`;
  const { loader, scan } = scenario;
  const cause = scan === 'all' ? `the ${loader} loader ends its Inflaters itself` : `scan ${scan} opens few streams`;
  return `No burst: RSS grew by at most ${formatMiB(largest)} MiB during the scan, because ${cause}. There is nothing for an allocator to keep.`;
}

/** Of a program of the user's on one configuration, where there is nothing to recommend. */
function theLoad(cell: Cell): string {
  const returned = returnedShare(cell, 'settled');
  const rest = returned === undefined ? '' : `; ${Math.round(returned * 100)} % of that was returned by settled`;
  return `RSS on ${cell.configuration} rose by ${formatMiB(burstBytes(cell) ?? 0)} MiB in the burst${rest}.`;
}

function theBurst(cell: Cell): string {
  const { loaded, collected } = cell.phases;
  const open = loaded?.announced?.['openInflaters'];
  // A released loader's Inflaters are its own, and only a census knows them.
  const count = typeof open === 'number' ? open : cell.census?.inflaterBlocks;
  const left = count === undefined ? 'an unknown number of' : formatCount(count);
  const nmt =
    loaded?.nmtCommittedBytes === undefined
      ? ''
      : ` NMT sees ${formatMiB(loaded.nmtCommittedBytes)} of ${formatMiB(loaded.rssBytes)} MiB: it does not count what zlib asks of malloc.`;
  const freed =
    collected?.announced?.['openInflaters'] === 0 ? ' By collected the GC has ended all of them, so their memory is free.' : '';
  return `The scan left ${left} Inflaters to the GC${count === undefined ? ' (--census counts them)' : ''}. RSS on ${cell.configuration} rose by ${formatMiB(burstBytes(cell) ?? 0)} MiB.${nmt}${freed}`;
}

/** Undefined of one that was held before it had returned any. */
function whoKept(glibc: Cell, bursting: readonly Cell[]): string | undefined {
  const returned = returnedShare(glibc, 'settled');
  if (returned === undefined) return undefined;
  const best = bursting.filter((cell) => cell !== glibc).sort(byReturned)[0];
  const kept = formatPercent(1 - returned);
  const own = `${glibc.configuration} returned ${formatPercent(returned)} of that and still holds ${kept}`;
  if (!best) return `${own}.`;
  const bestReturned = returnedShare(best, 'settled') ?? 0;
  if (bestReturned < returnedEnough || returned > returnedLittle)
    return `${own}. ${best.configuration}, the best of the others, returned ${formatPercent(bestReturned)}.`;
  return `${own}. ${best.configuration} returned ${formatPercent(bestReturned)} after the same work. So what ${glibc.configuration} holds is no leak: the allocator keeps free memory.`;
}

function theCure(glibc: Cell, bursting: readonly Cell[]): string | undefined {
  const { settled, trimmed } = glibc.phases;
  const trim =
    settled && trimmed && settled.rssBytes - trimmed.rssBytes >= smallestBurstBytes
      ? `One malloc_trim gave back ${formatMiB(settled.rssBytes - trimmed.rssBytes)} MiB at once.`
      : undefined;
  const cured = bursting.filter(
    (cell) => !instruments.has(cell.allocator) && cell !== glibc && (returnedShare(cell, 'settled') ?? 0) >= returnedEnough,
  );
  const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(cured.map((cell) => cell.configuration));
  const settings = cured.length > 0 ? `${names} would have returned it without a change of code.` : undefined;
  const sentences = [trim, settings].filter((sentence) => sentence !== undefined);
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

function byReturned(a: Cell, b: Cell): number {
  return (returnedShare(b, 'settled') ?? 0) - (returnedShare(a, 'settled') ?? 0);
}
