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
    `A service with a 4 GB heap took 7 GB. Its authors went through a dozen tools until they knew why, and
    [wrote it down](https://tech.meituan.com/2019/01/03/spring-boot-native-memory-leak.html): a scanner read every class of a Spring Boot fat jar, the loader
    left each Inflater to the GC, and when the GC had come glibc kept what was freed. This page does it again with today's software, and puts beside each of
    their tools the command that answers now.`,
    `**Measured** ${startedAt?.slice(0, 10)} by \`npm run article${mode === 'quick' ? ' -- --quick' : ''}\`: JDK ${host?.jdk?.version}, ${host?.libc}, Linux ${host?.kernel}, ${host?.cpus} CPUs.
    The program is [java-repro/spring-boot](../java-repro/README.md#a-real-fat-jar): ${integer(glibc.value(streams))} classes of 153 jars, read by Reflections through the
    loader of the release that packed and started it. The JVM has the article's flags, and one more, \`-Xmn2g\`: its young generation takes the whole scan, as the
    service's did until its first GC. Sizes are MiB; *native RSS* is RSS without the resident Java heap, from one reading of \`smaps\`. Raw results: \`article/results\` of the repository.`,
    fence(`java ${jvmFlags.join(' ')} \\\n  -jar app.jar --scan=all|org.springframework.boot|none`),

    '## The answer',
    show('trim', { take: [/^\d.* MiB are/] }),
    `That is what \`offheap doctor PID\` says of the JVM after its GC, from outside and without stopping it. With \`--trim\` it tries its own advice:`,
    show('trim', { command: true, take: [/^Trim: /] }),
    'What follows is how the authors got there.',

    '## top: 4 GB of heap, and how much more?',
    `\`top\` shows RSS: ${of('glibc', rss('loaded'))} MiB after the scan, ${of('glibc', rss('collected'))} after the GC. What of it is whose, \`offheap doctor PID\` tells, adding up to RSS:`,
    show('doctor-scanned', { command: true, table: /^│ part / }),

    '## NMT: the JVM does not know',
    `The kernel counts ${of('glibc', rss('loaded'))} MiB. Native Memory Tracking sees what the JVM itself allocates, ${committedMib(chapters)} of them; zlib, called by \`libzip.so\`,
    calls malloc behind its back.`,
    show('nmt', { command: true, take: [/^Total:/] }),

    '## pmap: rows of 64 MB',
    `\`pmap\` shows mappings of 64 MB that no NMT report accounts for. They are heaps of glibc's arenas (\`HEAP_MAX_SIZE\`, malloc/arena.c): each arena but the first grows by
    reserving 64 MiB, aligned to 64 MiB, and makes it accessible piece by piece. Hence all of one size, whatever is in them. \`offheap histo\` reads the allocator's own
    structures, so it need not guess:`,
    show('histo-collected', { command: true, table: /^│ arena /, rows: 9 }),

    '## gperftools: 3 GB, then 700 MB',
    `Under gperftools the authors saw malloc's bytes climb to 3 GB and then drop to 700–800 MB and stay there, while RSS stayed up. That was no contradiction: a profiler counts blocks that
    are *live*, and the drop was the GC. \`libmeter.so\` counts live bytes in front of any allocator, at some nanoseconds a call, and \`compare\` draws them beside RSS:`,
    chart('curves.svg', 'RSS and live bytes of malloc during scan, GC and trim, by allocator'),
    `On glibc live bytes rise from ${of('glibc', live('baseline'))} to ${of('glibc', live('loaded'))} MiB and fall to ${of('glibc', live('collected'))} by the GC; native RSS goes from
    ${of('glibc', nativeRss('baseline'))} to ${of('glibc', nativeRss('loaded'))} and to ${of('glibc', nativeRss('collected'))}. (Fewer pages are resident than bytes are allocated: inflating a class touches a part of its 32 KB window.)`,

    '## strace, too late',
    'Attached to the running service, strace showed no suspicious request. There is none any more: what was reserved at the start is used again.',
    show('syscalls-idle', { command: true }),

    '## gdb: what is in there?',
    'The authors dumped a region with gdb and read it with `strings`: contents of jars. `--peek` reads a sample of the present pages of the largest mappings, and stops nobody:',
    show('peek', { command: true, table: /^│ mapping / }),

    '## strace, at the start',
    'So the memory comes from reading jars, and that happens at the start. Traced from there, one thread asks for one 64 MB region after another:',
    show('syscalls-start', { command: true, from: /heaps of glibc arenas/, until: /^$/, rows: 24 }),

    '## jstack and btrace: who?',
    'The id of that thread led to its Java stack, and from there to `Inflater`. async-profiler records the stack of each allocation; `--stacks` runs it from the start and shows what is still live after the scan:',
    show('stacks', { command: true, from: /stacks of .* live/, until: /^$/ }),
    `The constructor allocates the state, the first \`inflate\` the window. ${integer(glibc.value(inflaterBlocks))} states are there, for ${integer(glibc.value(streams))} streams.`,

    '## jmap: no Inflater left?',
    `\`jmap -histo:live\` collects before it counts, and \`jmap\` after a GC found hardly an Inflater. \`--census\` counts both sides before it: ${integer(glibc.value(inflaterObjects))} Inflaters in the heap of Java,
    ${integer(glibc.value(inflaterBlocks))} of zlib's states in that of malloc. After the GC both are gone. The doctor needs no count of Java objects for its verdict:`,
    show('doctor-scanned', { command: true, take: [/zlib states that only a GC can free/] }),

    '## A probe in finalize: it is called',
    'The authors replaced the Inflater to see its finalizer run: it did, and it called free. (Since JDK 9 a Cleaner does that.) `--gc` has the JVM collect and compares what was freed with what was predicted:',
    show('gc', { command: true, from: /^GC: /, until: /^$/ }),
    'Freed, and RSS did not move: the allocator keeps it.',

    '## MALLOC_ARENA_MAX: no effect',
    `As the article says: with one arena ${of('glibc-arena1', nativeRss('settled'))} MiB are left instead of ${of('glibc', nativeRss('settled'))}. It is not the number of arenas. The Inflaters of one scan lie side by side with a few blocks that stay; glibc
    returns the top of a heap by itself, and pages between live blocks only when \`malloc_trim\` is called. That is what helps: \`-XX:TrimNativeHeapInterval\` (\`glibc-trim\`) settles at ${of('glibc-trim', nativeRss('settled'))}.`,

    '## tcmalloc, and an allocator of their own',
    `tcmalloc keeps ${of('tcmalloc', nativeRss('settled'))} MiB. So the authors wrote an allocator that maps each block by itself and unmaps it when it is freed: nothing can be kept. offheap has it (\`mmap\`), made safe for
    threads and with counters; it settles at ${of('mmap', nativeRss('settled'))}. Their table, by allocator and by how much is scanned, with today's allocators and settings. Native RSS:`,
    allocatorTable(find, configurations),
    `*nothing* and *one package*: settled. *trimmed*: after \`System.trim_native_heap\`, glibc only. Settings of each configuration: \`offheap repro --help\`.`,
    chart('allocators.svg', 'Native RSS added by a scan, by configuration'),

    '## Why 800 MB asked for were 1.7 GB resident',
    pagesChapter(find),

    '## 2.0.5 did not fix it',
    `The article ends with the good news that 2.0.5 releases its Inflaters. It was meant to. Its \`JarFileEntries\` gives the stream an Inflater, and the constructor that receives it makes a second one; of the two one is ended. The
    other, never used, has a state but no window: 7 KB instead of 40 are left for each stream, up to 2.0.9. 2.1.0 is right. On glibc, all packages scanned:`,
    versionTable(find),
    `*Inflaters, Java*: objects in the heap, ended or not, reachable or not. *not ended*: states in the heap of malloc. *bytes a stream*: live malloc, the difference between all packages and one over that of their streams. *RSS*: native, since before the scan.
    A few hundred states are the launcher's, for manifests and the jar's own directory. What the JIT holds differs by some MiB from run to run, which is some hundred bytes a stream.`,
    chart('versions.svg', 'Native RSS added by a scan on glibc, by Spring Boot release'),

    '## Every release under every configuration',
    allTables(find, configurations),

    '## To have it again',
    fence(
      'npm run article              # everything\nnpm run article -- --quick   # in under ten minutes: what the text needs, glibc alone elsewhere',
    ),
    `It needs Maven, and 6 GB of memory. What an interruption has left is not measured again. \`npm run article -- --report\` writes this page anew from the raw results. They have no samples but of the runs that are drawn.`,
  );
}

/** By the JVM's own account. */
function committedMib({ nmt }) {
  const [, kib] = /^Total: .*committed=(\d+)KB/m.exec(nmt?.output ?? '') ?? [];
  return mib(kib === undefined ? undefined : Number(kib) * 1024);
}

function pagesChapter(find) {
  const mmap = find(leaky, 'all', 'mmap');
  if (mmap.reason) return mmap.reason;
  const at = (figure) => mmap.value(figure('loaded'));
  const settled = (figure) => mmap.value(figure('settled'));
  const rise = (figure) => mib(mmap.value(growth(figure, 'loaded', 'baseline')));
  return `Their allocator was asked for 800 MB, held 536,000 pages, which is 2 GB, and 1.7 GB were resident. The same arithmetic by the counters of \`mmap\`, at the end of the scan:
  ${mib(at(live))} MiB asked for; rounded up to pages of 4 KiB that is ${mib(at(mapped))} MiB, ${integer(at(mapped) / pageBytes)} pages. Mapped is not resident: a page counts from its first touch. Since before the scan
  the mapped bytes grew by ${rise(mapped)} MiB and native RSS by ${rise(nativeRss)}. 800 MB in 536,000 pages are 1.6 KB a page, so most of the article's blocks were smaller than one, and rounding up more than doubled them. Here most bytes are windows of 32 KB, of which a class touches a part.
  What is left after the GC shows what they paid: ${mib(settled(live))} MiB of small blocks that live on hold ${integer(settled(mapped) / pageBytes)} pages, ${mib(settled(mapped))} MiB. Hence \`mmap\` settles above glibc's trimmed heap, though it keeps nothing.`;
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
