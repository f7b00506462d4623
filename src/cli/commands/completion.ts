import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** `--get-yargs-completions` is the line editor's question: the words so far, answered by a candidate a line. */
const SCRIPT = `# completion of fsd-tui; in ~/.bashrc or ~/.zshrc: source <(fsd-tui completion)
if [ -n "\${ZSH_VERSION-}" ]; then
  autoload -U +X compinit bashcompinit
  compinit -u
  bashcompinit
fi
_fsd_tui() {
  local IFS=$'\\n'
  local candidates
  candidates="$(fsd-tui --get-yargs-completions "\${COMP_WORDS[@]}" 2>/dev/null | grep -v "^[$]")"
  COMPREPLY=($(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _fsd_tui fsd-tui
`;

export const completionCommand: Command = {
  name: 'completion',
  help: 'A script that completes commands and options in bash or zsh',
  positionals: [],
  options: {},
  async run(_given, terminal) {
    terminal.stdout.write(SCRIPT);
    return EXIT.done;
  },
};
