/**
 * Variables that change what a malloc or a JVM does. They are taken out of the inherited environment, so that a cell runs under its own
 * configuration and nothing else.
 */
const allocatorVariables =
  /^(LD_PRELOAD|GLIBC_TUNABLES|MALLOC_\w+|_RJEM_MALLOC_CONF|TCMALLOC_\w+|HEAPPROFILE|HEAPCHECK|MIMALLOC_\w+)$/;
const javaVariables = /^(JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS)$/;
const ownVariables = /^OFFHEAP_/;

/**
 * For a JVM that offheap starts for itself: by a locale without UTF-8 it cannot open a file whose name has other letters than ASCII's. Debian, Ubuntu and
 * Fedora had this locale long before the oldest glibc that a supported Node runs on, and musl has no other; without it ASCII names work on.
 */
export const utf8Locale: Readonly<Record<string, string>> = { LC_ALL: 'C.UTF-8' };

export interface CleanEnvironment {
  env: Record<string, string>;
  /** Names that were set outside and would have changed the measurement. */
  removed: string[];
}

/** The given environment without allocator, JVM-option and offheap variables, plus `settings`. */
export function cleanEnvironment(inherited: NodeJS.ProcessEnv, settings: Readonly<Record<string, string>>): CleanEnvironment {
  const env: Record<string, string> = {};
  const removed: string[] = [];
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || ownVariables.test(name)) continue;
    if (isAllocatorVariable(name) || javaVariables.test(name)) removed.push(name);
    else env[name] = value;
  }
  return { env: { ...env, ...settings }, removed };
}

export function isAllocatorVariable(name: string): boolean {
  return allocatorVariables.test(name);
}
