import type { Configuration } from '../allocators/configurations.ts';
import { ownCounterOf } from '../allocators/launch.ts';
import type { Location } from '../allocators/locate.ts';
import type { PhaseName } from '../model/phase.ts';
import type { Scenario } from '../model/result.ts';
import { seededRandom, shuffle } from '../stats/random.ts';
import { type OwnPrograms, withOwnProgram } from './own-program.ts';
import type { PlannedCell } from './planned-cell.ts';

export interface Matrix {
  configurations: readonly { configuration: Configuration; location: Location }[];
  scenario: Scenario;
  /** Of variants. */
  programs?: OwnPrograms | undefined;
  /** Whether libmeter.so is put in front of allocators that do not count themselves. */
  meter: boolean;
  /** Whether zlib's states are counted at the end of the burst. */
  census?: boolean;
  repeats: number;
  /** The phase at which the last cell is held. */
  hold: PhaseName | undefined;
  /** Decides the order within each block. */
  seed: number;
  /** Key of the configuration whose first cell is to come first: what cannot work under it need not be tried under others. */
  first?: string | undefined;
}

/**
 * The cells in the order they are to run: blocks, each with every configuration once. A machine that slows down meets all of a block alike; a random
 * order within it keeps one from always following the same other. A single block stays in the order asked for, but for its first.
 */
export function planCells(matrix: Matrix): PlannedCell[] {
  const { configurations, scenario, programs, meter, census = false, repeats, hold, seed, first } = matrix;
  const random = seededRandom(seed);
  const plannedCells = Array.from({ length: repeats }, (_, index) => index + 1).flatMap((repeat) => {
    const block = configurations.map(
      ({ configuration, location }): PlannedCell => ({
        configuration,
        location,
        scenario: withOwnProgram(scenario, programs?.get(configuration.key)),
        program: programs?.get(configuration.key),
        counter: ownCounterOf(configuration) ?? (meter ? 'meter' : undefined),
        repeat,
        hold: undefined,
        attach: true,
        census,
      }),
    );
    const ordered = repeats === 1 ? block : shuffle(block, random);
    return repeat === 1 ? startingWith(first, ordered) : ordered;
  });
  return plannedCells.map((planned, index) => ({ ...planned, hold: index === plannedCells.length - 1 ? hold : undefined }));
}

function startingWith(first: string | undefined, block: readonly PlannedCell[]): PlannedCell[] {
  const isFirst = ({ configuration }: PlannedCell) => configuration.key === first;
  return [...block.filter(isFirst), ...block.filter((planned) => !isFirst(planned))];
}
