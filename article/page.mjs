// docs/article.md: the article's chapters, each with what its tool showed and the command that shows it now. Every figure is out of the raw results.
import { figuresOf, growth, inflaterBlocks, inflaterObjects, live, mapped, nativeRss, rss, streams } from './figures.mjs';
import { jvmFlags, leaky } from './plan.mjs';
import { allocatorTable, allTables, integer, mib, versionTable } from './tables.mjs';

const pageBytes = 4096;

/**
 * @param raw `{ mode, startedAt, rows, chapters }`
 * @param configurations keys, in the order of the tables
 * @param charts names of the files that there are
 */
export function renderPage({ mode, rows, chapters }, configurations, charts) {
  const find = figuresOf(rows);
  const glibc = find(leaky, 'all', 'glibc');
  const of = (configuration, figure) => mib(find(leaky, 'all', configuration).value(figure));
  const { host, startedAt } = Object.values(rows).find(({ cells }) => cells) ?? {};
  const show = (name, range) => excerpt(chapters[name], range);
  const chart = (name, alt) => (charts.includes(name) ? `![${alt}](article/${name})` : '');

  return paragraphs(
    '<!-- Written by `npm run article` (article/page.mjs) from article/results/. Do not edit. -->',
    '# The article, measured',
    `A service with a 4 GB heap took 7 GB. Its authors needed a dozen tools to learn why, and
    [wrote it down](https://tech.meituan.com/2019/01/03/spring-boot-native-memory-leak.html). A scanner read every class of a Spring Boot fat jar. The loader left each Inflater to the
    GC. When the GC had come, glibc kept the freed memory. This page repeats the story with today's software, and puts today's command beside each of their tools.`,
    `**Measured** ${startedAt?.slice(0, 10)} by \`npm run article${mode === 'quick' ? ' -- --quick' : ''}\`: JDK ${host?.jdk?.version}, ${host?.libc}, Linux ${host?.kernel}, ${host?.cpus} CPUs.
    The outputs of the commands are of ${chapters.capturedAt.slice(0, 10)}.
    The program is [java-repro/spring-boot](../java-repro/README.md#a-real-fat-jar). Reflections reads ${integer(glibc.value(streams))} classes of 153 jars through the Spring Boot
    loader that started the program. The JVM has the article's flags and \`-Xmn2g\`: the young generation then takes the whole scan, as the service's did until its first GC. Sizes
    are in MiB. [concepts.md](concepts.md) explains *native RSS*, *live* and the phases. The repository has the raw results in \`article/results\`.`,
    fence(`java ${jvmFlags.join(' ')} \\\n  -jar app.jar --scan=all|org.springframework.boot|none`),

    '## The answer',
    show('gc', { from: / zlib states, /, until: /^$/ }),
    `\`offheap doctor PID --gc\` says this, from outside and without loading anything: it asks the JVM to collect, and looks again. With \`--trim\` it tries its own advice:`,
    show('trim', { command: true, take: [/^Trim: /] }),
    'The authors got there in these steps.',

    '## top: 4 GB of heap, and how much more?',
    `\`top\` shows RSS: ${of('glibc', rss('loaded'))} MiB after the scan, ${of('glibc', rss('collected'))} MiB after the GC. \`offheap doctor PID\` divides RSS into parts:`,
    show('doctor-scanned', { command: true, table: /^│ part / }),

    '## NMT: the JVM does not know',
    `The kernel counts ${of('glibc', rss('loaded'))} MiB. Native Memory Tracking sees ${committedMib(chapters)} MiB, the memory that the JVM itself allocates. It does not see zlib:
    \`libzip.so\` calls zlib, and zlib calls malloc.`,
    show('nmt', { command: true, take: [/^Total:/] }),

    '## pmap: rows of 64 MB',
    `\`pmap\` shows mappings of 64 MB that no NMT report accounts for. They are heaps of glibc's arenas. Each arena but the first reserves 64 MiB, aligned to 64 MiB
    (\`HEAP_MAX_SIZE\`, malloc/arena.c), and makes it accessible piece by piece. So all have one size, whatever they hold. \`offheap histo\` reads the structures of the allocator:`,
    show('histo-collected', { command: true, table: /^│ arena /, rows: 9 }),

    '## gperftools: 3 GB, then 700 MB',
    `Under gperftools the authors saw malloc's bytes climb to 3 GB and drop to 700–800 MB, while RSS stayed up. A profiler counts *live* blocks, and
    the GC frees them. The meter counts live bytes under any allocator, at some nanoseconds a call. The command \`offheap compare\` draws them beside RSS:`,
    chart('curves.svg', 'RSS and live bytes of malloc during scan, GC and trim, by allocator'),
    `On glibc the live bytes rise from ${of('glibc', live('baseline'))} to ${of('glibc', live('loaded'))} MiB, and the GC takes them to ${of('glibc', live('collected'))} MiB. Native RSS goes from
    ${of('glibc', nativeRss('baseline'))} to ${of('glibc', nativeRss('loaded'))} MiB and then to ${of('glibc', nativeRss('collected'))} MiB. RSS grows less than live bytes, because inflating a class touches only a part of its window of 32 KB.`,

    '## strace, too late',
    'The authors attached strace to the running service and saw no suspicious request. The process uses again what it reserved at the start:',
    show('syscalls-idle', { command: true }),

    '## gdb: what is in there?',
    'The authors dumped a region with gdb, read it with `strings` and saw contents of jars. `--peek` reads a sample of present pages of the largest mappings, and stops nothing:',
    show('peek', { command: true, table: /^│ mapping / }),

    '## strace, at the start',
    'So the memory comes from reading jars, at the start. A trace from the start shows one thread that asks for one region of 64 MB after another:',
    show('syscalls-start', { command: true, from: /heaps of glibc arenas/, until: /^$/, rows: 24 }),

    '## jstack and btrace: who?',
    'The id of that thread led the authors to its Java stack, and to `Inflater`. With `--stacks`, async-profiler records each allocation from the start. The output is what is live after the scan:',
    show('stacks', { command: true, from: /stacks of .* live/, until: /^$/ }),
    `The constructor allocates the state. The first \`inflate\` allocates the window. ${integer(glibc.value(inflaterBlocks))} states exist for ${integer(glibc.value(streams))} streams.`,

    '## jmap: no Inflater left?',
    `\`jmap -histo:live\` collects before it counts, so it found hardly an Inflater. \`--census\` counts before the GC: ${integer(glibc.value(inflaterObjects))} Inflaters in the Java heap,
    ${integer(glibc.value(inflaterBlocks))} zlib states in malloc. After the GC both are gone. The doctor needs no count of Java objects:`,
    show('doctor-scanned', { command: true, from: / zlib states /, until: /^$/ }),

    '## A probe in finalize: it is called',
    'The authors replaced the Inflater to see its finalizer. It ran, and it called free. (Since JDK 9 a Cleaner does that.) `--gc` lets the JVM collect, and tells what that has freed:',
    show('gc', { command: true, from: /^GC: /, until: /^$/ }),
    'The blocks are free and RSS did not move: the allocator keeps the memory.',

    '## MALLOC_ARENA_MAX: no effect',
    `With one arena ${of('glibc-arena1', nativeRss('settled'))} MiB are left, with the default ${of('glibc', nativeRss('settled'))} MiB. So the number of arenas is not the cause. The Inflaters of one scan lie side by side with
    a few blocks that stay. glibc returns the top of a heap by itself. It returns pages between live blocks only when something calls \`malloc_trim\`. The flag
    \`-XX:TrimNativeHeapInterval\` does that: \`glibc-trim\` settles at ${of('glibc-trim', nativeRss('settled'))} MiB.`,

    '## tcmalloc, and an allocator of their own',
    `tcmalloc keeps ${of('tcmalloc', nativeRss('settled'))} MiB. So the authors wrote an allocator that keeps nothing: it maps each block by itself and unmaps it at free. offheap has it as \`mmap\`, safe
    for threads and with counters. It settles at ${of('mmap', nativeRss('settled'))} MiB. This is their table of native RSS, with today's allocators and settings:`,
    allocatorTable(find, configurations),
    `*nothing* and *one package* are settled figures. *trimmed* follows \`System.trim_native_heap\`, on glibc only. \`offheap allocators\` has the settings of each configuration.`,
    chart('allocators.svg', 'Native RSS added by a scan, by configuration'),

    '## Why 800 MB asked for were 1.7 GB resident',
    ...pagesChapter(find),

    '## 2.0.5 did not fix it',
    `The article says that Spring Boot 2.0.5 releases its Inflaters. It does not. \`JarFileEntries\` of 2.0.5 gives the stream an Inflater. The constructor of the
    stream makes a second one. The loader ends one of the two. The other has a state and no window: up to 2.0.9 each stream leaves 7 KB instead of 40 KB. Version 2.1.0 is right. On glibc, with all
    packages scanned:`,
    versionTable(find),
    `*Inflaters, Java* counts objects in the Java heap, ended or not, reachable or not. *Not ended* counts zlib states in malloc. Some hundred belong to the launcher, for manifests and the
    jar's own directory. *Bytes a stream* divides the difference in live malloc bytes between all packages and one package by the difference in streams. The JIT differs by some MiB from run to
    run, which is some hundred bytes a stream. *RSS* is the growth of native RSS since before the scan.`,
    chart('versions.svg', 'Native RSS added by a scan on glibc, by Spring Boot release'),

    '## Every release under every configuration',
    allTables(find, configurations),

    '## To repeat it',
    fence(
      'npm run article              # everything\nnpm run article -- --quick   # in under ten minutes: what the text needs, glibc alone elsewhere',
    ),
    `It needs Maven and 6 GB of memory. After an interruption it measures only what is missing. \`npm run article -- --report\` writes this page again from the raw results, which
    keep samples only of the runs in the charts.`,
  );
}

/** By the JVM's own account. */
function committedMib({ nmt }) {
  const [, kib] = /^Total: .*committed=(\d+)KB/m.exec(nmt?.output ?? '') ?? [];
  return mib(kib === undefined ? undefined : Number(kib) * 1024);
}

function pagesChapter(find) {
  const mmap = find(leaky, 'all', 'mmap');
  if (mmap.reason) return [mmap.reason];
  const at = (figure) => mmap.value(figure('loaded'));
  const settled = (figure) => mmap.value(figure('settled'));
  const rise = (figure) => mib(mmap.value(growth(figure, 'loaded', 'baseline')));
  return [
    `The authors' program asked their allocator for 800 MB. The allocator held 536,000 pages, which is 2 GB, and 1.7 GB were resident. The counters of \`mmap\` show the same at the end of the scan:
    the program asked for ${mib(at(live))} MiB, and whole pages of 4 KiB make that ${mib(at(mapped))} MiB, ${integer(at(mapped) / pageBytes)} pages. A mapped page is resident from its first touch. During the scan
    the mapped bytes grew by ${rise(mapped)} MiB and native RSS by ${rise(nativeRss)} MiB.`,
    `800 MB in 536,000 pages are 1.6 KB a page. So most of the article's blocks were smaller than a page, and rounding up more than doubled them. Here most bytes are windows of 32 KB, and a class touches a part of its window.
    After the GC ${mib(settled(live))} MiB of small live blocks hold ${integer(settled(mapped) / pageBytes)} pages, ${mib(settled(mapped))} MiB. So \`mmap\` settles above glibc's trimmed heap, though it keeps nothing.`,
  ];
}

/** Of a command's output the lines that match, or those from one to another; what is left out is told by an ellipsis. */
function excerpt(capture, { command = false, take, ...range }) {
  if (!capture) return '*not captured in this run*';
  const lines = capture.output.split('\n');
  const chosen = take ? sentences(lines, take) : section(lines, range);
  return fence([...(command ? [`$ ${capture.command}`] : []), ...chosen].join('\n'));
}

/** Lines that match, with the lines that they are wrapped onto. */
function sentences(lines, patterns) {
  return patterns.flatMap((pattern) => {
    const at = lines.findIndex((line) => pattern.test(line));
    if (at === -1) throw new Error(`no line of the output matches ${pattern}`);
    const end = lines.findIndex((line, index) => index > at && (line === '' || /[.]$/.test(lines[index - 1])));
    return lines.slice(at, Math.max(at + 1, end));
  });
}

function section(lines, { table, from = /^/, until, rows = Number.POSITIVE_INFINITY }) {
  const found = lines.findIndex((line) => (table ?? from).test(line));
  if (found === -1) throw new Error(`no line of the output matches ${table ?? from}`);
  const at = table ? found - 1 : found;
  const after = lines.findIndex((line, index) => index > at && (table ? /^└/.test(lines[index - 1]) : until?.test(line)));
  const end = after === -1 ? lines.length : after;
  return end - at > rows ? [...lines.slice(at, at + rows), '…'] : lines.slice(at, end);
}

function fence(text) {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}

/** Lines of the source's text are joined; blocks stay as they are. */
function paragraphs(...parts) {
  const joined = parts
    .filter((part) => part !== '')
    .map((part) => (/^(```|[|<])|\n\n/.test(part) ? part : part.replace(/\n +/g, '\n')));
  return `${joined.join('\n\n')}\n`;
}
