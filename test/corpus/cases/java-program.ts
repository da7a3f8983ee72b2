import type { JavaProgram } from '../run.ts';

/** The releases with long support, of which the doctor is to say the same. */
export const everyJdk = [8, 11, 17, 21, 25];

/** Serial, and C1 alone: the JVM around the program is small. */
export const small = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

export const java = (name: string, flags: readonly string[], ...args: string[]): JavaProgram => ({
  java: name,
  flags,
  ...(args.length > 0 ? { arguments: args } : {}),
});
