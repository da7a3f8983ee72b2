/** USER_HZ, in which Linux counts in /proc on x86-64 and arm64. */
const ticksPerSecond = 100;

/** utime, stime, cutime and cstime of a /proc/PID/stat (proc(5)), summed, in ms. The name in its parentheses may hold anything. */
export function processorMsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 1000) / ticksPerSecond;
}
