const isTerminal = (major: number): boolean => [4, 5, 204, 229].includes(major) || (major >= 136 && major <= 143);
/** /dev/null, /dev/zero and /dev/full. */
const sinks = [3, 5, 7];
const memoryMajor = 1;

/**
 * Whether text may be written into a character device, by its number (linux: Documentation/admin-guide/devices.txt): a terminal, or one that keeps nothing. Others, such as
 * /dev/mem or /dev/watchdog, take whatever root writes for an order; some take their opening for one.
 */
export function isHarmlessDevice(rdev: number): boolean {
  const number = BigInt(rdev);
  const major = Number((number >> 8n) & 0xfffn);
  const minor = Number((number & 0xffn) | ((number >> 12n) & 0xfff00n));
  return isTerminal(major) || (major === memoryMajor && sinks.includes(minor));
}
