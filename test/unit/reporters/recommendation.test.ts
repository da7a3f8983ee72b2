import { describe, expect, test } from 'vitest';
import type { Cell, CommandScenario, ResultFile } from '../../../src/model/result.ts';
import { renderRecommendation } from '../../../src/reporters/recommendation.ts';
import { reporters } from '../../../src/reporters/reporter.ts';
import { summariseConfigurations } from '../../../src/stats/summary.ts';
import { cellOf, phasesOf, resultOf } from '../../fixtures/cells.ts';
import { plainText } from '../../fixtures/terminal.ts';

const scenario: CommandScenario = {
  ...{ name: 'command', command: ['./app'], load: ['wrk', '-d1s'], gc: false, settleMs: 5000, step: false, graceMs: 1 },
};
const library = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2';
const provenance = {
  ...{ verified: true, problems: [], preloaded: ['/x/libmeter.so', library], allocatorLibrary: library, allocatorVersion: '5.3.0' },
  ...{ environment: {}, readBack: {}, jvmFlags: [] },
};

function cell(configuration: string, settled: number, changes: Partial<Cell> = {}): Cell {
  return cellOf({
    ...{ configuration, scenario, burstMs: 2000, phases: phasesOf({ baseline: 100, loaded: 900, settled }) },
    metrics: { rate: { value: 50, better: 'higher' } },
    ...changes,
  });
}

const jemalloc = (settled: number, changes: Partial<Cell> = {}) =>
  cell('jemalloc-bg', settled, {
    ...{ allocator: 'jemalloc', provenance, settings: { env: { MALLOC_CONF: 'a:b,c:1' }, jvmFlags: [] } },
    ...changes,
  });

function planned(cells: Cell[]): ResultFile {
  const configurations = cells.map(({ configuration: key, allocator, settings }) => ({ key, allocator, settings }));
  return { ...resultOf(cells), plan: { scenario, configurations, repeats: 1, meter: true, reference: 'glibc', timeoutMs: 1 } };
}

test('what to ship, what it saves and costs, and the lines to paste', () => {
  const { sentences, lines } = renderRecommendation(planned([cell('glibc', 800), jemalloc(300, { burstMs: 2060 })]));
  expect(sentences).toEqual([
    'Recommendation: jemalloc-bg. It settles at 300 MiB, 500 MiB (63 %) less than glibc per replica; cost against glibc: load time +3 %, rate ±0 %.',
    'This rests on fewer than six repeats: a direction, no proof. --repeats=6 tells.',
    `Install the library where the service runs; here it is ${library}, 5.3.0.`,
  ]);
  expect(lines.map(({ line }) => line)).toEqual([
    'ENV LD_PRELOAD="libjemalloc.so.2"',
    'ENV MALLOC_CONF="a:b,c:1"',
    'env: [{ name: LD_PRELOAD, value: "libjemalloc.so.2" }, { name: MALLOC_CONF, value: "a:b,c:1" }]',
    'Environment="LD_PRELOAD=libjemalloc.so.2"',
    'Environment="MALLOC_CONF=a:b,c:1"',
  ]);
});

describe('programs that are compared with each other', () => {
  const commands = { old: ['java', '-jar', 'app 1.4.jar'], new: ['java', '-jar', 'app-1.5.jar'] };
  const jdk = (version: string) => ({ version, vendor: 'Test', home: `/jdk-${version}` });

  function variants(old: number, changed: number, jdks = ['17', '17']): ResultFile {
    const cells = [cell('old', old), cell('new', changed)];
    const configurations = Object.entries(commands).map(([key, command], index) => ({
      ...{ key, allocator: 'glibc', settings: { env: {}, jvmFlags: [] } },
      program: { command, jdk: jdk(jdks[index] ?? '') },
    }));
    const plan = { scenario, configurations, repeats: 1, meter: true, reference: 'old', timeoutMs: 1 };
    const { host, ...result } = resultOf(cells);
    const { jdk: _, ...hostWithout } = host;
    const summary = summariseConfigurations(cells, ['old', 'new'], 'old');
    return { ...result, host: jdks[0] === jdks[1] ? host : hostWithout, plan, summary };
  }

  test('the smaller one is recommended, and what there is to paste is its command', () => {
    expect(renderRecommendation(variants(800, 300))).toEqual({
      sentences: [
        'Recommendation: new. It settles at 300 MiB, 500 MiB (63 %) less than old per replica; cost against old: load time ±0 %, rate ±0 %.',
        'This rests on fewer than six repeats: a direction, no proof. --repeats=6 tells.',
      ],
      lines: [{ where: 'command', line: 'java -jar app-1.5.jar' }],
    });
  });

  test('one that is larger is told with its size, and nothing is to be pasted', () => {
    expect(renderRecommendation(variants(800, 1000))).toEqual({
      sentences: [
        'Recommendation: keep old; no variant settles at 5 % less, or at less than its cells differ by.',
        'new settles at 1,000 MiB, 200 MiB (25 %) more than old.',
        'This rests on fewer than six repeats: a direction, no proof. --repeats=6 tells.',
      ],
      lines: [],
    });
  });

  test('no word of a configuration: each is named with its command, and with its JDK where they differ', () => {
    const table = reporters.table(variants(800, 300), { ...plainText, width: 200 });
    expect(table.split('\n')[0]).toBe(
      "old: java -jar 'app 1.4.jar'; new: java -jar app-1.5.jar, load wrk -d1s, settled for 5.0 s; JDK 17.0.15, glibc 2.36, Linux 6.1.0, 2 CPUs",
    );
    expect(table).toContain('variant');
    expect(table).not.toContain('configuration');
    expect(reporters.markdown(variants(800, 300, ['17', '25'])).split('\n')[0]).toBe(
      "old: java -jar 'app 1.4.jar' (JDK 17); new: java -jar app-1.5.jar (JDK 25), load wrk -d1s, settled for 5.0 s; glibc 2.36, Linux 6.1.0, 2 CPUs",
    );
    const html = reporters.html(variants(800, 1000), { ...plainText, assets: () => ({ script: '', style: '', licences: '' }) });
    expect(html).toContain('<title>Memory of 2 variants');
    expect(html).toContain('no variant is better than old beyond noise');
    expect(html).not.toContain('<th scope="col">configuration</th>');
  });
});

test('what stood for another host is nothing to ship', () => {
  const settings = {
    ...{ env: { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=131072:glibc.malloc.arena_max=128' }, jvmFlags: [] },
    simulatedTunable: 'glibc.malloc.arena_max=128',
  };
  const paste = (changes: Partial<Cell>) => renderRecommendation(planned([cell('glibc', 800), cell('other', 300, changes)])).lines;
  expect(paste({ settings })[0]?.line).toBe('ENV GLIBC_TUNABLES="glibc.malloc.trim_threshold=131072"');
  const flags = { ...settings, env: { GLIBC_TUNABLES: settings.simulatedTunable }, jvmFlags: ['-XX:TrimNativeHeapInterval=1000'] };
  expect(
    paste({ settings: flags })
      .map(({ line }) => line)
      .join(),
  ).not.toContain('GLIBC_TUNABLES');
});

test('nothing differs: it says so, and has nothing to paste', () => {
  expect(renderRecommendation(planned([cell('glibc', 800), jemalloc(790)]))).toMatchObject({
    sentences: [expect.stringMatching(/^Recommendation: keep glibc; no configuration settles at 5 % less/), expect.anything()],
    lines: [],
  });
});

test('smaller at a price: the price is named', () => {
  const { sentences, lines } = renderRecommendation(
    planned([cell('glibc', 800), jemalloc(300, { burstMs: 3000, metrics: { rate: { value: 40 } } })]),
  );
  expect(sentences.slice(0, 2)).toEqual([
    'Recommendation: keep glibc; no smaller configuration costs as little.',
    'jemalloc-bg would save 500 MiB, but load time +50 % (noise 5 %), rate −20 % (noise 5 %).',
  ]);
  expect(lines).toEqual([]);
});

test('the table and the markdown of a command: its own columns, metrics, and the recommendation', () => {
  const result = planned([cell('glibc', 800), jemalloc(300)]);
  expect(reporters.table(result, plainText)).toMatchSnapshot();
  expect(reporters.markdown(result)).toMatchSnapshot();
});
