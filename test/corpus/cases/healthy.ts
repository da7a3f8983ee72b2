import type { Case } from '../cases.ts';

const twice = { truth: 'healthy', thenForMs: 3000 } as const;
const longer = { truth: 'healthy', thenForMs: 12_000 } as const;
const compilesSources = { java: 'CompilesSources', flags: ['-Xmx512m'] };
const freedByCollections = {
  java: 'GcSawtooth',
  flags: ['-XX:+UseSerialGC', '-Xms100m', '-Xmx100m', '-Xmn60m', '-XX:MaxDirectMemorySize=512m'],
};
const idle = (collector: string, jdks: readonly number[] = [17]): Case => ({
  name: `an idle JVM, ${collector}`,
  program: { java: 'Idle', flags: [`-XX:+Use${collector}GC`] },
  jdks,
  inSuite: true,
  ...twice,
});

const h2 = (queries: number) => ({ java: 'H2Database', flags: ['-Xmx256m'], jars: ['h2'], arguments: [String(queries)] });

/** Nothing is wrong with these, at one look and at two. */
export const healthyCases: readonly Case[] = [
  idle('G1', [17, 25]),
  idle('Z', [17, 25]),
  idle('Shenandoah'),
  idle('Parallel'),
  idle('Serial', [17, 25]),
  {
    name: 'a service that has answered',
    program: { java: 'HttpService', flags: ['-Dsun.net.httpserver.nodelay=true', '-Xmx256m'] },
    jdks: [17, 25],
    ...twice,
  },
  {
    name: 'a service that has answered, with NMT',
    program: { java: 'HttpService', flags: ['-Dsun.net.httpserver.nodelay=true', '-Xmx256m', '-XX:NativeMemoryTracking=summary'] },
    ...twice,
  },
  {
    name: 'class loaders of plugins that are let go',
    moves: true,
    program: { java: 'LoaderLeak', flags: ['-XX:+UseG1GC', '-Xmx128m'], arguments: ['let-go'] },
    jdks: [8, 17, 25],
    ...longer,
  },
  {
    name: 'a service that evaluates scripts of Groovy',
    moves: true,
    program: { java: 'GroovyService', flags: ['-Xmx256m'], jars: ['groovy'] },
    jdks: [17, 25],
    ...longer,
  },
  { name: 'H2 early in its life', moves: true, program: h2(1), jdks: [17, 25], ...twice },
  { name: 'H2 after 3,001 queries', moves: true, program: h2(3_001), ...twice },
  { name: 'H2 after 20,011 queries', moves: true, program: h2(20_011), ...twice },
  { name: 'a compiler at work', moves: true, program: compilesSources, jdks: [17, 25], ...twice },
  { name: 'batches of native blocks', moves: true, program: { java: 'Sawtooth', flags: ['-Xmx64m'] }, ...twice },
  { name: 'batches of malloc', moves: true, inSuite: true, program: { c: 'sawtooth' }, ...twice },
  {
    name: 'batches of native blocks, looked at for longer',
    moves: true,
    program: { java: 'Sawtooth', flags: ['-Xmx64m'] },
    ...longer,
  },
  { name: 'batches of malloc, looked at for longer', moves: true, program: { c: 'sawtooth' }, ...longer },
  {
    name: 'a compiler that begins to work, looked at for longer',
    moves: true,
    program: compilesSources,
    forMs: 12_000,
    truth: 'healthy',
  },
  { name: 'buffers that each collection frees', moves: true, program: freedByCollections, forMs: 12_000, truth: 'healthy' },
  { name: 'an idle service in Go', program: { go: 'idle' }, ...twice },
  { name: 'an idle service in Python', inSuite: true, program: { python: 'idle' }, ...twice },
  { name: 'an idle service in Node', inSuite: true, program: { node: 'idle' }, ...twice },
  { name: 'Redis with its keys', inSuite: true, program: { node: 'redis', arguments: ['full'] }, ...twice },
  { name: 'PostgreSQL', program: { node: 'postgres' }, ...twice },
];
