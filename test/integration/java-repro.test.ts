import { beforeAll, describe, expect, test } from 'vitest';
import { findJavaHomes } from './java-homes.ts';
import { briefFlags, ensureScanSet, repro } from './java-process.ts';

const homes = findJavaHomes();
const streams = 3_000;
const loaders = ['leaky', 'half', 'fixed', 'jdk'] as const;
/** Inflaters that nobody has ended when the scan is over. The JDK's own reader keeps a few, which it ends itself. */
const leftPerStream = { leaky: 1, half: 1, fixed: 0, jdk: 0 };

test('there is more than one JDK to test on', (context) => {
  context.skip(homes.length < 2, `one JDK alone is installed: ${homes.map((home) => home.version).join()}`);
  expect(homes.length).toBeGreaterThan(1);
});

describe.each(homes)('on JDK $version', (home) => {
  let jars: string;
  beforeAll(async () => {
    jars = await ensureScanSet(home);
  });

  const scan = (...args: string[]) => repro(home, ['scan', `--jars=${jars}`, '--settle-ms=0', ...args], { flags: briefFlags });

  test('every loader reads the same classes and leaves the Inflaters that its Spring Boot version leaves', async () => {
    const figures: Record<string, string>[] = [];
    for (const loader of loaders) {
      const { stderr, exitCode, phases } = await scan(`--loader=${loader}`, `--streams=${streams}`);
      expect({ stderr, exitCode, loader: phases['baseline']?.['loader'] }).toEqual({ stderr: '', exitCode: 0, loader });
      expect(phases['scanned']).toMatchObject({ gcs: '0', openInflaters: String(leftPerStream[loader] * streams) });
      expect(phases['collected']).toMatchObject({ openInflaters: '0' });
      const { elapsedMs: _, openInflaters: __, ...read } = phases['scanned'] ?? {};
      figures.push(read);
    }
    expect(figures[0]).toMatchObject({ streams: String(streams), classes: String(streams) });
    expect(figures).toEqual(loaders.map(() => figures[0]));
  });

  test.each(loaders)('one package is read once, whatever the number of streams (%s)', async (loader) => {
    const { phases } = await scan('--scan=package', '--package=java.util.zip', `--loader=${loader}`, `--streams=${streams}`);
    const { streams: opened, classes, openInflaters } = phases['scanned'] ?? {};
    expect(Number(opened)).toBeGreaterThan(20);
    expect(Number(opened)).toBeLessThan(100);
    expect(classes).toBe(opened);
    expect(Number(openInflaters)).toBe(leftPerStream[loader] * Number(opened));
    expect(phases['baseline']?.['classes']).toBe(opened);
  });

  test.each(loaders)('no scan opens nothing (%s)', async (loader) => {
    const { phases } = await scan('--scan=none', `--loader=${loader}`);
    expect(phases['scanned']).toMatchObject({ streams: '0', classes: '0', bytes: '0', openInflaters: '0' });
  });

  test('the result does not depend on the number of threads', async () => {
    const [one, five] = [await scan('--threads=1', `--streams=${streams}`), await scan('--threads=5', `--streams=${streams}`)];
    expect(five.phases['scanned']?.['checksum']).toBe(one.phases['scanned']?.['checksum']);
    expect(five.phases['scanned']?.['superclasses']).toBe(one.phases['scanned']?.['superclasses']);
  });

  test('a scan is repeated for each pass', async () => {
    const { phases } = await scan('--passes=3', '--streams=1000');
    expect(phases['scanned']).toMatchObject({ streams: '3000', classes: '3000', openInflaters: '3000' });
  });

  test('the default scan covers every class and needs no GC', async () => {
    const { phases, stdout } = await scan();
    const { jars: jarCount, classes } = phases['baseline'] ?? {};
    expect(Number(jarCount)).toBeGreaterThanOrEqual(30);
    expect(Number(classes)).toBeGreaterThan(20_000);
    expect(Number(phases['scanned']?.['streams'])).toBeGreaterThanOrEqual(Number(classes));
    expect(phases['scanned']).toMatchObject({ gcs: '0', openInflaters: phases['scanned']?.['streams'] });
    expect(stdout.split('\n').map((line) => line.split(' ', 2).join(' '))).toEqual([
      '@phase baseline',
      '@phase scanned',
      '@phase collected',
      '@phase settled',
    ]);
  });
});
