import { dirname } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runDiagnosticCommand } from '../../src/jvm/attach.ts';
import { inspectHeap } from '../../src/native/inspector.ts';
import { compileCorpus } from '../corpus/compile.ts';
import { type Patient, startPatient } from '../corpus/start.ts';
import { plain } from '../fixtures/preload.ts';
import { findJavaHomes } from './java-homes.ts';

const timeoutMs = 60_000;
/** Of a hundred thousand, a few begin in the last bytes of what is read at once. */
const missedShare = 0.001;
/** A block of 64 references is there before it is full, and there are other weak references than those of strings. */
const moreShare = 0.01;

let patient: Patient | undefined;
beforeAll(compileCorpus);
afterEach(async () => {
  await patient?.stop();
  patient = undefined;
});

/** Entries of one of the JVM's tables, without those of an archive: the first number that is told of them. A table that is being resized tells none, or 0. */
async function entriesOf(pid: number, command: string): Promise<number> {
  let counted = 0;
  const count = async () => {
    const text = await runDiagnosticCommand(pid, command, { timeoutMs });
    counted = Number(/^Number of entries\s*:\s*(\d+)/m.exec(text)?.[1]);
    return counted;
  };
  await expect.poll(count, { timeout: timeoutMs }).toBeGreaterThan(0);
  return counted;
}

describe.each(findJavaHomes().map(({ version, java }) => [version, java] as const))('JDK %s', (_, launcher) => {
  const start = async (java: string, count: number, ...flags: string[]) => {
    const environment = { PATH: `${dirname(launcher)}:${process.env['PATH'] ?? ''}` };
    patient = await startPatient(
      {
        name: java,
        program: { java, flags: [...flags, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'], arguments: [String(count)] },
        environment,
      },
      plain,
    );
    const inspection = await inspectHeap(patient.pid, { budgetMs: timeoutMs });
    return { pid: patient.pid, blocks: inspection.jvmBlocks };
  };

  test('symbols are told by how they begin, as many as the JVM counts', async () => {
    const { pid, blocks } = await start('Symbols', 5, '-Xmx64m');
    const counted = await entriesOf(pid, 'VM.symboltable');
    expect(counted).toBeGreaterThan(300_000);
    expect(Math.abs((blocks?.symbols ?? 0) - counted)).toBeLessThan(missedShare * counted);
  });

  test('interned strings are told by their sizes, as many as the JVM counts', async () => {
    const { pid, blocks } = await start('InternedStrings', 500_009, '-Xmx150m');
    const counted = await entriesOf(pid, 'VM.stringtable');
    expect(counted).toBeGreaterThan(500_000);
    expect(Math.abs((blocks?.strings ?? 0) - counted)).toBeLessThan(moreShare * counted);
  });
});
