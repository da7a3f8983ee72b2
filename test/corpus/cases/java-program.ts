import type { JavaProgram } from '../run.ts';

/** Serial, and C1 alone: the JVM around the program is small. */
export const small = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

export const java = (name: string, flags: readonly string[], ...args: string[]): JavaProgram => ({
  java: name,
  flags,
  ...(args.length > 0 ? { arguments: args } : {}),
});
