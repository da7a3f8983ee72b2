import { execFileSync } from 'node:child_process';

let found = '';

/** Python itself: what PATH has may be a script that looks for it each time, which takes as long as ten programs. */
export function python(): string {
  found ||= execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  return found;
}
