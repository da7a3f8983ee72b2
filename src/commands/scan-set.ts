import type { Command } from 'commander';
import { ensureScanSet } from '../experiment/repro-launch.ts';
import { resolveJdk } from '../jvm/java-home.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { startProgress } from './progress.ts';

export function registerScanSet(program: Command): void {
  program
    .command('scan-set')
    .description(
      'Packs the classes of a JDK’s own image as a Spring Boot fat jar, tens of thousands of real classes, and prints where it is. ' +
        'repro does so itself when it has to: this is for doing it beforehand, as in an image.',
    )
    .option('--java <home>', 'the JDK whose classes are taken (default: JAVA_HOME, else java on PATH)')
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', '\nExamples:\n  offheap scan-set\n  offheap scan-set --java=/usr/lib/jvm/java-17-openjdk-amd64')
    .action(async ({ java, quiet }: { java?: string; quiet?: boolean }) => {
      const progress = startProgress(quiet !== true);
      try {
        const path = await ensureScanSet(await resolveJdk(java, execaRunner), execaRunner, () =>
          progress.update('building the scan set'),
        );
        process.stdout.write(`${path}\n`);
      } finally {
        progress.stop();
      }
    });
}
