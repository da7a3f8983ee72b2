export interface Settings {
  environment?: Readonly<Record<string, string>> | undefined;
  jvmFlags?: readonly string[] | undefined;
  /** Something to run, once. */
  command?: string | undefined;
}

export interface PasteLine {
  where: 'Dockerfile' | 'Kubernetes' | 'systemd' | 'JVM flags' | 'run now';
  line: string;
}

/** Settings as lines to paste where the service is configured. JVM flags also go by JAVA_TOOL_OPTIONS, which every launcher reads. */
export function pasteLines({ environment, jvmFlags, command }: Settings): PasteLine[] {
  const variables = Object.entries(environment ?? {});
  return [
    ...(command === undefined ? [] : [{ where: 'run now' as const, line: command }]),
    ...(jvmFlags === undefined || jvmFlags.length === 0 ? [] : [{ where: 'JVM flags' as const, line: jvmFlags.join(' ') }]),
    ...variables.map(([name, value]) => ({ where: 'Dockerfile' as const, line: `ENV ${name}=${quoted(value)}` })),
    ...variables.map(([name, value]) => ({
      where: 'Kubernetes' as const,
      line: `env: [{ name: ${name}, value: ${quoted(value)} }]`,
    })),
    ...variables.map(([name, value]) => ({ where: 'systemd' as const, line: `Environment=${quoted(`${name}=${value}`)}` })),
  ];
}

/** As Dockerfile, YAML and systemd all read it. */
function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
