export interface CompletedOption {
  flag: string;
  summary: string;
  takesValue: boolean;
  values: readonly string[];
  takesFile: boolean;
}

export interface CompletedCommand {
  name: string;
  summary: string;
  options: readonly CompletedOption[];
  /** Its arguments are files. */
  takesFile: boolean;
  /** What its argument may be. */
  values: readonly string[];
}

type Script = (commands: readonly CompletedCommand[]) => string;

/** After `--` comes a program of the user's: its words are completed as files. */
const bash: Script = (commands) => `# bash completion of offheap
_offheap() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words= word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == -- ]]; then compopt -o default; return; fi
  done
  # bash takes = for a word of its own.
  if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current"))
    return
  fi
  case "$command $previous" in
${commands.flatMap((command) => command.options.filter(({ takesValue }) => takesValue).map((option) => bashValues(command, option))).join('\n')}
  esac
  case $command in
${commands.map(bashCommand).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _offheap offheap
`;

function bashValues({ name }: CompletedCommand, { flag, values, takesFile }: CompletedOption): string {
  const action = takesFile ? 'compopt -o default' : `COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current"))`;
  return `    '${name} ${flag}') ${action}; return ;;`;
}

function bashCommand({ name, options, takesFile, values }: CompletedCommand): string {
  const words = [...options.map(({ flag }) => flag), '--help', ...values].join(' ');
  const files = takesFile ? ' [[ $current == -* ]] || compopt -o default;' : '';
  return `    ${name}) words='${words}';${files} ;;`;
}

const zsh: Script = (commands) => `#compdef offheap
# zsh completion of offheap
_offheap() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  if ((CURRENT == 2)); then _describe command commands; return; fi
  local command=$words[2]
  shift words; ((CURRENT--))
  case $command in
${commands.map(zshCommand).join('\n')}
  esac
}
if [[ $funcstack[1] == _offheap ]]; then _offheap "$@"; else compdef _offheap offheap; fi
`;

function zshCommand({ name, options, takesFile, values }: CompletedCommand): string {
  const rest = values.length > 0 ? `*:value:(${values.join(' ')})` : takesFile ? '*:file:_files' : '*::program:_normal';
  const specifications = [...options.map(zshOption), '--help[display help]', rest].map((text) => `      ${quoted(text)}`);
  return `    ${name}) _arguments \\\n${specifications.join(' \\\n')} ;;`;
}

function zshOption({ flag, summary, takesValue, values, takesFile }: CompletedOption): string {
  const text = `[${summary.replaceAll(/[[\]\\:]/g, '\\$&')}]`;
  if (!takesValue) return `${flag}${text}`;
  return `${flag}=${text}:value:${takesFile ? '_files' : `(${values.join(' ')})`}`;
}

const fish: Script = (commands) => `# fish completion of offheap
${commands.flatMap((command) => [fishCommand(command), ...command.options.map((option) => fishOption(command, option))]).join('\n')}
`;

function fishCommand({ name, summary, takesFile, values }: CompletedCommand): string {
  const command = `complete -c offheap -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`;
  const argument = values.length > 0 ? `complete -c offheap -n ${seen(name)} -f -a ${quoted(values.join(' '))}` : '';
  const files = takesFile ? `complete -c offheap -n ${seen(name)} -F` : '';
  return [command, argument, files].filter((line) => line !== '').join('\n');
}

function fishOption({ name }: CompletedCommand, { flag, summary, takesValue, values, takesFile }: CompletedOption): string {
  const value = !takesValue ? '' : takesFile ? ' -r -F' : ` -x -a ${quoted(values.join(' '))}`;
  return `complete -c offheap -n ${seen(name)} -l ${flag.replace(/^--/, '')}${value} -d ${quoted(summary)}`;
}

function seen(command: string): string {
  return quoted(`__fish_seen_subcommand_from ${command}`);
}

/** A word in single quotes, as all three shells read it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}

export const completionScripts = { bash, zsh, fish };
export type Shell = keyof typeof completionScripts;
