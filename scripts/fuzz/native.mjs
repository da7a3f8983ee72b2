// The fuzzers of test/native/fuzz, by clang's libFuzzer with AddressSanitizer and UndefinedBehaviorSanitizer. Seeds are in the repository; what
// reached something new is kept in build/fuzz, and a later run begins with both.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fail, run, say, which } from '../lib/run.mjs';

/** Name → the sources whose coverage is told. */
const sourcesOf = {
  counter_page: ['addon/counter_reader.c'],
  chunk_walk: ['inspect/chunk_walk.c', 'inspect/chunk_header.c', 'inspect/tally.c', 'inspect/page_bits.c'],
  page_map: ['inspect/page_map.c', 'inspect/page_bits.c'],
  core_file: ['core_file', 'core_look', 'core_maps', 'core_notes', 'core_pages'].map((name) => `inspect/${name}.c`),
  heap_search: [
    ...['arena_heaps', 'glibc_free', 'glibc_heap', 'glibc_layout', 'heap_list', 'main_arena', 'remote', 'walk_all', 'walk_task'],
  ].map((name) => `inspect/${name}.c`),
  proc_text: ['inspect/proc_maps.c', 'addon/proc_memory.c'],
  symbol_table: ['base/symbol_table.c'],
};
export const nativeNames = Object.keys(sourcesOf);

/** Compiles those of `names`; ends the script where that fails. */
function build(names, project, folder) {
  if (which('clang') === undefined) fail('expected clang on PATH, found none. Install it: apt-get install clang');
  const options = { env: { ...process.env, CC: 'clang', CXX: 'clang++' } };
  const configured = run('cmake', ['-S', join(project, 'native'), '-B', join(folder, 'cmake'), '-DOFFHEAP_FUZZ=ON'], options);
  if (
    !configured ||
    !run('make', ['-s', `-j${availableParallelism()}`, '-C', join(folder, 'cmake'), ...names.map((name) => `${name}_fuzz`)])
  )
    fail('the fuzzers do not compile; the output is above.');
}

/** Runs those of `names`, each for so many seconds, and with `most` new inputs. Returns their figures; ends the script at a failure, whose input is kept. */
export function fuzzNative(names, { project, isLink, folder, seconds, most }) {
  if (names.length === 0) return [];
  // CMake's cache is for one path alone, and a link has another name each time.
  if (isLink) rmSync(join(folder, 'cmake'), { recursive: true, force: true });
  build(names, project, folder);
  return names.map((name) => {
    const program = join(folder, 'cmake', `${name}_fuzz`);
    const corpus = join(folder, `corpus-${name}`);
    mkdirSync(corpus, { recursive: true });
    const seeds = join(project, 'test', 'native', 'fuzz', 'seeds', name);
    const folders = [corpus, ...(existsSync(seeds) ? [seeds] : [])];
    const options = ['-max_len=8192', '-len_control=0', '-timeout=10', '-print_final_stats=1', `-artifact_prefix=${folder}/`];
    // Each that is kept is one of the runs; -1 is no bound.
    const kept = folders.reduce((sum, from) => sum + readdirSync(from).length, 0);
    const ends = [`-max_total_time=${seconds}`, `-runs=${Number.isFinite(most) ? kept + most : -1}`];
    const stderr = runFuzzer(program, [...ends, ...options, ...folders], { name, folder });
    const inputs = Number(/stat::number_of_executed_units: (\d+)/.exec(stderr)?.[1]);
    say(`${name}: ${inputs} inputs in ${seconds} s at most, no failure`);
    return { name, seconds, inputs, coverage: coverageOf({ project, folder, name, program, folders }) };
  });
}

function runFuzzer(program, args, { name, folder, profile = '/dev/null' }) {
  const env = { ...process.env, LLVM_PROFILE_FILE: profile };
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20, env });
  if (status === 0) return stderr;
  process.stderr.write(stderr.slice(-8000));
  return fail(`the fuzzer ${name} found a failure; its input is in ${folder}.`);
}

/** Of its sources, what the corpus reaches: a share of the lines and of the branches. Undefined without LLVM's tools. */
function coverageOf({ project, folder, name, program, folders }) {
  if (which('llvm-profdata') === undefined || which('llvm-cov') === undefined) return undefined;
  const profile = join(folder, `${name}.profraw`);
  runFuzzer(program, ['-runs=0', ...folders], { name, folder, profile });
  const data = join(folder, `${name}.profdata`);
  if (!run('llvm-profdata', ['merge', '-sparse', profile, '-o', data])) return undefined;
  const sources = sourcesOf[name].map((source) => join(project, 'native', source));
  const args = ['export', '--summary-only', `--instr-profile=${data}`, program, ...sources];
  const { status, stdout } = spawnSync('llvm-cov', args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0) return undefined;
  const { lines, branches } = JSON.parse(stdout).data[0].totals;
  return { lines: lines.percent, branches: branches.percent };
}
