import type { CommandDefinition } from './help/definition.ts';
import { environment, exits, files } from './help/manual.ts';

interface ScanSetOptions {
  java?: string;
  quiet?: boolean;
}

export const scanSetCommand: CommandDefinition = {
  name: 'scan-set',
  group: 'demo',
  isHidden: true,
  summary: 'build the jars that repro scans, and print their path',
  description:
    'Packs the classes of a JDK as a Spring Boot fat jar, and prints its path. repro does this by itself when it has to. This command does it ' +
    'beforehand, for an image.',
  manual: {
    examples: ['offheap scan-set', 'offheap scan-set --java=/usr/lib/jvm/java-17-openjdk-amd64'],
    exit: [exits.ok, exits.failed, exits.usage],
    files: [files.scanSet],
    environment: [environment.cacheFolder, environment.javaHome],
    seeAlso: ['offheap repro'],
  },
  configure: (command) =>
    command
      .option('--java <home>', 'take the classes of this JDK (default: JAVA_HOME, else java on PATH)')
      .option('--quiet', 'no progress on stderr')
      .action(runScanSet),
};

async function runScanSet({ java, quiet }: ScanSetOptions): Promise<void> {
  const { ensureScanSet } = await import('../experiment/repro-launch.ts');
  const { resolveJdk } = await import('../jvm/java-home.ts');
  const { execaRunner } = await import('../process/execa-runner.ts');
  const { startProgress } = await import('./run/progress.ts');
  const progress = await startProgress(quiet !== true);
  try {
    const jdk = await resolveJdk(java, execaRunner);
    const path = await ensureScanSet(jdk, execaRunner, () => progress.update('building the scan set'));
    process.stdout.write(`${path}\n`);
  } finally {
    progress.stop();
  }
}
