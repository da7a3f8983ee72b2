/** What may be repeated, and what may stand before it: of a parser's own pattern. What every parser gets besides is in `everyones`. */
export interface Pieces {
  repeated?: readonly string[];
  before?: readonly string[];
}

const everyones = [' ', '\n', '1', 'a', 'A', '(', '"', 'a '];
/** A pattern that was near its end fails here: at the first of the two where it takes a carriage return for the end of a line. */
const afters = ['', '\r!'];

export interface WorstText {
  /** For a person. */
  name: string;
  text: string;
}

/** A text of `bytes` bytes for each piece, after each beginning and before each end. */
export function worstTexts({ repeated = [], before = [] }: Pieces, bytes: number): WorstText[] {
  return [...everyones, ...repeated].flatMap((piece) =>
    ['', ...before].flatMap((start) =>
      afters.map((after) => ({
        name: JSON.stringify([start, piece, after]),
        text: start + piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes) + after,
      })),
    ),
  );
}

const mapping = '7f00-7f01 r--p 0 0:0 1';
const threadHeader = '"a" #1 nid=1 [0x1]';

/** Of smaps, which no function of src/parse takes. */
export const smapsPieces: Pieces = {
  repeated: [`${mapping} /a\n`, `${mapping} /a\nRss: 1 kB\n`, 'Rss:', 'Rss:\n', '\\012', 'VmFlags: a\n'],
  before: [mapping, `${mapping} `, `${mapping} /`, `${mapping} /a\nRss:`, `${mapping} /a\nVmFlags:`],
};

/** By name of the function: what its pattern is made of. A function that takes no text has its own entry in the test. */
export const pieces: Readonly<Record<string, Pieces>> = {
  parseAllocatorReply: {
    repeated: ['allocator a\n', 'option.a b\n', 'dirtyBytes 1\n', 'purgeNs 1\n', 'after\n'],
    before: ['offheap-allocator 1\n', 'offheap-allocator 1\nallocator a\n', 'offheap-allocator 1\nallocator '],
  },
  parseGlibcBanner: {
    repeated: ['GNU C Library ', 'GNU C Library version ', 'version 2.', '"name":"glibc","version":"'],
    before: ['GNU C Library ', 'GNU C Library version ', '"name":"glibc","version":"1'],
  },
  parseTunables: { repeated: ['glibc.a', 'glibc.a: 1\n'], before: ['glibc.', 'glibc.a: ', 'glibc.a: 0x'] },
  parseJemallocOptions: {
    repeated: ['"version":', '"opt":', '"opt":{', '<jemalloc>: \n'],
    before: ['"version":', '"version":"', '"opt":', '"opt":{'],
  },
  parseMimallocOptions: { repeated: ["mimalloc: option 'a': 1\n"], before: ["mimalloc: option '", "mimalloc: option 'a': "] },
  mimallocMeans: { repeated: ['k', 'kib'], before: ['1', '1k'] },
  parseClassHistogram: { repeated: ['1: ', ' 1: 1 1 a\n'], before: [' ', '1: ', '1: 1', '1: 1 1 '] },
  parseCodeCache: {
    repeated: ['CodeCache: size=1Kb used=1Kb\n', "CodeHeap 'a", 'full_count=', 'full_count=1\n'],
    before: ['CodeCache: size=', "CodeHeap '", "CodeHeap 'a': size=1Kb used="],
  },
  parseCollapsedStacks: { repeated: ['a;', 'a 1\n', ' 1'], before: ['a ', 'a;'] },
  parseContainerPlace: {
    repeated: ['1:', '/', '-pod', 'pod1', ':', '-', '1::/\n'],
    before: ['1:', '1::', '1::/', '1::/pod', '1::-'],
  },
  parseCompiles: {
    repeated: ['"a" \n   Compiling: 1 a::b (1 bytes)\n', '::', '(1 ', 'bytes) ', '(1 bytes)'],
    before: ['"', '"a" \n   Compiling: ', '"a" \n   Compiling: 1 a::b ', '"a" \n   Compiling: 1 a::b ('],
  },
  fieldsAfterName: { repeated: [') ', '1 '], before: ['1 (a', '1 (a) '] },
  isAnonymous: { repeated: ['[anon', '/'], before: ['[', '[anon:', '/'] },
  joinThreadTexts: { repeated: ['Pid:', 'Pid:\n', 'Name:\n'], before: ['Pid:', 'Name:\t'] },
  mayBeOfEndedThread: { repeated: ['1:', '1:a:/\n', ':'], before: ['1', '1:', '1:a'] },
  parsePressure: {
    repeated: ['some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n', 'some ', '0.00 '],
    before: ['some avg10=', 'full avg10=0.00 avg60=0.00 avg300=0.00 total='],
  },
  parseMemoryStat: { repeated: ['a 1\n', 'total_', '1 '], before: ['a', 'a ', 'total_a '] },
  parseHeapInfo: {
    repeated: ['total ', 'used ', 'total [', '[0x1, ', 'total 1K, used 1K ', 'total 1K\n', 'space ', '1M committed, ', 'ZHeap '],
    before: ['total ', ' - ', ' - [0x', 'total [0x', 'total reserved ', ' Metaspace ', 'Metaspace used ', 'ZHeap used '],
  },
  parseJavaSettings: { repeated: [' java.version = 1\n', ' java.'], before: [' java.', ' java.home = '] },
  parseFlagNames: { repeated: ['a a', 'a a =\n'], before: ['a', 'a ', 'a a'] },
  isHsErr: { repeated: ['# There is insufficient memory', '#\n'] },
  sectionOf: { repeated: ['\nHeap:', '\nHeap:\n', '\n\n'], before: ['\nHeap:\n'] },
  parseHsErrHead: {
    repeated: [
      '# Native memory allocation (mmap) failed to map 1 bytes for a\n',
      '#  A b',
      '#  A b (0x',
      '# Problematic frame:\n',
      '# a pid=1, tid=1\n',
      ' elapsed time: 1 seconds',
      'time: a',
      '# JRE version: (',
    ],
    before: [
      '# JRE version: ',
      '# Native memory allocation (mmap) failed to map 1',
      '#  ',
      'Time: ',
      '# OutOfMemory encountered: ',
      '\nEND',
    ],
  },
  parseHsErrThreads: {
    repeated: ['  0x1 JavaThread "a" [id=1, stack(0x1,0x2)]\n', '0x1 JavaThread "', 'stack(0x1,', '"'],
    before: [
      '\nJava Threads: ( => current thread )\n',
      '\nOther Threads:\n  0x1 ',
      '\nJava Threads:\n=>0x1 JavaThread "a" [stack(',
    ],
  },
  parseHsErrSettings: {
    repeated: ['jvm_args: -XX:+A ', '   bool A = true {product}\n', 'A=b\n', '-XX:A=1 '],
    before: ['\nVM Arguments:\njvm_args: ', '\n[Global flags]\n bool A = ', '\n[Global flags]\n', '\nEnvironment Variables:\n'],
  },
  parseHsErrLimits: {
    repeated: ['rlimit: AS 1k, ', 'AS 1k', '\n/proc/sys/vm/max_map_count (a): 1\n', 'MemTotal: 1 kB\n', 'memory_limit: 1 k\n'],
    before: [
      'rlimit (soft/hard): ',
      '\n/proc/sys/vm/max_map_count ',
      '\n/proc/meminfo:\n',
      '\ncontainer (cgroup) information:\nmemory_limit_in_bytes: ',
      '\nProcess Memory:\nResident Set Size: 1',
      '\nProcess Memory:\nC-Heap outstanding allocations: 1K, retained: 1',
    ],
  },
  parseJfrEvents: {
    repeated: ['"type": "a"\n', '"a": {\n', '}\n', '"a": 1\n', '"a": "b"\n', '\\', ', '],
    before: ['"type": "a"\n', '"type": "a"\n"values": {\n', '"type": "a"\n"a": "', '"type": "', '"a": 1'],
  },
  parseMapsEntry: { repeated: ['a-', ' (deleted)', '\\012'], before: ['a', 'a-', `${mapping} `, `${mapping} /`] },
  parseMaps: { repeated: [`${mapping} /a\n`, '\\012'], before: ['a', 'a-', mapping, `${mapping} `] },
  parseMappedFiles: { repeated: [`${mapping} /a\n`, ' /', ' /\n'], before: ['a', 'a-', mapping, `${mapping} `, `${mapping} /`] },
  parseMavenSettings: {
    repeated: ['<a>', '<a/>', '${', '<mirror>', '<mirror/>', '&amp;', '&', '<![CDATA[', '<!--', '<?a', '<a b="c">', '</a>'],
    before: [
      '<settings>',
      '<settings><localRepository>',
      '<settings><localRepository>${',
      '<',
      '<a ',
      '<a b="',
      '<!DOCTYPE a [',
      '<!--',
    ],
  },
  parseCpuTimes: { repeated: ['cpu  ', '1 ', 'cpu 1 2 3 4 5 6 7 8\n'], before: ['cpu  ', 'cpu  1 2 3 4 5 6 7 8 '] },
  parseLoadAverage: { repeated: ['1.00 ', '1'], before: ['1', '1.00'] },
  parseCpuPressureMs: {
    repeated: ['some avg10=', 'some avg10=1.00 avg60=1.00 avg300=1.00 total=1\n', 'avg60='],
    before: ['some avg10=', 'some avg10=1 avg60=1 avg300=1 total='],
  },
  parseThrottling: {
    repeated: ['nr_periods 1\n', 'nr_throttled 1\n', 'throttled_usec 1\n'],
    before: ['nr_periods ', 'throttled_time '],
  },
  parseFamilyCpuMs: { repeated: [')', ') '], before: ['1 (a'] },
  figuresOf: {},
  numberAt: {},
  parseWrk: {
    repeated: ['50%  1.00ms\n', '1 requests in 1', 'Non-2xx or 3xx responses: ', 'Requests/sec: 1.00\n'],
    before: ['    50%', '  1 requests in ', '  Socket errors: connect 1, read 1, write 1, timeout ', 'Requests/sec:  '],
  },
  parseHey: {
    repeated: ['  50% in 1.0 secs\n', '  [200]\t1 responses\n', 'Error distribution:\n', '  [1]\ta\n'],
    before: ['  Requests/sec:\t', '  50% in ', '  [200]\t', 'Error distribution:\n'],
  },
  parseVegeta: {
    repeated: ['200:1 ', '1ms, ', '{"a":', '\n{', '}'],
    before: [
      'Requests      [total, rate, throughput]  1, 1, 1\nStatus Codes  [code:count]  ',
      'Requests      [total, rate, throughput]  1, 1, 1\nLatencies     [min, mean, 50, 90, 95, 99, max]  ',
      '{"latencies":{',
    ],
  },
  parseLoadOutput: { repeated: ['{"a":', '\n{', '}'], before: ['{"latencies":{'] },
  parseK6: {
    repeated: ['http_reqs', '.', 'med=1ms ', '\n{', '}'],
    before: ['http_reqs....: 1 1/s\nhttp_req_duration....: ', 'http_reqs....: 1 1/s\nhttp_req_failed.....: 1% ', 'http_reqs....: '],
  },
  parseJmeter: {
    repeated: ['1,1,true\n', '"', '"",', '"a"', ',', 'summary = '],
    before: ['timeStamp,elapsed,success\n', 'timeStamp,elapsed,success\n1,1,"', 'summary = 1 in 1 = 1/s Avg: '],
  },
  lastJsonOf: { repeated: ['{', '\n{', '}', '{"a":', '[', '\n{}'], before: ['{', '\n{'] },
  parseGoDurationMs: { repeated: ['1h', '1m', '1s', '1.'], before: ['1h', '1m1'] },
  parseMetricLine: {
    repeated: ['.', 'e', 'e1', '-'],
    before: ['@metric ', '@metric a=', '@metric a=1', '@metric a=1.', '@metric a=1 better='],
  },
  parseHidePid: {
    repeated: ['hidepid=', ',hidepid=2', '1 1 0:1 / /proc '],
    before: ['1 1 0:1 / /proc rw - proc proc rw,', '1 1 0:1 / /proc '],
  },
  parseEngineList: { repeated: ['[', '{"Id":', '{"Names":['], before: ['[', '[{"Names":["', '[{"Names":["k8s_'] },
  parseDockerConfig: { repeated: ['{"Name":', '/'], before: ['{"ID":"', '{"Name":"'] },
  parseStorageList: { repeated: ['[', '{"id":', '{"names":['], before: ['[', '[{"names":["', '[{"names":["k8s_'] },
  parseBundle: { repeated: ['{"annotations":', '{'], before: ['{"annotations":{"'] },
  parseLogName: { repeated: ['_', 'a_', '-', '0', '-0'], before: ['a_b_', 'a_b_c-'] },
  parsePodFolder: { repeated: ['_', 'a_', '-', '0'], before: ['a_b_'] },
  parseMountInfo: {
    repeated: ['1 1 1:1 / / rw - a b c\n', ' -', ',', '\\040'],
    before: ['1 1 1:1 / ', '1 1 1:1 / / ', '1 1 1:1 / / rw '],
  },
  parseCounted: { repeated: ['memory: ', 'usage 1kB, '], before: ['memory: usage ', 'memory: usage 1kB, limit 1kB, failcnt '] },
  parseHostMemory: { repeated: ['1 pages RAM'], before: ['Free swap  = ', 'Total swap = 1'] },
  parseKilled: {
    repeated: ['Killed process 1', ') total-vm:', '(a) total-vm:', ', UID 1, ('],
    before: [
      'Killed process ',
      'Killed process 1 (',
      'Out of memory: Killed process 1 (',
      'Killed process 1 (a) total-vm:1kB, anon-rss:',
    ],
  },
  parseChosenVictim: { repeated: [') score ', 'Kill process 1 ('], before: ['Out of memory: ', 'Out of memory: Kill process 1 ('] },
  parseReaped: { repeated: ['), now ', '('], before: ['oom_reaper: reaped process 1', 'oom_reaper: reaped process 1 ('] },
  parseSummary: {
    repeated: [',task=', ',pid=1', ',task_memcg=/a', ',oom_memcg=/a', ',mems_allowed=1', '1-'],
    before: ['oom-kill:constraint=', 'oom-kill:constraint=CONSTRAINT_MEMCG,', 'oom-kill:constraint=CONSTRAINT_NONE,mems_allowed='],
  },
  parseTaskHeader: { repeated: ['rss ', 'a_'], before: ['[ pid ] uid tgid ', '[ pid ]', '['] },
  parseTask: { repeated: ['1 ', '[1] 1 1 1 a'], before: ['[', '[1]', '[1] 1 1 ', '[1] 1 1 1 1 '] },
  parseKernelLog: {
    repeated: ['[ 1.000000] a\n', '\\x0a', '<6>', 'a: kernel: ', ' a\n', '1,1,1,-;a\\x0a\n', 'Jan  1 00:00:00 a kernel: b\n'],
    before: [
      '1,1,1,-;',
      '[ 1.000000]',
      '[ 1.000000] a kernel: ',
      '[Thu Jan  1 00:00:00 2026] ',
      '2026-01-01T00:00:00Z ',
      'Jan  1 00:00:00 ',
      'a: kern: info: ',
    ],
  },
  parseOomReports: {
    repeated: [
      ' invoked oom-killer: ',
      'a invoked oom-killer: gfp\n',
      'Memory cgroup stats for /a: cache:1KB rss:1KB\n',
      'cache:1KB ',
      ': cache:',
      '[ pid ] uid tgid rss name\n[1] 1 1 1 a\n',
      'Killed process 1 (a) total-vm:1kB\n',
      'memory: usage 1kB, limit 1kB, failcnt 1\n',
      'oom_reaper: reaped process 1 (a), now anon-rss:1kB\n',
      'anon 1\n',
    ],
    before: [
      'a invoked oom-killer: \n',
      'CPU: 1 PID: 1 Comm: ',
      'Task in ',
      'Tasks in ',
      'Memory cgroup stats for ',
      'Memory cgroup stats for /a:\n',
    ],
  },
  parseNmtTotal: { repeated: ['Total:', 'Total: ', 'Total:\n', 'reserved='], before: ['Total:', 'Total: reserved='] },
  parseNmtSummary: {
    repeated: [
      '- ',
      '-  a (',
      '-  a (reserved=1, committed=1)\n',
      '(malloc=1 tag=',
      '(malloc=',
      '(mmap: ',
      '(arena=1',
      ' (reserved=',
      '\n- a',
    ],
    before: ['-  a', '- ', '-  a (reserved=1, committed=1)\n', '-  a (reserved=1, committed=1)\n(malloc=1 tag='].map(
      (text) => `Total: reserved=1, committed=1\n${text}`,
    ),
  },
  parseNmtRanges: {
    repeated: ['[0x1 - 0x2] reserved 1 for a from\n', ' from', 'KB', '0x1'],
    before: ['[0x', '[0x1 - 0x', '[0x1 - 0x2] reserved ', '[0x1 - 0x2] reserved 1 for ', '[0x1 - 0x2] reserved 1 for a'],
  },
  classifyPage: { repeated: ['a/', 'a/A', 'a/a/A', 'aA', '\xca\xfe\xba\xbe', '\xca', 'PK', '\x7fEL'], before: ['a/', 'a/b/'] },
  excerptOf: { repeated: ['a\0', '\x7f'] },
  escapeBytes: { repeated: ['\0', '\\x'] },
  parsePhaseLine: {
    repeated: [' a=1', '=', ' a', ' a=', '-'],
    before: ['@phase ', '@phase a', '@phase a ', '@phase a b=', '@phase a b=1'],
  },
  parseKiBFields: { repeated: ['a: 1 kB\n', 'a:', 'a:\n'], before: ['a', 'a:', 'a: 1'] },
  parseResidentBytes: { repeated: ['VmRSS: 1 kB\n', 'VmRSS:', 'HugetlbPages:'], before: ['VmRSS:', 'VmRSS: 1'] },
  parseStatusLine: { repeated: ['NSpid:', 'NSpid:\n'], before: ['NSpid:'] },
  parseEffectiveIds: { repeated: ['Uid:', 'Uid:\n', 'Uid:1 '], before: ['Uid:', 'Gid:'] },
  parseInnermostId: { repeated: ['NSpid:', 'NSpid:\n'], before: ['NSpid:'] },
  parseChosen: { repeated: ['[', '[a]', ']', '+'], before: ['[', '[a'] },
  parseEnviron: { repeated: ['a=\0', '=', '\0', 'glibc.a=1\0'], before: ['a=', 'GLIBC_TUNABLES=\0'] },
  parseMappedName: { repeated: ['\\012', ' (deleted)'], before: ['/'] },
  parseStat: { repeated: [')', ') '], before: ['1 (a'] },
  parsePulse: { repeated: [')', ') '], before: ['1 (a'] },
  parseParentPid: { repeated: [')', ') '], before: ['1 (a'] },
  parseResourceUse: { repeated: [')', ') '], before: ['1 (a'] },
  parseStrace: {
    repeated: [
      '1 1.1 brk(0) = 0\n',
      ') = ',
      ')',
      '(',
      ', ',
      'PROT_',
      '|',
      '\\1',
      '\\x41',
      '\\"',
      '1 1.1 brk(0 <unfinished ...>\n',
      ' <unfinished ...>',
    ],
    before: [
      '1 ',
      '1 1.',
      '1 1.1 <... brk resumed>',
      '1 1.1 brk(',
      '1 1.1 brk(0)',
      '1 1.1 mprotect(, ',
      '1 1.1 mmap(NULL, 1, a, a, ',
      '1 1.1 prctl(PR_SET_NAME, "',
    ],
  },
  parseReferenceThreads: {
    repeated: [`${threadHeader}\n`, '\tat a(\n', ' cpu=1', ' cpu=1ms ', '\tat jdk.internal.ref.CleanerImpl.run(\n', '"a" nid=1\n'],
    before: [
      '"',
      `${threadHeader} cpu=`,
      `${threadHeader}\n\tat jdk.internal.ref.CleanerImpl.run(\n`,
      '   java.lang.Thread.State: ',
    ],
  },
  parseFinalizerInfo: { repeated: ['1 a\n', '1 '], before: ['1', ' 1', '1 a'] },
  parseThreadHeader: { repeated: ['" nid=', '"', ' nid=1', '[0x1', '" '], before: ['"', '"a" ', '"a" nid=1 [0x'] },
  parseThreadPrint: {
    repeated: ['" nid=', '"', ' nid=1', '[0x1', '" ', ' nid=', `${threadHeader}\n`, '"\n', '"" nid=1\n'],
    before: ['"', '"a" ', '"a" nid=', '"a" nid=1', '"a" nid=1 [0x'],
  },
  threadGroup: { repeated: ['1a'] },
  parseVmInfo: {
    repeated: ['Bits: [', 'Bits: [0x1, ', ' bounds [0x1, ', '# Java VM: \n', 'Bits: [0x1, 0x2)\n'],
    before: [
      '# Java VM: ',
      'Heap address: 0x',
      'Heap address: 0x1, size: ',
      'CDS archive(s) mapped at: [0x',
      ' bounds [0x',
      'Bits: [0x',
      'Card table byte_map: [0x',
    ],
  },
  parseVmVersion: { repeated: ['JDK ', 'JDK\n'], before: ['JDK '] },
  parseVmUptimeMs: { repeated: ['1.', '1 s', '1 s\n'], before: ['1', '1 '] },
  parseVmFlags: { repeated: ['-XX:', ' -XX:'], before: ['-XX:'] },
  parseCommandNames: { repeated: ['A.', 'A.a\n', 'Aa'], before: ['A', 'A.'] },
  parseMetaspaceCounts: {
    repeated: ['Total Usage ', 'Total Usage - 1'],
    before: ['Total Usage', 'Total Usage -', 'Total Usage - ', 'Total Usage - 1 loaders, '],
  },
  parseSystemMap: {
    repeated: ['0x1-0x2 ', '0x1', '0x1-0x2 1 rw-p 1 0 4K com ', '0x1-0x2 1 rw-p 1 0 4K com META -\n'],
    before: ['0x1-0x2 ', '0x1-0x2 1 ', '0x1-0x2 1 rw-p ', '0x1-0x2 1 rw-p 1 0 4K com '],
  },
  parseLoaderStats: { repeated: ['Total = ', 'Total = 1 ', 'Total = 1 1 \n'], before: ['Total = ', 'Total = 1', 'Total = 1 '] },
  nameCommand: { repeated: ['/', '\0', '-'], before: ['/'] },
  tellsMain: { repeated: ['/', '\0', '-'], before: ['/'] },
  isShell: { repeated: ['/', '/bash', '-sh'] },
  isJavaLauncher: { repeated: ['/', '/java', 'java'] },
};
