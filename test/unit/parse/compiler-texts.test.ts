import { expect, test } from 'vitest';
import { parseCodeCache } from '../../../src/parse/code-cache.ts';
import { compilesOfCounters, parseCompiles } from '../../../src/parse/compiles.ts';

const kiB = 1024;

test('what the compiler threads of Thread.print are at, of JDK 17 and of JDK 25', () => {
  const text = `
"C2 CompilerThread0" #7 daemon prio=9 os_prio=0 cpu=3676.22ms elapsed=17.63s tid=0x00007f6e9c05fb20 nid=0x3e4d runnable  [0x0000000000000000]
   java.lang.Thread.State: RUNNABLE
   Compiling:   35    b        Huge::m0 (32634 bytes)

"C1 CompilerThread0" #12 [23904] daemon prio=9 os_prio=0 cpu=73.79ms elapsed=17.20s tid=0x00007fce5407f150 nid=23904 runnable  [0x0000000000000000]
   java.lang.Thread.State: RUNNABLE
   Compiling: 2541 % s!   3       a.b.Outer$Inner::<init> @ 17 (61 bytes)

"C1 CompilerThread1" #13 daemon prio=9 os_prio=0 tid=0x00007fce5407f150 nid=23905 runnable  [0x0000000000000000]
   java.lang.Thread.State: RUNNABLE
   Compiling:   43     n 0       java.lang.invoke.MethodHandle::linkToStatic(LLL)V (native)   (static)

"C2 CompilerThread1" #14 daemon prio=9 os_prio=0 tid=0x00007fce5407f150 nid=23906 waiting on condition  [0x0000000000000000]
   java.lang.Thread.State: RUNNABLE
   No compile task
`;
  expect(parseCompiles(text)).toEqual([
    { thread: 'C2 CompilerThread0', method: 'Huge::m0', bytecodeBytes: 32_634 },
    { thread: 'C1 CompilerThread0', method: 'a.b.Outer$Inner::<init>', bytecodeBytes: 61 },
    { thread: 'C1 CompilerThread1', method: 'java.lang.invoke.MethodHandle::linkToStatic(LLL)V' },
  ]);
});

test('a task of no thread, and a thread whose name is one, are none', () => {
  expect(parseCompiles('   Compiling: 1 A::b (7 bytes)\n')).toEqual([]);
  expect(parseCompiles('"a" #1 nid=1\n\tat Compiling: 1 A::b (7 bytes)\n   Compiling: nothing\n')).toEqual([]);
});

test('what jvmstat says of JDK 8, whose threads do not tell', () => {
  const counters = new Map([
    ['sun.ci.compilerThread.0.method', ''],
    ['sun.ci.compilerThread.0.compiles', '1'],
    ['sun.ci.compilerThread.1.method', 'a/b/Huge m1'],
    ['sun.ci.compilerThread.2.method', 'no method at all'],
    ['sun.ci.lastMethod', 'a/b/Huge m0'],
  ]);
  expect(compilesOfCounters(counters)).toEqual([{ thread: 'CompilerThread1', method: 'a.b.Huge::m1' }]);
  expect(compilesOfCounters(new Map())).toEqual([]);
});

test('a divided code cache of JDK 17', () => {
  const text = `
CodeHeap 'non-profiled nmethods': size=120036Kb used=1499Kb max_used=1499Kb free=118536Kb
 bounds [0x00007f36b0ec7000, 0x00007f36b1137000, 0x00007f36b8400000]
CodeHeap 'profiled nmethods': size=120032Kb used=9182Kb max_used=9190Kb free=110849Kb
 bounds [0x00007f36a9400000, 0x00007f36a9670000, 0x00007f36b0938000]
CodeHeap 'non-nmethods': size=5692Kb used=1077Kb max_used=1091Kb free=4614Kb
 bounds [0x00007f36b0938000, 0x00007f36b0ba8000, 0x00007f36b0ec7000]
 total_blobs=480 nmethods=139 adapters=257
 compilation: enabled
              stopped_count=0, restarted_count=0
 full_count=2
`;
  expect(parseCodeCache(text)).toEqual({
    sizeBytes: 245_760 * kiB,
    usedBytes: 11_758 * kiB,
    profiledBytes: 9182 * kiB,
    timesFull: 2,
  });
});

test('of JDK 25 the line of the whole is not counted twice, and one that is not divided has that line alone', () => {
  const heaps = `CodeHeap 'non-profiled nmethods': size=120036Kb used=27Kb max_used=27Kb free=120008Kb
CodeHeap 'profiled nmethods': size=120036Kb used=18Kb max_used=18Kb free=120017Kb
CodeHeap 'non-nmethods': size=5692Kb used=1162Kb max_used=1164Kb free=4529Kb
`;
  const whole = `CodeCache: size=245764Kb, used=1207Kb, max_used=1209Kb, free=244554Kb
 total_blobs=403, nmethods=54, adapters=257, full_count=0
`;
  const sum = { sizeBytes: 245_764 * kiB, usedBytes: 1207 * kiB, timesFull: 0 };
  expect(parseCodeCache(heaps + whole)).toEqual({ ...sum, profiledBytes: 18 * kiB });
  expect(parseCodeCache(whole)).toEqual(sum);
  expect(parseCodeCache('CodeCache: size=245760Kb used=154828Kb max_used=154828Kb free=90931Kb\n')).toEqual({
    sizeBytes: 245_760 * kiB,
    usedBytes: 154_828 * kiB,
  });
  expect(parseCodeCache('JVM')).toBeUndefined();
});
