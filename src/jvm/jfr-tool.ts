import { accessSync, constants, realpathSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import { utf8Locale } from '../process/environment.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import type { ProcessRunner } from '../process/runner.ts';

/** What is read of a recording, and how long that may take. */
export interface PrintOptions {
  runner: ProcessRunner;
  /** Names of event types. A JDK that does not know one leaves it out. */
  events: readonly string[];
  onLine: (line: string) => void;
  timeoutMs?: number;
}

/** As text, the memory events of a day of one a second. */
const mostCharacters = 2 * 1024 ** 3;
const defaultTimeoutMs = 180_000;

/**
 * Has the JDK's own `jfr` print events of a recording as JSON, line by line: of all versions of the format it reads those of its own JDK and of older ones. Returns whether all of them came in
 * the time and the length there is for it.
 *
 * @throws OffheapError MISSING_TOOL without a `jfr`; INVALID_FILE where it cannot read the recording
 */
export async function printRecording(path: string, options: PrintOptions): Promise<boolean> {
  const tool = findJfr();
  const file = resolve(path);
  if (file.endsWith(ending)) return await print(tool, file, options);
  // Under another name `jfr` takes none.
  return await withPrivateFolder(async (folder) => {
    const link = join(folder, `recording${ending}`);
    await symlink(file, link);
    return await print(tool, link, options);
  });
}

const ending = '.jfr';

async function print(
  tool: string,
  file: string,
  { runner, events, onLine, timeoutMs = defaultTimeoutMs }: PrintOptions,
): Promise<boolean> {
  const args = ['print', '--json', '--stack-depth', '1', '--events', events.join(','), file];
  const env = { PATH: process.env['PATH'] ?? '', ...utf8Locale };
  const child = await runner.start({ command: tool, args, env });
  const deadline = performance.now() + timeoutMs;
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let length = 0;
  try {
    for await (const line of child.lines) {
      length += line.length;
      if (length > mostCharacters) child.kill('SIGKILL');
      else onLine(line);
    }
  } finally {
    clearTimeout(timer);
  }
  const { exitCode, stderrTail } = await child.ended;
  if (length > mostCharacters || performance.now() >= deadline) return false;
  if (exitCode === 0) return true;
  const [said = 'nothing'] = stderrTail.split('\n').filter((line) => line.trim() !== '');
  throw new OffheapError(
    'INVALID_FILE',
    `Expected ${quote(tool)} to read the recording ${quote(file)}, but it said: ${said}. A recording of a newer JDK needs that JDK’s: set JAVA_HOME. One that its JVM did not finish: jfr assemble FOLDER FILE`,
  );
}

/** Of JAVA_HOME, of PATH, or beside the `java` of PATH, which may be a link out of its JDK. @throws OffheapError MISSING_TOOL */
function findJfr(): string {
  const home = process.env['JAVA_HOME'];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const candidates = [
    ...(home ? [join(home, 'bin', 'jfr')] : []),
    ...folders.map((folder) => join(folder, 'jfr')),
    ...folders.flatMap((folder) => besideJava(join(folder, 'java'))),
  ];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new OffheapError(
    'MISSING_TOOL',
    'Expected the jfr of a JDK to read a recording, found none by JAVA_HOME, on PATH or beside java. Install one (apt-get install default-jdk-headless), or set JAVA_HOME.',
  );
}

function besideJava(java: string): string[] {
  try {
    return [join(dirname(realpathSync(java)), 'jfr')];
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
