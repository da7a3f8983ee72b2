import { plainPath } from '../process/plain-path.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import type { Captured, ProcessRunner } from '../process/runner.ts';

export interface ReadBack {
  /** Settings as the allocator itself says that it took them. */
  settings: Record<string, string>;
  /** Settings that it did not take, a sentence each. */
  problems: string[];
}

/** What an allocator is asked about. */
export interface Asking {
  /** The configuration's variables. */
  env: Readonly<Record<string, string>>;
  /** The file that serves malloc. */
  library: string;
  /** The dynamic loader of the process; undefined for a static program. */
  loader: string | undefined;
  capture: ProcessRunner['capture'];
}

export const nothingRead: ReadBack = { settings: {}, problems: [] };

/** What a short program under the allocator writes. */
export function askUnder({ library, capture }: Asking, env: Asking['env']): Promise<Captured | undefined> {
  return withPrivateFolder((folder) => capture('true', [], { env: { ...env, LD_PRELOAD: plainPath(library, folder) } }));
}

/** Each setting that was wanted, as it is in force or with the reason why it is not. */
export function compareSettings(
  wanted: readonly [string, string][],
  judge: (name: string, value: string) => { effective?: string | undefined; problem?: string },
): ReadBack {
  const result: ReadBack = { settings: {}, problems: [] };
  for (const [name, value] of wanted) {
    const { effective, problem } = judge(name, value);
    if (problem !== undefined) result.problems.push(problem);
    if (effective !== undefined) result.settings[name] = effective;
  }
  return result;
}
