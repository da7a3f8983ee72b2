import { describe, expect, test } from 'vitest';
import type { FitOfConfiguration } from '../../../src/model/fit.ts';
import { renderFit } from '../../../src/reporters/fit.ts';
import { preloadName } from '../../../src/reporters/recommendation.ts';
import { mib } from '../../fixtures/evidence.ts';
import { fitOf, fitResultOf } from '../../fixtures/fit.ts';
import { plainText } from '../../fixtures/terminal.ts';

const serial = (heapMiB: number) => ({ collector: 'Serial', maxHeapBytes: mib(heapMiB) });
const g1 = (heapMiB: number) => ({ collector: 'G1', maxHeapBytes: mib(heapMiB) });
/** One line: the width is no matter here. */
const textOf = (...args: Parameters<typeof fitResultOf>) => renderFit(fitResultOf(...args), plainText).replaceAll(/\s+/g, ' ');

describe('a saving', () => {
  test('within one step is none, either way', () => {
    const text = textOf([
      fitOf('glibc', { limitMiB: 904 }),
      fitOf('tcmalloc', { limitMiB: 912 }),
      fitOf('mimalloc', { limitMiB: 896 }),
    ]);
    expect(text).toMatch(/│ mimalloc │ 896 │ – │ – │ – │/);
    expect(text).toMatch(/│ tcmalloc │ 912 │ – │ – │ – │/);
    expect(text).not.toMatch(/-8\b/);
  });

  test('of two steps is one, either way', () => {
    const text = textOf([
      fitOf('glibc', { limitMiB: 904 }),
      fitOf('mmap', { limitMiB: 920 }),
      fitOf('mimalloc', { limitMiB: 888 }),
    ]);
    expect(text).toMatch(/│ mimalloc │ 888 │ – │ – │ 16 │/);
    expect(text).toMatch(/│ mmap │ 920 │ – │ – │ -16 │/);
  });
});

describe('the JVM', () => {
  test('that chose another collector at the limit is said to be another, with why', () => {
    const text = textOf([fitOf('glibc', { limitMiB: 904, jvms: [g1(6028), serial(226)] })]);
    expect(text).toContain('│ Serial, 226 │');
    expect(text).toContain(
      'glibc: at the limit the JVM is another than without one: Serial there, G1 and a heap of up to 6,028 MiB without. ' +
        'A JVM takes Serial by itself where it sees less than 1,792 MiB, or one processor. So it is in a container of that size; peak and wall ratio compare the two. --pin-jvm keeps G1.',
    );
  });

  test('that is the same but for a heap that follows the limit is told in the table alone', () => {
    const text = textOf([fitOf('glibc', { limitMiB: 2048, jvms: [g1(6028), g1(512)] })]);
    expect(text).toContain('│ G1, 512 │');
    expect(text).not.toContain('is another');
  });

  test('that is another than the reference at its limit: the saving compares two', () => {
    const text = textOf([
      fitOf('glibc', { limitMiB: 1800, jvms: [g1(6028), g1(450)] }),
      fitOf('mimalloc', { limitMiB: 1720, jvms: [g1(6028), serial(430)] }),
    ]);
    expect(text).toContain(
      'mimalloc: saved compares two JVMs: Serial and a heap of up to 430 MiB at its limit, G1 and a heap of up to 450 MiB at that of glibc.',
    );
  });

  test('whose own flags win over --pin-jvm is said to have done so', () => {
    const fit = { ...fitOf('glibc', { limitMiB: 904, jvms: [g1(6028), serial(226)] }), pinnedFlags: ['-XX:+UseG1GC'] };
    expect(textOf([fit], { pinJvm: 'collector' })).toContain(
      'glibc: -XX:+UseG1GC did not reach the JVM; its command has other flags.',
    );
  });

  test('where none was seen the table has no column of it', () => {
    expect(textOf([fitOf('glibc', { limitMiB: 904 })])).not.toContain('JVM at limit');
  });
});

describe('heap and limit together', () => {
  test('each percentage has a row, and the best its flags', () => {
    const best = { ...fitOf('glibc', { limitMiB: 256, shipMiB: 264 }), heapPercentage: 65 };
    const other: FitOfConfiguration = {
      configuration: 'glibc',
      heapPercentage: 45,
      state: 'larger',
      tooSmallBytes: mib(248),
      attempts: [],
    };
    const text = textOf([fitOf('glibc', { limitMiB: 640, shipMiB: 648 }), best, other], { heapPercentages: [45, 65] });
    expect(text).toMatch(/│ glibc │ 65 │ 256 │ 264 │ – │ 384 │/);
    expect(text).toMatch(/│ glibc │ 45 │ – │ – │ 248 │ .* │ none smaller │/);
    expect(text).toContain('To ship glibc with 65 % of the limit for the heap: 264 MiB, the limit of 256 and 8 of headroom.');
    expect(text).toContain('value: "-XX:MaxRAMPercentage=65 -XX:MinRAMPercentage=65" }]');
  });
});

describe('a limit to ship', () => {
  const jvms = [g1(6028), serial(226)] as const;

  test('has what it rests on, and lines to paste with the JVM that was at the limit', () => {
    const rendered = renderFit(
      fitResultOf([fitOf('glibc', { limitMiB: 904, shipMiB: 920, peaksMiB: [881, 893, 889], jvms })]),
      plainText,
    );
    expect(rendered.replaceAll(/\s+/g, ' ')).toContain(
      'To ship glibc: 920 MiB, the limit of 904 and 16 of headroom. That rests on a step of 8, and peaks that lay 12 apart without a limit. ' +
        '1 of 1 attempts that survive prove no more than that 5 % of runs do (95 % confidence). --confirm=59 tries the limit to ship so often, and shows 95 %.',
    );
    expect(rendered.split('\n\n').at(-1)).toBe(
      [
        '# Kubernetes, in the container; a request below the limit lets the node promise the rest twice',
        'resources:',
        '  requests: { memory: 920Mi }',
        '  limits: { memory: 920Mi }',
        'env: [{ name: JAVA_TOOL_OPTIONS, value: "-XX:+UseSerialGC" }]',
        '# Docker; with the second option no swap',
        'docker run --memory=920m --memory-swap=920m -e JAVA_TOOL_OPTIONS="-XX:+UseSerialGC" …',
        '# or on the command line of the JVM',
        'java -XX:+UseSerialGC …',
        '',
      ].join('\n'),
    );
  });

  test('that confirming attempts survived has their bound, and those at which one died', () => {
    const confirmations = [[912, 'oom-killed'], ...Array(7).fill([920, 'survived'])] as [number, 'survived' | 'oom-killed'][];
    const text = textOf([fitOf('glibc', { limitMiB: 904, shipMiB: 920, confirmations })], { confirm: 7 });
    expect(text).toContain(
      'Less was not enough: a confirming attempt did not survive at 912 MiB. 7 of 7 confirming attempts survived it: at least 65.1 % of runs do (95 % confidence).',
    );
  });

  test('is none where confirming attempts died at all', () => {
    const confirmations = [
      [912, 'oom-killed'],
      [920, 'timeout'],
    ] as const;
    const text = textOf([fitOf('glibc', { limitMiB: 904, confirmations })], { confirm: 7 });
    expect(text).toContain('No limit to ship for glibc: a confirming attempt did not survive at 912, 920 MiB.');
    expect(text).not.toContain('resources:');
  });

  test('is that of the smallest limit, with its library and settings, unless that is within a step of the reference', () => {
    const jemalloc = { ...fitOf('jemalloc-bg', { limitMiB: 800, shipMiB: 808 }), library: '/usr/lib/libjemalloc.so.2' };
    const settings = { env: { MALLOC_CONF: 'background_thread:true' }, jvmFlags: [] };
    const configurations = [
      { key: 'glibc', allocator: 'glibc', settings: { env: {}, jvmFlags: [] } },
      { key: 'jemalloc-bg', allocator: 'jemalloc', settings },
    ];
    const best = textOf([fitOf('glibc', { limitMiB: 904, shipMiB: 912 }), jemalloc], { configurations });
    expect(best).toContain('To ship jemalloc-bg: 808 MiB');
    expect(best).toContain(
      'docker run --memory=808m --memory-swap=808m -e LD_PRELOAD="libjemalloc.so.2" -e MALLOC_CONF="background_thread:true" …',
    );
    const near = textOf([fitOf('glibc', { limitMiB: 808, shipMiB: 816 }), jemalloc], { configurations });
    expect(near).toContain('To ship glibc: 816 MiB');
  });

  test('of a library in a folder of its own is told by its path, for its name is not found', () => {
    const mine = { ...fitOf('mine', { limitMiB: 800, shipMiB: 808 }), library: '/opt/lib/libmimalloc.so.3' };
    const text = textOf([mine], { configurations: [{ key: 'mine', allocator: 'mimalloc', settings: { env: {}, jvmFlags: [] } }] });
    expect(text).toContain('-e LD_PRELOAD="/opt/lib/libmimalloc.so.3"');
    expect(['/lib/x86_64-linux-gnu/libjemalloc.so.2', '/usr/local/lib/a.so', '/usr/lib/llvm-14/lib/a.so'].map(preloadName)).toEqual(
      ['libjemalloc.so.2', 'a.so', '/usr/lib/llvm-14/lib/a.so'],
    );
  });

  test('of another resolution than a MiB is told in bytes', () => {
    const fit = { ...fitOf('glibc', { limitMiB: 1 }), limitBytes: 65_536, shipBytes: 131_072 };
    expect(textOf([fit], { resolutionBytes: 65_536 })).toContain(
      'limits: { memory: 131072 } # Docker; with the second option no swap docker run --memory=131072b',
    );
  });
});
