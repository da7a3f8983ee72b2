import { type Command, Help, Option } from 'commander';

const left = new WeakSet<Option>();

/** An option that the first screen of a command's help leaves to `--help --all`. */
export function moreOption(flags: string, description: string, defaultValue?: string): Option {
  const option = new Option(flags, description);
  if (defaultValue !== undefined) option.default(defaultValue);
  left.add(option);
  return option;
}

/** The options of a first screen; all with `all`. */
export function showOptions(command: Command, all: boolean): void {
  const help = new Help();
  command.configureHelp({
    visibleOptions: (shown) => help.visibleOptions(shown).filter((option) => all || !left.has(option)),
    optionDescription: describeOption,
  });
}

/** In fewer words than Commander's own: a help is to fit a screen. */
function describeOption({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const fallback = defaultValueDescription ?? (typeof defaultValue === 'string' ? defaultValue : undefined);
  const facts = [...(argChoices ? [argChoices.join(', ')] : []), ...(fallback === undefined ? [] : [`default: ${fallback}`])];
  return facts.length === 0 ? description : `${description} (${facts.join('; ')})`;
}
