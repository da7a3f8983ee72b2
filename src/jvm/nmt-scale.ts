const bytesScale = ' scale=1';

/** JDK 8 and 9 tell Native Memory Tracking in KB at the finest: of bytes they say, with status 0, that the scale is incorrect (nmtDCmd.cpp). */
export async function withKnownScale(command: string, run: (command: string) => Promise<string>): Promise<string> {
  const text = await run(command);
  const isRefused = command.endsWith(bytesScale) && /^Incorrect scale value/.test(text);
  return isRefused ? run(`${command.slice(0, -bytesScale.length)} scale=KB`) : text;
}
