import type { Evidence, Fix, JvmEvidence } from '../model/doctor.ts';
import { isSince } from '../model/jdk-releases.ts';
import { bytesPerMiB, formatCount, formatMiB } from '../model/units.ts';
import { numberOfFlag } from '../parse/vm-texts.ts';
import { roundUp } from './java-flags.ts';

/** -XX:HugeMethodLimit: HotSpot compiles no method with more bytecode, unless it is told to. */
const hugeMethodBytes = 8000;
/** What C2 has without a flag (jdk: opto/c2_globals.hpp). */
const defaultNodeLimit = 80_000;
const defaultNodeReserve = 2000;
/** Enough for nearly every method: C2 takes some MiB for a large one. */
const memoryLimit = '64m';

/** What lets the JIT compiler take less, the least harm first. Each was tried (docs/doctor.md). */
export function compilerFixes({ jvm }: Evidence): Fix[] {
  if (!jvm) return [];
  return [...withoutHugeMethods(jvm), ...defaultNodes(jvm), ...limitMemory(jvm), ...excludeMethods(jvm)];
}

function withoutHugeMethods({ flags, compiles = [] }: JvmEvidence): Fix[] {
  // Who does not tell the size may be at a huge one: the flag is there for such methods alone.
  const isHuge = compiles.some(({ bytecodeBytes = Number.POSITIVE_INFINITY }) => bytecodeBytes > hugeMethodBytes);
  if (!isHuge || !flags.includes('-XX:-DontCompileHugeMethods')) return [];
  const action = `Leave methods of more than ${formatCount(hugeMethodBytes)} bytes of bytecode to the interpreter, as every JVM does that is not told otherwise. Take -XX:-DontCompileHugeMethods away, or set this after it on the command line:`;
  return [{ action, jvmFlags: ['-XX:+DontCompileHugeMethods'] }];
}

function defaultNodes({ flags }: JvmEvidence): Fix[] {
  const limit = numberOfFlag(flags, 'MaxNodeLimit');
  if (limit === undefined || limit <= defaultNodeLimit) return [];
  const reserve =
    numberOfFlag(flags, 'NodeLimitFudgeFactor') === undefined ? [] : [`-XX:NodeLimitFudgeFactor=${defaultNodeReserve}`];
  const action = `Give up methods at the usual ${formatCount(defaultNodeLimit)} nodes: -XX:MaxNodeLimit lets C2 go on to ${formatCount(limit)}.`;
  return [{ action, jvmFlags: [`-XX:MaxNodeLimit=${defaultNodeLimit}`, ...reserve] }];
}

/** The command is of JDK 22. */
function limitMemory({ version, flags }: JvmEvidence): Fix[] {
  if (!isSince(version, ['22']) || flags.some((flag) => /memlimit/i.test(flag))) return [];
  const action = `Let no compilation take more than ${memoryLimit}. A method that needs more is not compiled, and runs slower.`;
  return [{ action, jvmFlags: [`-XX:CompileCommand=MemLimit,*.*,${memoryLimit}`] }];
}

/** Only names that no shell, variable or pattern reads as something else. */
function excludeMethods({ compiles = [] }: JvmEvidence): Fix[] {
  const methods = [...new Set(compiles.map(({ method }) => method))].filter((method) => /^[\w./]+::\w+$/.test(method));
  if (methods.length === 0) return [];
  const action = `Exclude what is compiled now. The interpreter then runs it, many times slower; another method that is as large takes as much.`;
  return [{ action, jvmFlags: methods.map((method) => `-XX:CompileCommand=exclude,${method}`) }];
}

/** Below that a JVM of any size compiles what it needs. */
const leastCodeBytes = 48 * bytesPerMiB;

/** What lets a JVM have less compiled code. All cost speed, the last one most. */
export function codeCacheFixes({ jvm, command }: Evidence): Fix[] {
  if (!jvm) return [];
  return [...compileLess(command), ...withoutProfiles(jvm), ...smallerCache(jvm)];
}

function compileLess(command: readonly string[]): Fix[] {
  if (!command.includes('-Xcomp')) return [];
  const action =
    'Compile what is called often, and that alone. -Xcomp compiles each method at its first call: take it away, or set this after it on the command line:';
  return [{ action, jvmFlags: ['-Xmixed'] }];
}

/** Code with counters is larger than code without, and is thrown away when C2 has compiled the method. */
function withoutProfiles({ codeCache, flags }: JvmEvidence): Fix[] {
  const { profiledBytes = 0, usedBytes = 0 } = codeCache ?? {};
  if (profiledBytes === 0 || profiledBytes < usedBytes / 2 || flags.includes('-XX:-TieredCompilation')) return [];
  const action = `Compile by C2 alone: ${formatMiB(profiledBytes)} MiB are code with counters, which C1 makes for it. The program is slow for longer after its start.`;
  return [{ action, jvmFlags: ['-XX:-TieredCompilation'] }];
}

function smallerCache({ codeCache }: JvmEvidence): Fix[] {
  if (!codeCache) return [];
  const boundBytes = Math.max(leastCodeBytes, roundUp(codeCache.usedBytes / 2));
  if (boundBytes >= codeCache.usedBytes) return [];
  const action = `Bound it below what it has. When it is full, the JVM throws out code that is called little; where that is not enough it compiles nothing more, and the program becomes slow. Measure its speed.`;
  return [{ action, jvmFlags: [`-XX:ReservedCodeCacheSize=${boundBytes / bytesPerMiB}m`] }];
}
