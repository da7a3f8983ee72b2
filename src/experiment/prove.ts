import { proveProvenance } from '../allocators/provenance.ts';
import { messageOf, OffheapError } from '../model/errors.ts';
import type { Provenance } from '../model/result.ts';
import type { ProcessRunner } from '../process/runner.ts';
import type { CellProcess } from './cell-process.ts';
import type { PlannedCell } from './planned-cell.ts';

/** A configuration that turns out not to apply to the program. */
export class CellSkipped extends Error {}

export interface ProofOptions {
  capture: ProcessRunner['capture'];
  notes: string[];
}

/** What was seen of the configuration in the process. Undefined where there is no library to look for. */
export async function seeConfiguration(
  { configuration, location, scenario }: PlannedCell,
  process: CellProcess,
  { capture, notes }: ProofOptions,
): Promise<Provenance | undefined> {
  if (!location.found) return undefined;
  const { pid, isJvm } = process;
  if (configuration.jvmFlags.length > 0 && !isJvm) throw new CellSkipped('It sets JVM flags, and the program is no JVM.');
  const { library, version } = location;
  const reportedFlags = isJvm ? await askFlags(process, scenario.name === 'command', notes) : undefined;
  return proveProvenance(pid, { configuration, library, version, capture, reportedFlags });
}

/** @throws OffheapError CHILD_FAILED with every contradiction. */
export function requireVerified({ verified, problems }: Provenance): void {
  if (verified) return;
  throw new OffheapError('CHILD_FAILED', `The configuration did not reach the process: ${problems.join('; ')}.`);
}

/** A JVM of the user's may refuse to be asked: -XX:+DisableAttachMechanism. */
async function askFlags(process: CellProcess, mayRefuse: boolean, notes: string[]): Promise<string | undefined> {
  try {
    return await process.askFlags();
  } catch (error) {
    if (!mayRefuse) throw error;
    notes.push(`the JVM cannot be asked: ${messageOf(error)}`);
    return undefined;
  }
}
