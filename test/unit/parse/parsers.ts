import { readdirSync } from 'node:fs';

const folder = new URL('../../../src/parse/', import.meta.url);
const modules = await Promise.all(readdirSync(folder).map((file): Promise<object> => import(new URL(file, folder).href)));
/** Classes are left out: each has a function beside it that takes a whole text through it. */
const isFunction = (entry: [string, unknown]): entry is [string, (...values: unknown[]) => unknown] =>
  typeof entry[1] === 'function' && !/^class\b/.test(String(entry[1]));
const functions = new Map(modules.flatMap((module) => Object.entries(module)).filter(isFunction));

/** Every function that a module of src/parse exports, sorted. */
export const functionNames = [...functions.keys()].sort();

const latin1 = (text: string) => Buffer.from(text, 'latin1');
/** What a function gets for a text that does not take it as its one argument. */
const argumentsFor: Record<string, (text: string) => unknown[]> = {
  parseTask: (text) => [text, ['total_vm', 'rss', 'name']],
  mimallocMeans: (text) => ['reserve_os_memory', '1 KiB', text],
  parseLoadOutput: (text) => ['vegeta', text],
  figuresOf: (text) => [{ requests: text.length }],
  numberAt: (text) => [text, 'requests'],
  parseMavenSettings: (text) => [text, {}],
  parseStatusLine: (text) => [text, 'NSpid'],
  sectionOf: (text) => [text, 'Heap:'],
  parseStrace: (text) => [text.split('\n')],
  classifyPage: (text) => [latin1(text)],
  excerptOf: (text) => [latin1(text)],
  latin1: (text) => [latin1(text)],
  isPrintable: (text) => [text.charCodeAt(0)],
  textOf: (text) => [latin1(text)],
  toHex: (text) => [latin1(text)],
  parsePageSize: (text) => [latin1(text)],
  parsePerfData: (text) => [latin1(text)],
  nameCommand: (text) => [text.split(' '), true],
  tellsMain: (text) => [text.split(' ')],
  isShell: (text) => [text.split(' ')],
  isAnonymous: (text) => [{ path: text, perms: 'rw-p' }],
  mayBeOfEndedThread: (text) => ['cgroup', text],
  parseCoreCounters: (text) => [new Map([[text, text]])],
  parseInitialStack: (text) => [latin1(text), 'java -jar'],
  parseClassCounters: (text) => [new Map([[text, text]])],
  joinThreadTexts: (text) => ['status', text, text],
};

export function call(name: string, ...values: unknown[]): unknown {
  return functions.get(name)?.(...values);
}

/** Of those that take or give one value after the other: all of them. */
const wholly: Record<string, (text: string) => unknown> = {
  parseKernelLog: (text) => [...(call('parseKernelLog', text, { nowMs: 0 }) as Iterable<unknown>)],
  parseOomReports: (text) =>
    call(
      'parseOomReports',
      text.split('\n').map((line) => ({ text: line })),
    ),
};

export function callWithText(name: string, text: string): unknown {
  const whole = wholly[name];
  if (whole) return whole(text);
  return call(name, ...(argumentsFor[name]?.(text) ?? [text]));
}
