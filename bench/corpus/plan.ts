import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Case } from '../../test/corpus/cases.ts';
import type { Run } from '../../test/corpus/run.ts';
import { findJavaHomes } from '../../test/integration/java-homes.ts';

const usualFeature = 17;
const versionTimeoutMs = 10_000;

/** A case on one JDK; `skipped`: why it cannot be run here. */
export interface Planned {
  run: Run;
  of: Case;
  jdk?: number;
  skipped?: string;
}

/** The JDKs of this machine by feature release, and those of the folders in OFFHEAP_JDKS: the folder of each. */
export function findJdks(): Map<number, string> {
  const more = (process.env['OFFHEAP_JDKS'] ?? '').split(delimiter).filter((home) => existsSync(join(home, 'bin', 'java')));
  const homes = [...findJavaHomes().map(({ java }) => dirname(dirname(java))), ...more];
  return new Map(homes.map((home) => [featureOf(home), home]));
}

/** `openjdk version "1.8.0_452"`, or `"21.0.8"`. */
function featureOf(home: string): number {
  const { stderr } = spawnSync(join(home, 'bin', 'java'), ['-version'], { encoding: 'utf8', timeout: versionTimeoutMs });
  return Number(/ version "(?:1\.)?(\d+)/.exec(stderr)?.[1]);
}

/**
 * @param only one of these is in the name
 * @param features the cases that name one of them, on those
 */
export function plan(
  cases: readonly Case[],
  jdks: ReadonlyMap<number, string>,
  { only, features }: { only: readonly string[]; features: readonly number[] | undefined },
): Planned[] {
  const planned = cases.flatMap((one) => onJdks(one, jdks));
  return planned.filter(
    ({ run, jdk }) =>
      only.some((text) => run.name.includes(text)) && (features === undefined || (jdk !== undefined && features.includes(jdk))),
  );
}

function onJdks(of: Case, jdks: ReadonlyMap<number, string>): Planned[] {
  const { program } = of;
  if (!('java' in program)) return [{ run: of, of }];
  return (of.jdks ?? [usualFeature]).map((jdk) => {
    const name = of.jdks === undefined ? of.name : `${of.name}, JDK ${jdk}`;
    const javaHome = jdks.get(jdk);
    if (javaHome === undefined) return { run: { ...of, name }, of, jdk, skipped: `there is no JDK ${jdk} here` };
    return { run: { ...of, name, program: { ...program, javaHome } }, of, jdk };
  });
}
