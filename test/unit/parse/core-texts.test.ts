import { describe, expect, test } from 'vitest';
import { parseCoreCounters } from '../../../src/parse/core-counters.ts';
import { parseInitialStack } from '../../../src/parse/initial-stack.ts';

const stackOf = (...strings: string[]) => Buffer.from(`\x07random bytes\0x86_64\0${strings.join('\0')}\0\0\0\0\0\0\0\0\0`);

describe('arguments and environment at the end of a stack', () => {
  test('an empty argument, a blank in one, an assignment as an argument, a newline in a value', () => {
    const stack = stackOf('java', '-Dkey=value', '', 'a b', 'PATH=/bin', 'LD_PRELOAD=/x.so', 'TEXT=a\nb=c', '/usr/bin/java');
    expect(parseInitialStack(stack, 'java -Dkey=value  a b ')).toEqual({
      argv: ['java', '-Dkey=value', '', 'a b'],
      environment: new Map([
        ['TEXT', 'a\nb=c'],
        ['LD_PRELOAD', '/x.so'],
        ['PATH', '/bin'],
      ]),
    });
  });

  test('the beginning that the kernel notes may end in the middle of an argument', () => {
    const argv = ['java', '-cp', 'x'.repeat(200), 'Main'];
    const stack = stackOf(...argv, 'HOME=/', '/usr/bin/java');
    expect(parseInitialStack(stack, argv.join(' ').slice(0, 79)).argv).toEqual(argv);
  });

  test('what does not begin so is not taken for arguments; nothing of nothing', () => {
    const stack = stackOf('java', 'HOME=/', '/usr/bin/java');
    expect(parseInitialStack(stack, 'python3')).toEqual({ argv: [], environment: new Map([['HOME', '/']]) });
    expect(parseInitialStack(stack, '').argv).toEqual([]);
    expect(parseInitialStack(Buffer.alloc(4096), 'java')).toEqual({ argv: [], environment: new Map() });
    expect(parseInitialStack(Buffer.alloc(0), 'java')).toEqual({ argv: [], environment: new Map() });
  });
});

describe('counters of a JVM that answers nothing any more', () => {
  const counters = new Map([
    ['java.property.java.vm.version', '17.0.15+6-Debian-1deb12u1'],
    ['java.property.java.vm.name', 'OpenJDK 64-Bit Server VM'],
    ['java.property.java.version', '17.0.15'],
    ['java.rt.vmArgs', '-Xmx128m -Dkey=value'],
    ['sun.os.hrt.ticks', '8529346843'],
    ['sun.os.hrt.frequency', '1000000000'],
    ['sun.gc.collector.0.name', 'G1 young collection pauses'],
    ['sun.gc.generation.0.capacity', '3145752'],
    ['sun.gc.generation.0.maxCapacity', '134217752'],
    ['sun.gc.generation.0.space.0.used', '1048576'],
    ['sun.gc.generation.1.capacity', '7340040'],
    ['sun.gc.generation.1.maxCapacity', '134217736'],
    ['sun.gc.generation.1.space.0.used', '1283528'],
  ]);

  test('of G1, each generation of which may have all of the heap', () => {
    expect(parseCoreCounters(counters)).toEqual({
      version: '17.0.15+6',
      vm: 'OpenJDK 64-Bit Server VM',
      uptimeMs: 8529,
      arguments: ['-Xmx128m', '-Dkey=value'],
      heap: { collector: 'G1', usedBytes: 2_332_104, committedBytes: 10_485_760 },
      reservedBytes: 134_217_728,
    });
  });

  test('of ZGC: with generations either may have all of the heap, and without them the first collector has number 2', () => {
    const others = [...counters].filter(([name]) => !/^sun\.gc\.(collector|generation)/.test(name));
    const heap: [string, string][] = [['sun.gc.generation.1.maxCapacity', '314572800']];
    const single = new Map([...others, ...heap, ['sun.gc.collector.2.name', 'Z concurrent cycle pauses'] as const]);
    expect(parseCoreCounters(single)).toMatchObject({ heap: { collector: 'ZGC' }, reservedBytes: 314_572_800 });
    const young = [
      ['sun.gc.generation.0.maxCapacity', '314572800'],
      ['sun.gc.collector.0.name', 'ZGC minor collection pauses'],
    ] as const;
    const generational = new Map([...others, ...heap, ...young]);
    expect(parseCoreCounters(generational)).toMatchObject({ heap: { collector: 'ZGC' }, reservedBytes: 314_572_800 });
  });

  test('of Serial on JDK 8, whose generations are parts of it', () => {
    const serial = new Map([
      ...counters,
      ['java.property.java.vm.version', '25.402-b06'],
      ['java.property.java.version', '1.8.0_402'],
      ['sun.gc.collector.0.name', 'Copy'],
      ['sun.gc.generation.0.maxCapacity', '44695552'],
      ['sun.gc.generation.1.maxCapacity', '89522176'],
    ]);
    expect(parseCoreCounters(serial)).toMatchObject({
      version: '1.8.0_402',
      heap: { collector: 'Serial' },
      reservedBytes: 134_217_728,
    });
  });

  test('of nothing, and of what can be no size', () => {
    expect(parseCoreCounters(new Map())).toEqual({ arguments: [], heap: { collector: 'unknown' } });
    const strange = new Map([...counters, ['sun.gc.generation.1.maxCapacity', '-1'], ['sun.os.hrt.frequency', '0']]);
    expect(parseCoreCounters(strange)).not.toHaveProperty('reservedBytes');
    expect(parseCoreCounters(strange)).not.toHaveProperty('uptimeMs');
  });
});
