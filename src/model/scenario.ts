import { z } from 'zod';
import { count, milliseconds } from './figures.ts';
import { loadFormats } from './load-format.ts';

/** The bundled scanner: it announces its phases and waits at each. */
const reproScenario = z.object({
  name: z.literal('java-repro'),
  /** Who ends the Inflaters: `leaky`, `half`, `fixed`, `jdk` or `spring-boot:VERSION`. */
  loader: z.string(),
  /** Of `spring-boot:VERSION`: the jar with its classes, which are driven directly, without an application. */
  loaderJar: z.string().optional(),
  /** How much is scanned: `none`, `package` or `all`. */
  scan: z.string(),
  /** What `package` scans. */
  package: z.string(),
  /** Threads that scan. */
  threads: count,
  /** How often everything is scanned. */
  passes: count,
  /** Streams opened in a pass. */
  streams: count,
  /** The Java heap, fixed and touched beforehand. */
  heapBytes: count,
  /** Idle time before the last measurement. */
  settleMs: milliseconds,
  /** The jar or the folder that is scanned. */
  jars: z.string(),
});
export type ReproScenario = z.infer<typeof reproScenario>;

/** A program of the user's. Its phases come from what is given here; where nothing is given, the program announces them by phase lines. */
const commandScenario = z.object({
  name: z.literal('command'),
  /** Program and arguments as given. */
  command: z.array(z.string()).min(1),
  /** When it is at its baseline: `tcp:PORT`, an http URL, or a regular expression that a line of its output matches. */
  ready: z.string().optional(),
  /** How long is waited at most, from then on, until RSS is steady. Absent: `baseline` is measured at once. */
  steadyMs: milliseconds.optional(),
  /** The command that puts it under load: program and arguments. */
  load: z.array(z.string()).min(1).optional(),
  /** Whose output the load's is, to be read for its figures. */
  loadFormat: z.enum(loadFormats).optional(),
  /** Without a load of offheap's: how long the burst is. */
  durationMs: milliseconds.optional(),
  /** Whether the JVM is asked to collect after the burst. */
  gc: z.boolean(),
  /** Idle time before the last measurement. */
  settleMs: milliseconds,
  /** Whether the program waits for a line on stdin at each phase that it announces. */
  step: z.boolean(),
  /** Run before the program of each cell is started: program and arguments. */
  prepare: z.array(z.string()).min(1).optional(),
  /** Run when the program of each cell has ended: program and arguments. */
  cleanup: z.array(z.string()).min(1).optional(),
  /** Cells of the reference that are run before all others, and thrown away. */
  warmups: count.optional(),
  /** How long it may take to end after SIGTERM. */
  graceMs: milliseconds,
});
export type CommandScenario = z.infer<typeof commandScenario>;

export const scenario = z.discriminatedUnion('name', [reproScenario, commandScenario]);
/** What is run: a program of the user’s, or the reproducer. */
export type Scenario = z.infer<typeof scenario>;
