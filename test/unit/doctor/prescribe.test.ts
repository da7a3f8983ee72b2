import { describe, expect, test } from 'vitest';
import { cures } from '../../../src/doctor/cures.ts';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { otherAllocator, prescribe, purge } from '../../../src/doctor/prescribe.ts';
import { pasteLines } from '../../../src/reporters/paste-lines.ts';
import { evidenceOf, figures, jvmOf, mallocOf, mib, programEvidence } from '../../fixtures/evidence.ts';

const glibc = (environment: Record<string, string> = {}, glibcVersion = '2.36') =>
  evidenceOf({
    allocator: { name: 'glibc', library: '/lib/libc.so.6', preloaded: [], environment },
    malloc: mallocOf(figures(25, { pageBytes: 60 }), { glibcVersion }),
  });
const retained = (evidence = glibc()) => diagnose(evidence).findings[0]?.fixes ?? [];

describe('retained pages', () => {
  test('now, regularly, and fewer arenas', () => {
    expect(retained()).toMatchObject([
      { command: 'jcmd 4711 System.trim_native_heap' },
      { jvmFlags: ['-XX:TrimNativeHeapInterval=60000'] },
      { environment: { MALLOC_ARENA_MAX: '2' } },
    ]);
  });

  test('what the process has already is not prescribed', () => {
    const jvm = jvmOf({ flags: ['-XX:TrimNativeHeapInterval=1000'] });
    expect(retained({ ...glibc({ MALLOC_ARENA_MAX: '1' }), jvm })).toHaveLength(1);
  });

  test('without a JVM gdb, and without its command the agent', () => {
    const { malloc } = glibc();
    const command = 'gdb -p 4711 -batch -ex "call (int)malloc_trim(0)"';
    expect(retained(programEvidence(malloc ? { malloc } : {}))[0]).toMatchObject({ command });
    const agent = 'offheap doctor 4711 --trim';
    expect(retained({ ...glibc(), jvm: jvmOf({ canTrim: false }) })[0]).toMatchObject({ command: agent, kind: 'trim' });
  });
});

test.each<[Record<string, string>, string, object[]]>([
  [{}, '2.36', [{ environment: { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=131072' } }]],
  [{}, '2.25', [{ environment: { MALLOC_TRIM_THRESHOLD_: '131072' } }]],
  [
    { GLIBC_TUNABLES: 'glibc.malloc.arena_max=4' },
    '2.36',
    [{ environment: { GLIBC_TUNABLES: 'glibc.malloc.arena_max=4:glibc.malloc.trim_threshold=131072' } }],
  ],
  [{ MALLOC_TRIM_THRESHOLD_: '1' }, '2.36', []],
  [{ GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=1' }, '2.36', []],
])('a fixed trim threshold beside %j on glibc %s', (environment, version, fixes) => {
  expect(prescribe(cures.fixedTrimThreshold, glibc(environment, version))).toMatchObject(fixes);
});

test('fewer arenas, unless they are few', () => {
  expect(prescribe(cures.fewerArenas, glibc({ MALLOC_ARENA_MAX: '8' }))).toEqual([]);
  expect(prescribe(cures.fewerArenas, glibc({ GLIBC_TUNABLES: 'glibc.malloc.arena_max=8' }))).toEqual([]);
});

test('a program that is no JVM is given none of its flags', () => {
  expect(prescribe(cures.boundedMetaspace, programEvidence())).toEqual([]);
});

test('a G1 that collects when idle is not told to', () => {
  const jvm = jvmOf({ version: '17.0.15', collector: 'G1', flags: ['-XX:G1PeriodicGCInterval=60000'] });
  expect(prescribe(cures.collectRegularly, evidenceOf({ jvm }))).toEqual([]);
  expect(prescribe(cures.collectRegularly, evidenceOf({ jvm: { ...jvm, flags: [] } }))).toHaveLength(1);
});

test.each([
  ['jemalloc', {}, { MALLOC_CONF: 'background_thread:true,dirty_decay_ms:1000' }],
  ['jemalloc', { MALLOC_CONF: 'narenas:2' }, { MALLOC_CONF: 'narenas:2,background_thread:true,dirty_decay_ms:1000' }],
  ['tcmalloc', {}, { TCMALLOC_AGGRESSIVE_DECOMMIT: 't' }],
] as const)('%s with %j', (name, environment, wanted) => {
  const [fix, ...more] = purge({ name, library: '', preloaded: [], environment });
  expect(more).toEqual([]);
  expect(fix?.environment).toEqual(wanted);
});

test('mimalloc: another allocator first, since no setting takes pages from an idle thread', () => {
  const [other, ...more] = purge({ name: 'mimalloc', library: '', preloaded: [], environment: {} });
  expect([other]).toEqual(otherAllocator());
  expect(other?.environment).toEqual({
    LD_PRELOAD: 'libjemalloc.so.2',
    MALLOC_CONF: 'background_thread:true,dirty_decay_ms:1000',
  });
  expect(more.map(({ environment }) => environment)).toEqual([{ MIMALLOC_PURGE_DELAY: '0', MIMALLOC_DECOMMIT_DELAY: '0' }]);
});

test('mimalloc 3: its setting alone, which serves idle threads too', () => {
  const library = '/usr/lib/x86_64-linux-gnu/libmimalloc.so.3.0';
  const [fix, ...more] = purge({ name: 'mimalloc', library, preloaded: [], environment: {} });
  expect({ environment: fix?.environment, more }).toEqual({
    environment: { MIMALLOC_PURGE_DELAY: '0', MIMALLOC_DECOMMIT_DELAY: '0' },
    more: [],
  });
  expect(purge({ name: 'mimalloc', library, preloaded: [], environment: { MIMALLOC_PURGE_DELAY: '0' } })).toEqual([]);
});

test('a fix as lines to paste', () => {
  expect(pasteLines({ environment: { MALLOC_ARENA_MAX: '2' }, jvmFlags: ['-Xss512k', '-Xmx1g'], command: 'jcmd' })).toEqual([
    { where: 'run now', line: 'jcmd' },
    { where: 'JVM flags', line: '-Xss512k -Xmx1g' },
    { where: 'Dockerfile', line: 'ENV MALLOC_ARENA_MAX="2"' },
    { where: 'Dockerfile', line: 'ENV JAVA_TOOL_OPTIONS="-Xss512k -Xmx1g"' },
    {
      where: 'Kubernetes',
      line: 'env: [{ name: MALLOC_ARENA_MAX, value: "2" }, { name: JAVA_TOOL_OPTIONS, value: "-Xss512k -Xmx1g" }]',
    },
    { where: 'systemd', line: 'Environment="MALLOC_ARENA_MAX=2"' },
    { where: 'systemd', line: 'Environment="JAVA_TOOL_OPTIONS=-Xss512k -Xmx1g"' },
  ]);
});

test('tops of arenas of a JVM: at once, unless a threshold was set when it started', () => {
  const tops = (environment: Record<string, string>) => {
    const malloc = mallocOf(figures(25, { arenaTopBytes: 80 }), { glibcVersion: '2.36' });
    const evidence = { ...glibc(environment), rssBytes: mib(400), malloc };
    return diagnose(evidence).findings.find(({ code }) => code === 'retained-arena-tops')?.fixes;
  };
  expect(tops({})).toMatchObject([
    { command: 'offheap doctor 4711 --set=trim_threshold=128k', kind: 'set' },
    { environment: { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=131072' } },
    { environment: { MALLOC_ARENA_MAX: '2' } },
  ]);
  expect(tops({ MALLOC_TRIM_THRESHOLD_: '67108864' })).toMatchObject([{ environment: { MALLOC_ARENA_MAX: '2' } }]);
});
