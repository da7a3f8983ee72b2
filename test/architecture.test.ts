import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandList } from '../src/command-list.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const filesOf = (folder: string, name: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .map((file) => join(folder, file))
    .sort();
const modules = filesOf('src', /\.ts$/);

/** Nothing imports upward, nor sideways: folders of one floor do not know each other. */
const floors: Record<string, number> = {
  model: 0,
  parse: 1,
  stats: 2,
  process: 3,
  native: 4,
  allocators: 5,
  jvm: 5,
  observe: 6,
  doctor: 7,
  experiment: 7,
  exporter: 7,
  trace: 7,
  reporters: 7,
  // The functions of the package; the commands are written on them.
  api: 8,
  commands: 9,
  // The script of the HTML report: it runs in a browser and comes in as text.
  client: 8,
};
const top = 10;

interface Import {
  file: string;
  target: string;
}

const imports: Import[] = modules.flatMap((file) =>
  [...read(file).matchAll(/(?:from|import\() ?'([^']+)'/g)].map((match) => {
    const target = match[1] ?? '';
    return { file, target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target };
  }),
);
/** Files that lead back to the first of them; undefined when none do. */
function circleOf(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return path.slice(path.indexOf(file));
    if (done.has(file)) return undefined;
    for (const target of graph.get(file) ?? []) {
      const circle = visit(target, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

/** What a module reads when it is read itself: neither types nor what a function of it imports. */
function valueImports(file: string): string[] {
  const statement = /^(?:import|export) (?!type\b)(?:(?:\w+, )?(?:\{([^}]*)\}|[\w* ]+) from )?'([^']+)'/gm;
  return [...read(file).matchAll(statement)]
    .filter(([, names]) => names === undefined || names.split(',').some((name) => !/^\s*(type |$)/.test(name)))
    .map(([, , target = '']) => (target.startsWith('.') ? normalize(join(dirname(file), target)) : target));
}

const folderOf = (file: string) => relative('src', dirname(file)).split('/')[0] ?? '';
const floorOf = (file: string) => (folderOf(file) === '' ? top : (floors[folderOf(file)] ?? Number.NaN));
const own = imports.filter(({ target }) => target.startsWith('src/'));

describe('TypeScript', () => {
  test('every folder of src has a floor', () => {
    expect(modules.filter((file) => Number.isNaN(floorOf(file)))).toEqual([]);
  });

  test('nothing imports upward or sideways', () => {
    const isWrong = ({ file, target }: Import) =>
      floorOf(target) > floorOf(file) || (floorOf(target) === floorOf(file) && folderOf(target) !== folderOf(file));
    expect(own.filter(isWrong)).toEqual([]);
  });

  test('files do not import each other in a circle', () => {
    expect(
      circleOf(new Map(modules.map((file) => [file, own.filter((one) => one.file === file).map(({ target }) => target)]))),
    ).toBe(undefined);
    const three = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ]);
    expect(circleOf(three)).toEqual(['a', 'b', 'c']);
  });

  test('the commands are written on the functions of the package: no second way to run cells, to open counters or to judge', () => {
    const engine = /^src\/(experiment\/experiment|doctor\/diagnose|native\/(counters|preload-paths)|stats\/quantities)\.ts$/;
    const beside = modules
      .filter((file) => folderOf(file) === 'commands')
      .flatMap((file) => valueImports(file).map((target) => ({ file, target })))
      .filter(({ target }) => engine.test(target));
    expect(beside).toEqual([]);
  });

  test('a function of the package prints nothing, ends nothing and listens to no signal', () => {
    const own = modules.filter((file) => folderOf(file) === 'api');
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((file) => /\bprocess\.(exit|exitCode|on|once|stdout|stderr)\b|\bconsole\./.test(read(file)))).toEqual([]);
  });

  test('what a JVM answers is parsed in one place', () => {
    const parsers =
      /\bparse(HeapInfo|VmInfo|ThreadPrint|Nmt(?:Summary|Ranges|Total)|ClassHistogram|Metaspace\w+|VmVersion|VmUptimeMs)\(/;
    const callers = modules.filter((file) => folderOf(file) !== 'parse' && parsers.test(read(file)));
    expect(callers).toEqual(['src/observe/jvm.ts']);
  });

  test('what is made of the readings of a process is pure: no pid to look at it again', () => {
    const isPure = (file: string) =>
      /^src\/(observe\/(jvm-evidence|unknown|heap-range|zlib-objects|regions\/.*)|doctor\/(?!apply|examine|look-for).*)\.ts$/.test(
        file,
      );
    const pure = modules.filter(isPure);
    expect(pure.length).toBeGreaterThan(20);
    const values = pure.flatMap((file) =>
      [...read(file).matchAll(/^import (?!type )[^;]*? from '([^']+)';/gms)].map(([, target = '']) => ({ file, target })),
    );
    expect(values.filter(({ target }) => /^node:|\/(process|native|jvm|identity|readings)(\/|\.ts)/.test(target))).toEqual([]);
  });

  test('src/commands has one file a command, and each says its own name', async () => {
    const names = commandList.map(({ name }) => name);
    const files = readdirSync(join(root, 'src/commands'), { withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name).sort()).toEqual(names.map((name) => `${name}.ts`).sort());
    const definitions = await Promise.all(commandList.map(({ load }) => load()));
    expect(definitions.map(({ name }) => name)).toEqual(names);
  });

  test('the help of all commands is read without any package but commander', () => {
    const reached = new Set(['src/cli.ts', ...commandList.map(({ name }) => `src/commands/${name}.ts`)]);
    for (const file of reached) for (const target of valueImports(file)) if (target.startsWith('src/')) reached.add(target);
    const packages = [...reached].flatMap(valueImports).filter((target) => !/^(src\/|node:|package\.json$)/.test(target));
    expect(new Set(packages)).toEqual(new Set(['commander']));
  });

  test('files are renamed into their place, and results written, in one file', () => {
    const writers = modules.filter((file) => /\brename(Sync)?\(|\bwriteFile\w*\(/.test(read(file)));
    expect(writers).toEqual([
      // The scan set, which a JVM has built.
      'src/experiment/repro-launch.ts',
      // What is fetched: a jar, and what is unpacked of one.
      'src/jvm/async-profiler.ts',
      'src/jvm/maven.ts',
      // What the single executable carries and others load: any of its users writes the same bytes.
      'src/native/package-file.ts',
      // Settings of a cgroup.
      'src/process/limited-group.ts',
      'src/process/memory-limiter.ts',
      'src/process/whole-file.ts',
    ]);
  });

  test('files of /proc/PID are read with their bounds, in one file; what is short of a thread in another', () => {
    const readers = modules.filter((file) => /\bread(File|FileSync)?\(`\/proc\/\$\{/.test(read(file)));
    expect(readers).toEqual(['src/process/threads.ts']);
  });

  test('scripts and benchmarks import compiled modules that exist', () => {
    const scripts = ['bench', 'scripts'].flatMap((folder) => filesOf(folder, /\.mjs$/));
    const compiled = scripts.flatMap((file) =>
      [...read(file).matchAll(/(?:from|import\() ?'([^']*\/dist\/[^']+)\.js'/g)].map(([, target = '']) =>
        normalize(join(dirname(file), target)),
      ),
    );
    expect(compiled.length).toBeGreaterThan(10);
    expect(compiled.map((target) => `${target.replace(/^dist/, 'src')}.ts`).filter((source) => !modules.includes(source))).toEqual(
      [],
    );
  });

  test('reporters know only model and stats', () => {
    const allowed = new Set(['reporters', 'model', 'parse', 'stats']);
    expect(own.filter(({ file, target }) => folderOf(file) === 'reporters' && !allowed.has(folderOf(target)))).toEqual([]);
    const touching = imports.filter(
      ({ file, target }) => folderOf(file) === 'reporters' && /^node:(fs|child_process|process)/.test(target),
    );
    expect(touching).toEqual([]);
  });

  test('nothing imports the client; it takes values only from pure modules, and only it knows its libraries', () => {
    const client = (file: string) => folderOf(file) === 'client';
    expect(own.filter(({ file, target }) => client(target) && !client(file))).toEqual([]);
    const usable = new Set(['client', 'model', 'stats']);
    expect(own.filter(({ file, target }) => client(file) && !usable.has(folderOf(target)))).toEqual([]);
    expect(imports.filter(({ file, target }) => client(file) && target.startsWith('node:'))).toEqual([]);
    expect(imports.filter(({ file, target }) => ['uplot', 'd3-hierarchy'].includes(target) && !client(file))).toEqual([]);
  });

  test('model, parse and stats are pure: no file, no process', () => {
    const pure = new Set(['model', 'parse', 'stats']);
    expect(imports.filter(({ file, target }) => pure.has(folderOf(file)) && target.startsWith('node:'))).toEqual([]);
  });

  test('execa and child_process appear only in process/', () => {
    expect(
      imports.filter(({ file, target }) => /^(execa|node:child_process)/.test(target) && folderOf(file) !== 'process'),
    ).toEqual([]);
  });

  test('only the exporter knows prom-client', () => {
    expect(imports.filter(({ file, target }) => target === 'prom-client' && folderOf(file) !== 'exporter')).toEqual([]);
  });

  test('no string is run as a shell command: programs are started by their argument lists', () => {
    const shells = modules.filter((file) => /\bshell: (true|')|\bexec(Sync|aCommand)\b|\bexeca`/.test(read(file)));
    expect(shells).toEqual([]);
    // These scripts are constant: what they are about comes as their arguments.
    const constant = ['src/process/join-group.ts', 'src/process/watchdog.ts'];
    expect(modules.filter((file) => /\/bin\/sh/.test(read(file)))).toEqual(constant);
  });

  test('only native/binding.ts loads the addon, and one file that of the single executable', () => {
    expect(modules.filter((file) => /createRequire|process\.dlopen|offheap\.node/.test(read(file)))).toEqual([
      'src/native/binding.ts',
      'src/native/carried-addon.ts',
    ]);
  });

  test('a module stays small enough to be read at once', () => {
    const long = modules.filter((file) => read(file).split('\n').length > 250);
    expect(long).toEqual([]);
  });
});

describe('native', () => {
  const includes = filesOf('native', /\.(c|h|cc)$/).flatMap((file) =>
    [...read(file).matchAll(/#include "([^"]+)"/g)].map((match) => ({ file, include: match[1] ?? '' })),
  );
  const folder = (path: string) => path.split('/').at(-2) ?? '';
  const isOf = (file: string, name: string) => file.startsWith(`native/${name}/`);

  test.each(['base', 'counters', 'mmapalloc', 'meter', 'inspect', 'allocators', 'owners/hotspot', 'addon'])(
    'modules of %s include each other in no circle',
    (name) => {
      const stem = (file: string) =>
        file
          .split('/')
          .at(-1)
          ?.replace(/\.\w+$/, '') ?? '';
      const graph = new Map<string, string[]>();
      for (const { file, include } of includes.filter((one) => isOf(one.file, name)))
        graph.set(
          stem(file),
          [...(graph.get(stem(file)) ?? []), stem(include)].filter((other) => other !== stem(file)),
        );
      expect(graph.size).toBeGreaterThan(2);
      expect(circleOf(graph)).toBe(undefined);
    },
  );

  test('the addon includes the shared contract and the readers, none of the writers', () => {
    const writers = new Set(['counters', 'mmapalloc', 'meter']);
    expect(includes.filter(({ file, include }) => isOf(file, 'addon') && writers.has(folder(include)))).toEqual([]);
  });

  test('base and shared include nothing above them', () => {
    const above = new Set(['counters', 'mmapalloc', 'meter', 'inspect', 'hotspot', 'addon']);
    const wrong = includes.filter(
      ({ file, include }) => (isOf(file, 'base') || isOf(file, 'shared')) && above.has(folder(include)),
    );
    expect(wrong).toEqual([]);
  });

  test('the inspector includes nothing of the others, and writes to no process', () => {
    const inspector = filesOf('native/inspect', /\.(c|h)$/);
    const own = new Set(inspector.map((file) => file.split('/').at(-1)));
    expect(includes.filter(({ file, include }) => isOf(file, 'inspect') && !own.has(include))).toEqual([]);
    expect(inspector.filter((file) => /\b(process_vm_writev|ptrace|kill)\(/.test(stripComments(read(file))))).toEqual([]);
  });

  test('the HotSpot reader includes the inspector alone, and writes to no process', () => {
    const reader = filesOf('native/owners/hotspot', /\.(c|h)$/);
    const own = new Set(reader.map((file) => file.split('/').at(-1)));
    const others = includes.filter(({ file, include }) => isOf(file, 'owners/hotspot') && !own.has(include));
    expect(others.filter(({ include }) => !include.startsWith('../../inspect/'))).toEqual([]);
    expect(reader.filter((file) => /\b(process_vm_writev|ptrace|kill|mmap)\(/.test(stripComments(read(file))))).toEqual([]);
  });

  test('the readers of other allocators include the inspector alone, and write to no process', () => {
    const readers = filesOf('native/allocators', /\.(c|h)$/);
    const own = new Set(readers.map((file) => file.split('/').at(-1)));
    const others = includes.filter(({ file, include }) => isOf(file, 'allocators') && !own.has(include));
    expect(others.filter(({ include }) => !include.startsWith('../inspect/'))).toEqual([]);
    expect(readers.filter((file) => /\b(process_vm_writev|ptrace|kill|mmap)\(/.test(stripComments(read(file))))).toEqual([]);
  });

  test('memory is mapped and unmapped in one file', () => {
    const callers = filesOf('native', /^(base|counters|mmapalloc|meter)\/.*\.c$/).filter((file) =>
      /\b(mmap|munmap|mremap|madvise)\(/.test(stripComments(read(file))),
    );
    expect(callers).toEqual(['native/base/sys_pages.c']);
  });

  test('binding.gyp and CMakeLists.txt build the same sources', () => {
    const sources = (text: string) =>
      [...new Set([...text.matchAll(/[\w./-]+\.(?:c|cc)\b/g)].map(([path]) => path.replace(/^native\//, '')))].sort();
    const cmake = sources(read('native/CMakeLists.txt')).filter((path) => !/test|fuzz/.test(path));
    expect(cmake).toEqual(sources(read('binding.gyp')));
  });

  test('all.cc has every C++ file of the addon', () => {
    const all = filesOf('native/addon', /\.cc$/).map((file) => file.split('/').at(-1) ?? '');
    expect([...read('native/addon/all.cc').matchAll(/^#include "(.*)"$/gm)].map(([, file]) => file)).toEqual(
      all.filter((file) => file !== 'all.cc').sort(),
    );
  });

  test('mmapalloc and meter never include each other', () => {
    const headersOf = (name: string) => new Set(filesOf(`native/${name}`, /\.h$/).map((file) => file.split('/').at(-1)));
    const crossing = (from: string, to: string) =>
      includes.filter(({ file, include }) => isOf(file, from) && headersOf(to).has(include.split('/').at(-1)));
    expect([...crossing('mmapalloc', 'meter'), ...crossing('meter', 'mmapalloc')]).toEqual([]);
  });

  const operators = [...read('native/meter/real_operators.h').matchAll(/X\((_Z\w+),/g)].map(([, name = '']) => name);
  test.each([
    ['libmmapalloc.so', 'the malloc family, what makes threads, their names and their keys, and nothing else', []],
    [
      'libmeter.so',
      "the malloc family, C++'s 20 operators, strdup and strndup, what makes threads, their names and their keys, and nothing else",
      [...operators, 'strdup', 'strndup'],
    ],
  ])('%s exports %s', (library, _what, more) => {
    expect(more.length === 0 || more.length === 22).toBe(true);
    const symbols = execFileSync('nm', ['-D', '--defined-only', join(root, 'build/Release', library)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.split(' ').at(-1));
    const family = [
      'aligned_alloc',
      'calloc',
      'free',
      'free_aligned_sized',
      'free_sized',
      'malloc',
      'malloc_usable_size',
      'memalign',
      'posix_memalign',
      'pthread_create',
      'pthread_key_create',
      'pthread_setname_np',
      'pvalloc',
      'realloc',
      'reallocarray',
      'tss_create',
      'valloc',
    ];
    expect(symbols.sort()).toEqual([...family, ...more].sort());
  });
});

test('docs/security.md says what each command does', () => {
  const rows = read('docs/security.md')
    .split('\n')
    .filter((line) => /^\| `/.test(line) && line.split('|').length === 6);
  const told = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name));
  expect(told.sort()).toEqual(commandList.map(({ name }) => name).sort());
});

test('docs/security.md has a test for each threat, and names none that is not there', () => {
  const page = read('docs/security.md');
  const threats = page
    .slice(page.indexOf('## Who may attack'), page.indexOf('## Bounds'))
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
  expect(threats.length).toBeGreaterThan(10);
  const cellOf = (row: string) => row.split('|').at(-2)?.trim() ?? '';
  expect(threats.filter((row) => !/^(`test\/[\w./-]+\.(test\.ts|c)`(, )?)+$/.test(cellOf(row)))).toEqual([]);
  const named = [...page.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, `${path}.test.ts`)))).toEqual([]);
});

test('docs/reliability.md names every fuzzer, and for each fault a test that is there', () => {
  const page = read('docs/reliability.md');
  const part = page.slice(page.indexOf('## Fuzzing'), page.indexOf('<!-- fuzz -->'));
  const told = [...part.matchAll(/^\| .+? \| `(\w+)` \|/gm)].map(([, name = '']) => name);
  const properties = filesOf('test/fuzz', /\.test\.ts$/).map((file) => basename(file, '.test.ts').replaceAll('-', '_'));
  const native = filesOf('test/native/fuzz', /_fuzz\.c$/).map((file) => basename(file, '_fuzz.c'));
  expect(told.sort()).toEqual([...properties, ...native].sort());
  const rows = page.slice(page.indexOf('## Faults')).split('\n');
  const named = rows.flatMap((row) => [...(row.split('|').at(-2) ?? '').matchAll(/`([\w/-]+)`/g)].map(([, name = '']) => name));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !existsSync(join(root, `test/${name}.test.ts`)) && !existsSync(join(root, 'test', name)))).toEqual(
    [],
  );
});

describe('package', () => {
  test('bin only loads the compiled command line, and needs nothing to say that it is not there', () => {
    const required = (file: string) => [...read(file).matchAll(/\brequire\('([^']+)'\)/g)].map(([, name]) => name);
    expect(required('bin/offheap.js')).toEqual(['node:fs', 'node:path', './load.js']);
    expect(required('bin/load.js')).toEqual(['node:fs', 'node:module', 'node:path', 'node:vm']);
  });

  test.each(['package-lock.json', 'scripts/browser/package-lock.json'])('%s names no registry', (file) => {
    expect(read(file)).not.toMatch(/"resolved"/);
  });
});

test('no test is skipped without a reason, and none keeps the others from running', () => {
  const bare = /\b(skipIf|runIf|todo)\b|\b(test|it|describe)\.(skip|only)\b|\bskip\(\)|\bskip\(![^,;]*\);|console\.\w+\(.*skip/;
  const own = ['test/architecture.test.ts', 'test/skip.ts'];
  const tests = filesOf('test', /\.ts$/).filter((file) => !own.includes(file));
  expect(tests.filter((file) => bare.test(read(file)))).toEqual([]);
});

function stripComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*$/gm, '');
}
