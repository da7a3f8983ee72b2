import { describeReleases, type FirstReleases } from '../model/jdk-releases.ts';
import type { ConfigurationEntry } from './allocator.ts';
import { jvmFlag, jvmSwitch, type Setting } from './setting.ts';
import { trimInterval } from './trim-interval.ts';

const useG1 = jvmSwitch('+', 'UseG1GC');
const useZ = jvmSwitch('+', 'UseZGC');
/** JEP 346. Milliseconds: a concurrent collection of an idle heap, which gives memory back. */
const periodicCollection = jvmFlag('G1PeriodicGCInterval', { firstJdks: ['12'], collector: 'G1' });
/** JEP 439; alone since JDK 24 (JEP 490), which no longer knows the flag. */
const generationalZ = jvmSwitch('+', 'ZGenerational', { firstJdks: ['21'], withoutSince: ['24'], collector: 'Z' });
/** JEP 450, and JEP 519: a product flag since JDK 25, for which the first of them does nothing. */
const experimental = jvmSwitch('+', 'UnlockExperimentalVMOptions');
const compactHeaders = jvmSwitch('+', 'UseCompactObjectHeaders', { firstJdks: ['24'] });
/** JEP 192 for G1; for Serial, Parallel, ZGC and Shenandoah since JDK 18. */
const deduplication = jvmSwitch('+', 'UseStringDeduplication');
/** By madvise, also where the kernel's setting is `madvise`. */
const hugePages = jvmSwitch('+', 'UseTransparentHugePages');

const ofGroup = (summary: string, ...settings: (Setting | readonly [Setting, string])[]): ConfigurationEntry => ({
  summary,
  group: 'jvm',
  assignments: settings.map((setting) => ('name' in setting ? [setting, ''] : setting)),
});

/** What the JVM itself can do about its memory, on glibc. */
export const jvmPresets: Readonly<Record<string, ConfigurationEntry>> = {
  'jvm-g1-periodic': ofGroup('G1 collects an idle heap every 10 s, and gives back what it does not need (JDK 12)', useG1, [
    periodicCollection,
    '10000',
  ]),
  'jvm-serial': ofGroup('one thread collects; no tables of G1', jvmSwitch('+', 'UseSerialGC')),
  'jvm-parallel': ofGroup('the throughput collector', jvmSwitch('+', 'UseParallelGC')),
  'jvm-zgc': ofGroup('ZGC, with generations since JDK 23', useZ),
  'jvm-zgc-generational': ofGroup('ZGC with generations, where they have to be asked for (JDK 21 to 23)', useZ, generationalZ),
  'jvm-shenandoah': ofGroup('Shenandoah, which gives idle heap back by itself', jvmSwitch('+', 'UseShenandoahGC')),
  'jvm-compact-headers': ofGroup('headers of 8 bytes for each object, not 12 (JDK 24)', experimental, compactHeaders),
  'jvm-string-dedup': ofGroup('equal strings share their bytes', deduplication),
  'jvm-thp': ofGroup('huge pages for the heap and the code, where the kernel has any', hugePages),
};

const dated: readonly Setting[] = [periodicCollection, generationalZ, compactHeaders, trimInterval];

/** Since when JDKs know a flag, for a message; undefined for one of which that is not known here. */
export function firstJdksOf(flag: string): string | undefined {
  const releases: FirstReleases | undefined = dated.find(({ name }) => name.replace(/^-XX:[+-]?/, '') === flag)?.firstJdks;
  if (releases === undefined) return undefined;
  return flag === 'ZGenerational' ? '21 to 23; later ZGC has generations by itself' : describeReleases(releases);
}
