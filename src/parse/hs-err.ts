import type { DeathFailure } from '../model/dead.ts';
import { present } from '../model/present.ts';
import { printableName } from '../model/printable.ts';
import { parseAddress } from './address-range.ts';
import { linesOf, matchLine, matchLines } from './lines.ts';

/** How a report begins (jdk: vmError.cpp, VMError::report): it is looked for in the first lines. */
const beginnings = [
  '# There is insufficient memory for the Java Runtime Environment to continue.',
  '# A fatal error has been detected by the Java Runtime Environment:',
];
const headBytes = 8192;

/** Whether a text begins as an error report of HotSpot does. */
export function isHsErr(text: string): boolean {
  const head = text.slice(0, headBytes);
  return beginnings.some((beginning) => head.includes(beginning));
}

/** The lines below a heading that stands alone, up to the next empty line; empty where there is none. */
export function sectionOf(text: string, heading: string): string {
  const found = text.indexOf(`\n${heading}`);
  if (found < 0) return '';
  const lineEnd = text.indexOf('\n', found + 1);
  if (lineEnd < 0) return '';
  const end = text.indexOf('\n\n', lineEnd);
  return text.slice(lineEnd + 1, end < 0 ? text.length : end + 1);
}

/** What the head of a report tells: why it was written, by whom and when. */
export interface HsErrHead {
  failure: DeathFailure;
  pid?: number;
  /** As VM.version prints it: `17.0.15+6`, `8.0_392`. */
  version?: string;
  /** The whole line behind `Java VM:`. */
  vm?: string;
  uptimeMs?: number;
  /** As the report has it. */
  endedAt?: string;
  /** Its last line is there, of JDK 8 `elapsed time: …`: the JVM was not ended while it wrote. */
  isWhole: boolean;
}

export function parseHsErrHead(text: string): HsErrHead {
  const head = text.slice(0, headBytes);
  const pid = matchLine(head, /^# .*\bpid=(\d{1,10}), tid=/)?.[1];
  const version = versionOf(head);
  const vm = matchLine(head, /^# Java VM: (.*)/)?.[1];
  const seconds = matchLine(text, /(?:^| )elapsed time: (\d{1,12}(?:\.\d{1,9})?) seconds/)?.[1];
  const endedAt = matchLine(text, /^[Tt]ime: (\S.{0,60}?)(?: elapsed time: |$)/)?.[1];
  return {
    failure: { ...failureOf(head), ...present('outOfMemoryErrors', outOfMemoryErrors(text)) },
    ...(pid === undefined ? {} : { pid: Number(pid) }),
    ...(version === undefined ? {} : { version: printableName(version) }),
    ...(vm === undefined ? {} : { vm: printableName(vm) }),
    ...(seconds === undefined ? {} : { uptimeMs: Math.round(Number(seconds) * 1000) }),
    ...(endedAt === undefined ? {} : { endedAt: printableName(endedAt.trim()) }),
    isWhole: /\n(?:END\.?|elapsed time: [^\n]{1,80})\s*$/.test(text.slice(-256)),
  };
}

/** `# JRE version: OpenJDK Runtime Environment (17.0.15+6) (build …)`; of JDK 8 `(8.0_392-b08)`. */
function versionOf(head: string): string | undefined {
  const inBrackets = matchLine(head, /^# JRE version: [^(]*\(([^()]{1,80})\)/)?.[1];
  return inBrackets?.replace(/^(8\.0_\d+)-b\d+$/, '$1');
}

/** Since JDK 22 `Error detail: …` is a sentence of its own, before `for …`. */
const nativeLine =
  /^# Native memory allocation \((mmap|malloc)\) failed to (?:map|allocate) (\d{1,19}) bytes(?: for |\. Error detail: )?(.*)/;
const signalLine = /^# +((?:SIG[A-Z]+|Internal Error|Out of Memory Error|[A-Z]\w*(?: \w+)* \(0x[0-9a-f]+\))\b.*)/;
const ofThread = /\bthread\b/i;

function failureOf(head: string): DeathFailure {
  const native = matchLine(head, nativeLine);
  if (native) {
    const [line, way, bytes, purpose = ''] = native;
    return {
      kind: 'native',
      message: sentence(line),
      way: way === 'malloc' ? 'malloc' : 'mmap',
      askedBytes: Number(bytes),
      ...(purpose.trim() === '' ? {} : { purpose: printableName(purpose.trim().replace(/\.$/, '')) }),
    };
  }
  const java = matchLine(head, /OutOfMemory encountered: (.*)/)?.[1];
  if (java !== undefined) return { kind: 'java', message: printableName(java.trim()) };
  if (head.includes(beginnings[0] as string)) {
    // Without a size: `# Cannot create worker GC thread. Out of system resources.`
    const detail = afterLine(head, beginnings[0] as string);
    return { kind: 'native', message: sentence(detail), ...(ofThread.test(detail) ? { way: 'thread' as const } : {}) };
  }
  const [, what = 'a fault of the JVM'] = matchLine(head, signalLine) ?? [];
  const detail = matchLine(head, /^# +((?:fatal error|guarantee|assert|Error): ?.*)/)?.[1];
  const frame = afterLine(head, '# Problematic frame:').replace(/^# */, '').trim();
  return {
    kind: 'crash',
    message: printableName([what.replace(/, pid=\d+, tid=\S+.*/, ''), ...(detail === undefined ? [] : [detail])].join(': ')),
    ...(frame === '' ? {} : { frame: printableName(frame) }),
  };
}

/** `OutOfMemoryError java_heap_errors=2`; absent where there were none (jdk: exceptions.cpp, print_exception_counts_on_error). */
function outOfMemoryErrors(text: string): number | undefined {
  const lines = [
    ...matchLines(sectionOf(text, 'OutOfMemory and StackOverflow Exception counts:'), /^OutOfMemoryError \w{1,40}=(\d{1,9})$/),
  ];
  return lines.length === 0 ? undefined : lines.reduce((sum, [, digits]) => sum + Number(digits), 0);
}

function afterLine(head: string, line: string): string {
  const at = head.indexOf(`${line}\n`);
  if (at < 0) return '';
  const from = at + line.length + 1;
  const end = head.indexOf('\n', from);
  return head.slice(from, end < 0 ? undefined : end);
}

function sentence(line: string): string {
  return printableName(line.replace(/^#\s*/, '').trim());
}

/** A thread with the addresses of its stack, where the report has them. */
export interface HsErrThread {
  name: string;
  /** In the JVM's own pid namespace; 0 where it is not told. */
  nativeId: number;
  isJava: boolean;
  stack?: { start: number; end: number };
}

/** As many as the doctor looks for in a living process. */
const maxThreads = 32_768;
const threadLine = /^(?:=>| {2})?0x[0-9a-f]+\s+(\w{1,80})\b/;

/** Java's own threads and the JVM's (jdk: threads.cpp, Threads::print_on_error; thread.cpp, Thread::print_on_error). */
export function parseHsErrThreads(text: string): HsErrThread[] {
  const lines = [...linesOf(sectionOf(text, 'Java Threads:')), ...linesOf(sectionOf(text, 'Other Threads:'))];
  return lines.slice(0, maxThreads).flatMap((line) => threadOf(line) ?? []);
}

function threadOf(line: string): HsErrThread | undefined {
  const type = threadLine.exec(line)?.[1];
  if (type === undefined) return undefined;
  const nameEnd = line.lastIndexOf('"');
  const nameStart = line.indexOf('"');
  const name = nameStart >= 0 && nameEnd > nameStart ? line.slice(nameStart + 1, nameEnd) : type;
  const rest = line.slice(Math.max(0, nameEnd));
  const stack = /\bstack(?:: |\()(0x[0-9a-f]{1,16}),(0x[0-9a-f]{1,16})/.exec(rest);
  const id = /\bid=(\d{1,10})\b/.exec(rest)?.[1];
  return {
    name: printableName(name),
    nativeId: Number(id ?? 0),
    isJava: type === 'JavaThread' || type.endsWith('JavaThread') || type === 'CompilerThread',
    ...(stack ? { stack: { start: parseAddress(stack[1]), end: parseAddress(stack[2]) } } : {}),
  };
}
