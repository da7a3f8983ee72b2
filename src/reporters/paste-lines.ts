import { javaOptionsVariable } from '../model/java-options.ts';

export interface Settings {
  environment?: Readonly<Record<string, string>> | undefined;
  jvmFlags?: readonly string[] | undefined;
  /** Something to run, once. */
  command?: string | undefined;
}

export interface PasteLine {
  where: 'Dockerfile' | 'Kubernetes' | 'systemd' | 'JVM flags' | 'run now' | 'command';
  line: string;
}

/** Settings as lines to paste where the service is configured. JVM flags go on the command line or, as a variable, by the one that every JVM reads: one of the two. */
export function pasteLines({ environment, jvmFlags, command }: Settings): PasteLine[] {
  const hasFlags = jvmFlags !== undefined && jvmFlags.length > 0;
  const variables = Object.entries({ ...environment, ...(hasFlags ? { [javaOptionsVariable]: jvmFlags.join(' ') } : {}) });
  // A list under one key: two keys of the same name are an error in YAML.
  const entries = variables.map(([name, value]) => `{ name: ${name}, value: ${quoted(value)} }`);
  return [
    ...(command === undefined ? [] : [{ where: 'run now' as const, line: command }]),
    ...(hasFlags ? [{ where: 'JVM flags' as const, line: jvmFlags.join(' ') }] : []),
    ...variables.map(([name, value]) => ({ where: 'Dockerfile' as const, line: `ENV ${name}=${quoted(value)}` })),
    ...(variables.length > 0 ? [{ where: 'Kubernetes' as const, line: `env: [${entries.join(', ')}]` }] : []),
    ...variables.map(([name, value]) => ({ where: 'systemd' as const, line: `Environment=${quoted(`${name}=${value}`)}` })),
  ];
}

/** The same in the fewest lines: what to run, which flags, which variables of the environment. */
export function shortLines({ environment, jvmFlags, command }: Settings): { where: string; line: string }[] {
  const assignments = Object.entries(environment ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    ...(command === undefined ? [] : [{ where: 'run', line: command }]),
    ...(jvmFlags === undefined || jvmFlags.length === 0 ? [] : [{ where: 'JVM flags', line: jvmFlags.join(' ') }]),
    ...(assignments.length === 0 ? [] : [{ where: 'environment', line: assignments.join(' ') }]),
  ];
}

/** As Dockerfile, YAML and systemd all read it. */
function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
