import { describe, expect, test } from 'vitest';
import { findJavaHomes } from './java-homes.ts';
import { ensureScanSet } from './java-process.ts';
import { measureRss } from './java-step.ts';

const mebibyte = 1024 * 1024;

describe.each(findJavaHomes())('native memory on JDK $version', (home) => {
  const measure = async (...args: string[]) => {
    const { baseline, scanned, settled } = await measureRss(home, [
      `--jars=${await ensureScanSet(home)}`,
      '--settle-ms=0',
      ...args,
    ]);
    return { burst: scanned - baseline, kept: settled - baseline };
  };

  test('the leaky loader leaves a burst, and glibc keeps most of it when all is freed', async () => {
    const { burst, kept } = await measure();
    expect(burst).toBeGreaterThan(400 * mebibyte);
    expect(kept / burst).toBeGreaterThan(0.6);
  });

  // The two cures of the article: a loader that ends its Inflaters, and a scan that is told its package.
  test.each([['--loader=fixed'], ['--loader=jdk'], ['--scan=package'], ['--scan=none']])('no burst with %s', async (cure) => {
    expect((await measure(cure)).burst).toBeLessThan(20 * mebibyte);
  });
});
