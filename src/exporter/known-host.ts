import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Whether a request was meant for this server, by its Host header. A page in a browser can have its own name point at any address (DNS rebinding), and then read
 * what is there; it cannot send another name than its own. An address is nobody's name, and neither is `localhost`.
 */
export function isKnownHost(header: string | undefined, allowed: readonly string[]): boolean {
  if (header === undefined) return false;
  const name = nameOf(header);
  return isIP(name) !== 0 || ['localhost', hostname().toLowerCase(), ...allowed].includes(name);
}

/** Without port and brackets. */
function nameOf(header: string): string {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header) ?? [];
  return (bracketed ?? plain).toLowerCase().replace(/\.$/, '');
}
