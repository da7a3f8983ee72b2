import { describe, expect, test } from 'vitest';
import { renderFit } from '../../../src/reporters/fit.ts';
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
    expect(text).toMatch(/│ mimalloc │ 896 │ – │ – │/);
    expect(text).toMatch(/│ tcmalloc │ 912 │ – │ – │/);
    expect(text).not.toMatch(/-8\b/);
  });

  test('of two steps is one, either way', () => {
    const text = textOf([
      fitOf('glibc', { limitMiB: 904 }),
      fitOf('mmap', { limitMiB: 920 }),
      fitOf('mimalloc', { limitMiB: 888 }),
    ]);
    expect(text).toMatch(/│ mimalloc │ 888 │ – │ 16 │/);
    expect(text).toMatch(/│ mmap │ 920 │ – │ -16 │/);
  });
});

describe('the JVM', () => {
  test('that chose another collector at the limit is said to be another, with why', () => {
    const text = textOf([fitOf('glibc', { limitMiB: 904, jvms: [g1(6028), serial(226)] })]);
    expect(text).toContain('│ Serial, 226 │');
    expect(text).toContain(
      'glibc: at 904 MiB the JVM is another than without a limit: Serial and a heap of up to 226 MiB there, G1 and a heap of up to 6,028 MiB without. ' +
        'A JVM takes Serial by itself where it sees less than 1,792 MiB, or one processor. So it is in a container of this size; peak and wall ratio compare the two. --pin-jvm keeps G1.',
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
