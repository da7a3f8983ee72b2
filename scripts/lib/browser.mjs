// The browser of the tests: the machine's Chromium, else the one of an npm package, which distributions without a package of theirs need.
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, which } from './run.mjs';

const files = ['package.json', 'package-lock.json', 'unpack.mjs'];
const folderOf = (root) => join(root, 'build', 'browser');

/** What the package's browser is made from, and where it then is. It is for x64 alone. */
export const packagedBrowser = {
  inputs: files.map((file) => `scripts/browser/${file}`),
  outputs: ['build/browser/chromium'],
  isNeeded: () => which('chromium') === undefined && process.arch === 'x64',
};

/** Puts the package's browser under build/. Returns whether it succeeded. */
export function installBrowser(root) {
  const folder = folderOf(root);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of files) cpSync(join(root, 'scripts', 'browser', file), join(folder, file));
  const options = { cwd: folder };
  const installed =
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], options) &&
    run(process.execPath, ['unpack.mjs', folder], options);
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  return installed;
}

/** What Playwright launches it by; undefined where there is none. */
export function browserOptions(root) {
  // A user of root's cannot have Chromium's sandbox; the pages are our own.
  const args = ['--no-sandbox'];
  const own = which('chromium');
  if (own !== undefined) return { executablePath: own, args };
  const folder = folderOf(root);
  const executablePath = join(folder, 'chromium');
  if (!existsSync(executablePath)) return undefined;
  const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') };
  // Without a locale it takes its language to be `en-US@posix`, which its own Intl refuses.
  return { executablePath, args, env: { ...process.env, ...libraries, LC_ALL: 'en_US.UTF-8' } };
}
