/** The part of a fix that is a setting, or a command. */
export interface Settings {
  environment?: Readonly<Record<string, string>> | undefined;
  jvmFlags?: readonly string[] | undefined;
  command?: string | undefined;
}

export interface SettingLine {
  where: 'Dockerfile' | 'Kubernetes' | 'systemd' | 'JVM flags' | 'run now';
  line: string;
}

/** A fix as lines to paste where the service is configured. JVM flags also go by JAVA_TOOL_OPTIONS, which every launcher reads. */
export function settingLines({ environment, jvmFlags, command }: Settings): SettingLine[] {
  const variables = Object.entries(environment ?? {});
  return [
    ...(command === undefined ? [] : [{ where: 'run now' as const, line: command }]),
    ...(jvmFlags === undefined ? [] : [{ where: 'JVM flags' as const, line: jvmFlags.join(' ') }]),
    ...variables.map(([name, value]) => ({ where: 'Dockerfile' as const, line: `ENV ${name}="${value}"` })),
    ...variables.map(([name, value]) => ({ where: 'Kubernetes' as const, line: `env: [{ name: ${name}, value: "${value}" }]` })),
    ...variables.map(([name, value]) => ({ where: 'systemd' as const, line: `Environment="${name}=${value}"` })),
  ];
}
