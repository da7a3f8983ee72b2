import { expect, test } from 'vitest';
import { parseHeapInfo } from '../../../src/parse/heap-info.ts';

const whole = [{ start: 0xf000_0000, end: 0x1_0000_0000 }];

test.each<[string, string]>([
  [
    'G1 of JDK 17',
    ` garbage-first heap   total 262144K, used 1439K [0x00000000f0000000, 0x0000000100000000)
  region size 1024K, 1 young (1024K), 0 survivors (0K)
 Metaspace       used 77K, committed 320K, reserved 1114112K
`,
  ],
  [
    'G1 of JDK 25',
    `garbage-first heap   total reserved 262144K, committed 262144K, used 2190K [0x00000000f0000000, 0x0000000100000000)
 region size 1024K, 1 young (1024K), 0 survivors (0K)
`,
  ],
  [
    'Shenandoah',
    `Shenandoah Heap
 256M max, 256M soft max, 256M committed, 1536K used
 1024 x 256K regions
Status: not cancelled
Reserved region:
 - [0x00000000f0000000, 0x0000000100000000)
Collection set:
 - map (vanilla): 0x0000000000013c00
`,
  ],
])('%s: one range', (_, text) => {
  expect(parseHeapInfo(text).ranges).toEqual(whole);
});

test('Parallel and Serial: the generations are one range, by their reserved and not their committed ends; spaces are left out', () => {
  const parallel = ` PSYoungGen      total 76288K, used 3932K [0x00000000fab00000, 0x00000000fac00000, 0x0000000100000000)
  eden space 65536K, 6% used [0x00000000fab00000,0x00000000faed70f0,0x00000000feb00000)
 ParOldGen       total 175104K, used 0K [0x00000000f0000000, 0x00000000fa000000, 0x00000000fab00000)
  object space 175104K, 0% used [0x00000000f0000000,0x00000000f0000000,0x00000000fab00000)`;
  expect(parseHeapInfo(parallel).ranges).toEqual(whole);
  const serial = `DefNew     total 78656K, used 5596K [0x00000000f0000000, 0x00000000f5550000, 0x00000000f5550000)
 eden space 69952K,   8% used [0x00000000f0000000, 0x00000000f05770f0, 0x00000000f4450000)
Tenured    total 174784K, used 1166K [0x00000000f5550000, 0x0000000100000000, 0x0000000100000000)
 the  space 174784K,   0% used [0x00000000f5550000, 0x00000000f5673ab8, 0x0000000100000000)`;
  expect(parseHeapInfo(serial).ranges).toEqual(whole);
});

test('ZGC tells no address', () => {
  expect(parseHeapInfo(' ZHeap           used 2M, capacity 256M, max capacity 256M\n').ranges).toEqual([]);
});
