import { printable } from '../model/printable.ts';

/** Options of the `java` launcher whose value is the next argument (jdk: launcher's java.c, IsWhiteSpaceOption). */
const withValue = new Set([
  ...['-cp', '-classpath', '--class-path', '-p', '--module-path', '--upgrade-module-path', '--add-modules', '--limit-modules'],
  ...['--add-exports', '--add-opens', '--add-reads', '--patch-module', '--enable-native-access', '--source'],
]);
const longestName = 64;

/**
 * A short name for a process, for people to know it by: of a JVM the jar, the main class or the module that it was started with, of any other its program.
 * Of 64 characters at most, which are printable. Two processes may have the same.
 */
export function nameCommand(argv: readonly string[], isJvm: boolean): string {
  const name = (isJvm ? nameOfJava(argv) : undefined) ?? baseName(argv[0] ?? '');
  return printable([...name.slice(0, 2 * longestName)].slice(0, longestName).join(''));
}

/** Whether the arguments of a JVM tell what it runs: not where that is in an argument file, `java @options`. */
export function tellsMain(argv: readonly string[]): boolean {
  return nameOfJava(argv) !== undefined;
}

/** Whether a command is the JDK's launcher itself, which takes JVM flags in front of its other arguments. */
export function isJavaLauncher(command: string): boolean {
  return baseName(command) === 'java';
}

/** A shell’s command line has that of what it starts. */
export function isShell([program = '']: readonly string[]): boolean {
  return /^-?(?:ba|da|z|k|a|fi)?sh$/.test(baseName(program));
}

function nameOfJava(argv: readonly string[]): string | undefined {
  for (let index = 1; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const next = argv[index + 1];
    if (argument === '-jar') return next === undefined ? undefined : baseName(next);
    if (argument === '-m' || argument === '--module') return next;
    if (argument.startsWith('--module=')) return argument.slice('--module='.length);
    if (withValue.has(argument)) index++;
    // An argument file (`@argfile`) is resolved by the launcher; what it says is not in argv.
    else if (!argument.startsWith('-') && !argument.startsWith('@')) return argument.slice(argument.lastIndexOf('/') + 1);
  }
  return undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
