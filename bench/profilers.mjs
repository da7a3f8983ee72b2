// What tools that account for native memory cost a whole JVM: the reproducer's scan under each of them.
// Usage: npm run bench:profilers [-- --quick | --report] [--seed=N]
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryFolders, packageVersion } from '../dist/allocators/locate.js';
import { resolveAsyncProfiler } from '../dist/jvm/async-profiler.js';
import { preloadLibraryPath } from '../dist/native/preload-paths.js';
import { execaRunner } from '../dist/process/execa-runner.js';
import { cacheFolder } from '../dist/process/paths.js';
import { reproduction, runBenchmark } from './lib/bench.mjs';
import { describeMachine } from './lib/host.mjs';
import { measureRounds } from './lib/rounds.mjs';
import { passes, runScan } from './lib/scan.mjs';
import { findScanProgram } from './lib/scan-program.mjs';
import { fixed, noiseLine, problemLines, variantTable } from './lib/section-table.mjs';

await runBenchmark('profilers', { measure, render });

async function measure({ isQuick, random, onRound }) {
  const rounds = isQuick ? 2 : 7;
  const scratch = mkdtempSync(join(tmpdir(), 'offheap-bench-'));
  try {
    const { jdk, program } = await findScanProgram();
    const variants = await findVariants(scratch);
    const run = ({ flags, env }) => runScan(program, { flags, env });
    const cells = await measureRounds(variants, { rounds, random, run, onRound: onRound('JVM scan', rounds) });
    return { rounds, passes, jdk: jdk.version, variants: variants.map(({ name, version }) => ({ name, version })), cells };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function findVariants(scratch) {
  const profiler = await resolveAsyncProfiler(cacheFolder(), execaRunner).catch((error) => ({ reason: error.message }));
  const nativemem = `-agentpath:${profiler.library}=start,event=nativemem,nativemem=512k,jfr,file=${join(scratch, 'nativemem.jfr')}`;
  return [
    { name: 'bare' },
    { name: 'bare, again' },
    { name: 'meter', env: { LD_PRELOAD: preloadLibraryPath('meter'), OFFHEAP_COUNTERS_DIR: scratch } },
    { name: 'NMT summary', flags: ['-XX:NativeMemoryTracking=summary'] },
    { name: 'NMT detail', flags: ['-XX:NativeMemoryTracking=detail'] },
    profiler.reason
      ? { name: 'async-profiler nativemem', reason: profiler.reason }
      : { name: 'async-profiler nativemem', flags: [nativemem] },
    await preloaded('heaptrack', 'heaptrack/libheaptrack_preload.so', { DUMP_HEAPTRACK_OUTPUT: join(scratch, 'heaptrack') }),
    await preloaded('gperftools HEAPPROFILE', 'libtcmalloc.so.4', { HEAPPROFILE: join(scratch, 'gperftools') }),
    await preloaded('jemalloc prof:true', 'libjemalloc.so.2', {
      MALLOC_CONF: `prof:true,prof_prefix:${join(scratch, 'jemalloc')}`,
    }),
  ];
}

async function preloaded(name, file, env) {
  const path = libraryFolders()
    .map((folder) => join(folder, file))
    .find((candidate) => existsSync(candidate));
  if (!path) return { name, reason: `${file} is not installed` };
  return { name, env: { ...env, LD_PRELOAD: path }, version: await packageVersion(path, execaRunner) };
}

function render(raw) {
  const { rounds, jdk, cells, variants } = raw;
  const installed = variants.filter(({ version }) => version).map(({ name, version }) => `${name} ${version}`);
  return [
    '## What tools that account for native memory cost a JVM',
    `${describeMachine(raw)} JDK ${jdk}; ${installed.join(', ')}. The reproducer’s scan, 8 threads, ${raw.passes} passes; ${rounds} rounds of all in random order. ${reproduction('profilers')}`,
    variantTable(
      cells,
      variants.map(({ name }) => name),
      [
        { key: 'cpuMs', head: 'processor ms', format: fixed },
        { key: 'wallMs', head: 'scan ms', format: fixed },
      ],
    ),
    noiseLine(cells, 'bare', 'bare, again', 'cpuMs'),
    'gperftools and jemalloc bring their own allocator: their ratio is of the allocator and its profiler together. NMT sees what the JVM itself asks for, not zlib’s blocks; nativemem samples one allocation in 512 KiB with its stack; the meter counts all of them and keeps no stack.',
    problemLines(cells),
  ]
    .filter(Boolean)
    .join('\n\n');
}
