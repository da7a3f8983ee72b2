import { describe, expect, test } from 'vitest';
import { spell } from '../../../src/allocators/setting.ts';
import { describeReleases } from '../../../src/model/jdk-releases.ts';
import { advised, documentation, settings } from '../../fixtures/settings.ts';

const doctor = documentation.find(({ page }) => page === 'docs/doctor.md')?.text ?? '';
const names = new Set(settings.flatMap(({ name, variable }) => [name, variable ?? name]));
/** What pages tell of that no configuration has and the doctor does not advise. */
const onlyTold = new Set(['glibc.malloc.hugetlb', 'glibc.malloc.mmap_threshold', 'glibc.malloc.tcache_count']);

/** Settings of allocators that a page names, however they are spelled. */
function namedIn(text: string): string[] {
  const variables = text.match(/\b(?:MALLOC|TCMALLOC|MIMALLOC)_\w+|\bglibc\.malloc\.\w+|\bGLIBC_TUNABLES\b/g) ?? [];
  const options = [...text.matchAll(/MALLOC_CONF=([\w:,]+)/g)].flatMap(([, list = '']) => list.split(','));
  return [...variables, ...options.map((option) => option.replace(/:.*/, ''))];
}

describe.each(documentation)('$page', ({ text }) => {
  test('each setting of an allocator is spelled as offheap writes it', () => {
    expect(namedIn(text).filter((name) => !names.has(name) && !onlyTold.has(name))).toEqual([]);
  });

  test('where it says which JDKs have a flag, it is those', () => {
    const claims = settings.flatMap(({ name, firstJdks = [] }) =>
      [...text.matchAll(new RegExp(`${name}\`? \\(JDK ([^)]*)\\)`, 'g'))].map(([, claim]) => [name, claim, firstJdks] as const),
    );
    expect(claims.filter(([, claim, firstJdks]) => claim !== describeReleases(firstJdks))).toEqual([]);
  });
});

test('misspelt, a setting is found', () => {
  const text = 'MALLOC_ARENAS_MAX=2 `MALLOC_CONF=dirty_decay:0,narenas:1` glibc.malloc.trim_treshold=1 GLIBC_TUNABLES=x';
  expect(namedIn(text).filter((name) => !names.has(name))).toEqual([
    'MALLOC_ARENAS_MAX',
    'glibc.malloc.trim_treshold',
    'dirty_decay',
    'narenas',
  ]);
});

describe('docs/doctor.md', () => {
  test('names every setting that is advised', () => {
    expect(advised.map(([{ name }]) => name).filter((name) => !doctor.includes(name))).toEqual([]);
  });

  test('says of each flag that not every JDK has which ones do, and what older versions of glibc have instead', () => {
    const bounded = advised.map(([setting]) => setting).filter(({ firstJdks }) => firstJdks);
    expect(new Set(bounded.map(({ name }) => name))).toEqual(
      new Set([
        '-XX:TrimNativeHeapInterval',
        '-XX:G1PeriodicGCInterval',
        '-XX:ZUncommitDelay',
        '-XX:-ShrinkHeapInSteps',
        '-Djdk.nio.maxCachedBufferSize',
      ]),
    );
    for (const { name, firstJdks = [] } of bounded) expect(doctor).toContain(`\`${name}\` (JDK ${describeReleases(firstJdks)})`);
    const replaced = settings.flatMap(({ older }) => older ?? []);
    expect(replaced).toHaveLength(1);
    for (const { setting, beforeGlibc } of replaced) expect(doctor).toContain(`\`${setting.name}\` before glibc ${beforeGlibc}`);
  });

  test('each value that it sets is the one that is advised', () => {
    const spelled = new Set(advised.map(([setting, value]) => spell(setting, value)));
    const findings = doctor.slice(doctor.indexOf('\n## Findings'));
    const values = advised.flatMap(
      ([{ name, equals }]) => findings.match(new RegExp(`${name}${equals}(?=\\w)[\\w.]*\\w`, 'g')) ?? [],
    );
    expect(values.length).toBeGreaterThan(5);
    expect(values.filter((text) => !spelled.has(text))).toEqual([]);
  });
});
