import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeClass } from './java-classes.ts';
import { findJavaHomes, type JavaHome } from './java-homes.ts';
import { repro } from './java-process.ts';
import { deflated, zip } from './java-zip.ts';

/** More by OFFHEAP_FUZZ_RUNS: one run is one JVM. The seed is fixed, so that a failure is this commit's and not the day's. */
const numRuns = Number(process.env['OFFHEAP_FUZZ_RUNS'] ?? 40);
const seed = Number(process.env['OFFHEAP_FUZZ_SEED'] ?? 1);

const entries = (list: ReturnType<typeof makeClass>[], prefix: string) =>
  list.map(({ name, data }) => ({ name: `${prefix}${name}.class`, data, method: deflated }));
const nested = zip(entries([makeClass('lib/One', 'app/A'), makeClass('lib/Two', 'app/A', 9000)], ''));
const fatJar = zip([
  ...entries([makeClass('app/A', 'java/lang/Object')], 'BOOT-INF/classes/'),
  { name: 'BOOT-INF/lib/lib.jar', data: nested },
]);
const [home] = findJavaHomes() as [JavaHome];

const damage = fc.record({
  bytes: fc.array(fc.record({ at: fc.nat(fatJar.length - 1), value: fc.nat(255) }), { maxLength: 4 }),
  length: fc.oneof({ weight: 3, arbitrary: fc.constant(fatJar.length) }, { weight: 1, arbitrary: fc.nat(fatJar.length) }),
});

test('a damaged jar is read or refused in one sentence, whatever the damage, and never hangs', { timeout: 600_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offheap-damaged-'));
  const path = join(folder, 'app.jar');
  try {
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom('leaky', 'half', 'fixed', 'jdk'), async ({ bytes, length }, loader) => {
        const jar = Buffer.from(fatJar);
        for (const { at, value } of bytes) jar[at] = value;
        await writeFile(path, jar.subarray(0, length));
        const args = ['scan', `--jars=${path}`, `--loader=${loader}`, '--streams=6', '--threads=2', '--settle-ms=0'];
        const { exitCode, stderr } = await repro(home, args, { flags: ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx64m'] });
        if (exitCode === 0) expect(stderr).toBe('');
        else
          expect({ exitCode, sentences: stderr.split('\n').length, stderr }).toMatchObject({
            exitCode: 1,
            sentences: 1,
            stderr: expect.stringMatching(/^offheap-repro: /),
          });
      }),
      { numRuns, seed },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
