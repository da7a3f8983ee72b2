import type { Command } from 'commander';
import { ensureScanSet } from '../experiment/repro-launch.ts';
import { resolveJdk } from '../jvm/java-home.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { startProgress } from './progress.ts';

export function registerScanSet(program: Command): void {
  program
    .command('scan-set')
    .option('--java <home>', 'the JDK whose classes are taken (default: JAVA_HOME, else java on PATH)')
    .option('--quiet', 'no progress on stderr')
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
