import { describe, expect, test } from 'vitest';
import { standingThreads } from '../../../src/observe/standing-threads.ts';
import { parseFinalizerInfo, parseReferenceThreads } from '../../../src/parse/reference-threads.ts';

/** As JDK 17, 25 and 8 print them. */
const idle17 = `"Reference Handler" #2 daemon prio=10 os_prio=0 cpu=0.10ms elapsed=6.01s tid=0x00007f71ac0f83c0 nid=0x25a8 waiting on condition  [0x00007f7188324000]
   java.lang.Thread.State: RUNNABLE
\tat java.lang.ref.Reference.waitForReferencePendingList(java.base@17.0.15/Native Method)
\tat java.lang.ref.Reference.processPendingReferences(java.base@17.0.15/Reference.java:253)
\tat java.lang.ref.Reference$ReferenceHandler.run(java.base@17.0.15/Reference.java:215)

"Common-Cleaner" #11 daemon prio=8 os_prio=0 cpu=0.09ms elapsed=5.99s tid=0x00007f71ac112660 nid=0x25b3 in Object.wait()  [0x00007f71797fd000]
   java.lang.Thread.State: TIMED_WAITING (on object monitor)
\tat java.lang.Object.wait(java.base@17.0.15/Native Method)
\t- waiting on <0x000000069ec17610> (a java.lang.ref.ReferenceQueue$Lock)
\tat java.lang.ref.ReferenceQueue.remove(java.base@17.0.15/ReferenceQueue.java:155)
\t- locked <0x000000069ec17610> (a java.lang.ref.ReferenceQueue$Lock)
\tat jdk.internal.ref.CleanerImpl.run(java.base@17.0.15/CleanerImpl.java:140)
\tat java.lang.Thread.run(java.base@17.0.15/Thread.java:840)
\tat jdk.internal.misc.InnocuousThread.run(java.base@17.0.15/InnocuousThread.java:162)

"Attach Listener" #12 daemon prio=9 os_prio=0 cpu=0.27ms elapsed=0.12s tid=0x00007f711c001080 nid=0x27c0 waiting on condition  [0x0000000000000000]
   java.lang.Thread.State: RUNNABLE

"VM Periodic Task Thread" os_prio=0 cpu=2.81ms elapsed=5.99s tid=0x00007f71ac1109c0 nid=0x25b2 waiting on condition  
`;
const finalizer25 = (
  cpu: string,
  line: number,
) => `"Finalizer" #13 [12266] daemon prio=8 os_prio=0 cpu=${cpu}ms elapsed=5.45s tid=0x00007f45b40bde20 nid=12266 waiting on condition  [0x00007f45965cd000]
   java.lang.Thread.State: WAITING (parking)
\tat jdk.internal.misc.Unsafe.park(java.base@25.0.3/Native Method)
\t- parking to wait for  <0x0000000687413cb0> (a java.util.concurrent.CountDownLatch$Sync)
\tat java.util.concurrent.CountDownLatch.await(java.base@25.0.3/CountDownLatch.java:230)
\tat StuckFinalizer$Connection.finalize(StuckFinalizer.java:${line})
\tat java.lang.System$1.invokeFinalize(java.base@25.0.3/System.java:2041)
\tat java.lang.ref.Finalizer.runFinalizer(java.base@25.0.3/Finalizer.java:94)
\tat java.lang.ref.Finalizer$FinalizerThread.run(java.base@25.0.3/Finalizer.java:166)
`;
const idle8 = `"Finalizer" #3 daemon prio=8 os_prio=0 tid=0x00007f5c2c0e8000 nid=0x1c in Object.wait() [0x00007f5c1c5f4000]
   java.lang.Thread.State: WAITING (on object monitor)
\tat java.lang.Object.wait(Native Method)
\tat java.lang.ref.ReferenceQueue.remove(ReferenceQueue.java:144)
\t- locked <0x00000000d6208ee0> (a java.lang.ref.ReferenceQueue$Lock)
\tat java.lang.ref.Finalizer$FinalizerThread.run(Finalizer.java:216)

"Reference Handler" #2 daemon prio=10 os_prio=0 tid=0x00007f5c2c0e3800 nid=0x1b in Object.wait() [0x00007f5c1c6f5000]
   java.lang.Thread.State: WAITING (on object monitor)
\tat java.lang.Object.wait(Native Method)
\tat java.lang.ref.Reference.tryHandlePending(Reference.java:191)
\t- locked <0x00000000d6206bf8> (a java.lang.ref.Reference$Lock)
\tat java.lang.ref.Reference$ReferenceHandler.run(Reference.java:153)
`;

describe('threads of java.lang.ref', () => {
  test('those that wait for work', () => {
    const seen = [idle17, idle8].map((text) => parseReferenceThreads(text).map(({ name, role, isIdle }) => [name, role, isIdle]));
    expect(seen).toEqual([
      [
        ['Reference Handler', 'reference handler', true],
        ['Common-Cleaner', 'cleaner', true],
      ],
      [
        ['Finalizer', 'finalizer', true],
        ['Reference Handler', 'reference handler', true],
      ],
    ]);
  });

  test('one in a finalizer, with its frames, and not its locks', () => {
    const [thread, ...more] = parseReferenceThreads(finalizer25('0.19', 25));
    expect(more).toEqual([]);
    expect(thread).toMatchObject({
      name: 'Finalizer',
      nativeId: 12_266,
      role: 'finalizer',
      state: 'WAITING',
      isIdle: false,
      cpuMs: 0.19,
    });
    expect(thread?.frames).toHaveLength(6);
    expect(thread?.frames[2]).toBe('StuckFinalizer$Connection.finalize(StuckFinalizer.java:25)');
  });

  test('a name proves nothing, and one that is no printable text is made so', () => {
    expect(parseReferenceThreads('"Finalizer" #1 nid=0x1 runnable\n\tat Main.main(Main.java:1)\n')).toEqual([]);
    const hostile = '"a\u001b" #1 nid=0x1 runnable\n\tat jdk.internal.ref.CleanerImpl.run(X\u0007)\n';
    expect(parseReferenceThreads(hostile)[0]).toMatchObject({
      name: 'a\\u{1b}',
      frames: ['jdk.internal.ref.CleanerImpl.run(X\\u{7})'],
    });
  });

  test('of a stack of thousands the innermost and the outermost frames are kept', () => {
    const deep = Array.from({ length: 5000 }, (_, at) => `\tat demo.Deep.call(Deep.java:${at})`).join('\n');
    const [thread] = parseReferenceThreads(
      `"c" #1 nid=0x1 runnable\n${deep}\n\tat jdk.internal.ref.CleanerImpl.run(CleanerImpl.java:1)\n`,
    );
    expect(thread?.frames).toHaveLength(64);
    expect(thread?.frames[0]).toBe('demo.Deep.call(Deep.java:0)');
  });
});

describe('one that stands', () => {
  test('has used no processor time between two prints, and has the same frames', () => {
    expect(standingThreads(finalizer25('0.19', 25), finalizer25('0.19', 25)).map(({ name }) => name)).toEqual(['Finalizer']);
  });

  test.each([
    ['worked', finalizer25('0.20', 25)],
    ['is elsewhere', finalizer25('0.19', 27)],
    ['was not told again', ''],
    ['waits for work again', idle17],
  ])('one that %s does not', (_, again) => {
    expect(standingThreads(finalizer25('0.19', 25), again)).toEqual([]);
  });
});

test('what waits for its finalizer, by class', () => {
  const text =
    'Unreachable instances waiting for finalization\n#instances  class name\n-----------------------\n         3  java.io.FileInputStream\n       700  StuckFinalizer$Connection\n';
  expect(parseFinalizerInfo(text)).toEqual({
    count: 703,
    classes: [
      { className: 'StuckFinalizer$Connection', instances: 700 },
      { className: 'java.io.FileInputStream', instances: 3 },
    ],
  });
  expect(parseFinalizerInfo('No instances waiting for finalization found\n')).toBeUndefined();
});
