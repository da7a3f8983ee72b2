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
    exit: [exits.ok, exits.failed, exits.usage, '130  interrupted: nothing is left'],
    files: [files.scanSet],
    environment: [environment.cacheFolder, environment.javaHome],
    seeAlso: ['offheap repro'],
  },
  configure: (command) =>
    command
      .option('--java <home>', 'take the classes of this JDK (default: JAVA_HOME, else java on PATH)')
      .option('-q, --quiet', 'no progress on stderr')
      .action(runScanSet),
};

async function runScanSet({ java, quiet }: ScanSetOptions): Promise<void> {
  const { ensureScanSet } = await import('../experiment/repro-launch.ts');
  const { resolveJdk } = await import('../jvm/java-home.ts');
  const { execaRunner, runnerUntil } = await import('../process/execa-runner.ts');
  const { interruptibly } = await import('./run/interruptible.ts');
  const { startProgress } = await import('./run/progress.ts');
  const progress = await startProgress(quiet !== true);
  try {
    const path = await interruptibly(async (signal) => {
      const jdk = await resolveJdk(java, runnerUntil(signal));
      return ensureScanSet(jdk, execaRunner, { signal, onBuild: () => progress.update('building the scan set') });
    });
    process.stdout.write(`${path}\n`);
  } finally {
    progress.stop();
  }
}
