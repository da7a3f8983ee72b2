import { describe, expect, test } from 'vitest';
import { findJavaHomes } from './java-homes.ts';
import { ensureScanSet } from './java-process.ts';
import { measureRss } from './java-step.ts';

const mebibyte = 1024 * 1024;

/** C2 compiles the scan's hot methods in arenas that are malloc's: 14 MB at times, and none of it is an Inflater's. */
const withoutC2 = ['-XX:TieredStopAtLevel=1'];

describe.each(findJavaHomes())('native memory on JDK $version', (home) => {
  const measure = async (args: string[] = [], flags: string[] = []) => {
    const jars = `--jars=${await ensureScanSet(home)}`;
    const { baseline, scanned, settled } = await measureRss(home, [jars, '--settle-ms=0', ...args], flags);
    return { burst: scanned - baseline, kept: settled - baseline };
  };

  test('the leaky loader leaves a burst, and glibc keeps most of it when all is freed', async () => {
    const { burst, kept } = await measure();
    expect(burst).toBeGreaterThan(400 * mebibyte);
    expect(kept / burst).toBeGreaterThan(0.6);
  });

  // The two cures of the article: a loader that ends its Inflaters, and a scan that is told its package. Of so many streams the leaky one leaves 100 MiB.
  test.each([['--loader=fixed'], ['--loader=jdk'], ['--scan=package'], ['--scan=none']])('no burst with %s', async (cure) => {
    expect((await measure([cure, '--streams=8009'], withoutC2)).burst).toBeLessThan(10 * mebibyte);
  });
});
