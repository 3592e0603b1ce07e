/// Completion of command lines by shells, made from the tables of commands and options.
enum CompletionScript {
  enum Shell: String, CaseIterable {
    case bash, zsh, fish
  }

  static func text(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  private static func options(of command: any Command.Type) -> [Option] {
    command.options + Option.ofEveryCommand
  }

  /// The words that a value can begin with; nil where it is free.
  private static func words(of option: Option) -> [String]? {
    switch option.value {
    case .choice(let words): words
    case .repeated where option == .report: ReportKind.allCases.map { $0.rawValue + "=" }
    case .flag, .text, .number, .list, .repeated: nil
    }
  }

  // MARK: bash

  private static var bash: String {
    var text = """
      # Completion of dfmi-verify for bash: put it where your system keeps completions, or
      #   source <(dfmi-verify completion bash)
      _dfmi_verify() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
        COMPREPLY=()
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W "\(commands.map { $0.name }.joined(separator: " ")) help" -- "$word"))
          return
        fi
        case "${COMP_WORDS[1]} $before" in

      """
    for command in commands {
      for option in options(of: command) {
        guard let words = words(of: option) else { continue }
        text +=
          "    \"\(command.name) \(option.name)\") COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\""
          + " -- \"$word\")); return ;;\n"
      }
    }
    text += "  esac\n  case \"$word\" in\n    -*)\n      case \"${COMP_WORDS[1]}\" in\n"
    for command in commands {
      let names = options(of: command).map(\.name).joined(separator: " ")
      text += "        \(command.name)) COMPREPLY=($(compgen -W \"\(names)\" -- \"$word\")) ;;\n"
    }
    return text + """
            esac ;;
          *) COMPREPLY=($(compgen -f -X '!*.qnt' -- "$word") $(compgen -d -- "$word")) ;;
        esac
      }
      complete -o filenames -o nospace -F _dfmi_verify dfmi-verify

      """
  }

  // MARK: zsh

  private static var zsh: String {
    var text = """
      #compdef dfmi-verify
      # Completion of dfmi-verify for zsh: put it as `_dfmi-verify` into a folder of $fpath.
      _dfmi-verify() {
        if (( CURRENT == 2 )); then
          local -a names=(

      """
    for command in commands { text += "      \(zshQuoted("\(command.name):\(command.summary)"))\n" }
    text += """
          )
          _describe command names
          return
        fi
        local name=$words[2]
        words=("${words[@]:1}")
        (( CURRENT-- ))
        case $name in

      """
    for command in commands {
      text += "    \(command.name))\n      _arguments \\\n"
      for option in options(of: command) { text += "        \(zshSpecification(of: option)) \\\n" }
      text += "        '*:file:_files -g \"*.qnt(-.)\"' ;;\n"
    }
    return text + "  esac\n}\n_dfmi-verify \"$@\"\n"
  }

  /// `'--main[the main module]:MODULE:'`
  private static func zshSpecification(of option: Option) -> String {
    let help = option.help.mappingScalars { "[]:".unicodeScalars.contains($0) ? "\\\($0)" : nil }
    let name = option.isRepeatable ? "*" + option.name : option.name
    switch option.value {
    case .flag: return zshQuoted("\(name)[\(help)]")
    case .number: return zshQuoted("\(name)[\(help)]:N:")
    case .choice(let words): return zshQuoted("\(name)[\(help)]:word:(\(words.joined(separator: " ")))")
    case .text(let word), .list(let word), .repeated(let word):
      let files = ["FILE", "DIR"].contains(word) ? "_files" : ""
      let kinds = words(of: option).map { "(\($0.joined(separator: " ")))" }
      return zshQuoted("\(name)[\(help)]:\(word.replacing(":", with: "\\:")):\(kinds ?? files)")
    }
  }

  private static func zshQuoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }

  // MARK: fish

  private static var fish: String {
    var text = """
      # Completion of dfmi-verify for fish: put it into ~/.config/fish/completions/dfmi-verify.fish

      """
    for command in commands {
      text +=
        "complete -c dfmi-verify -n __fish_use_subcommand -f -a \(command.name) "
        + "-d \(fishQuoted(command.summary))\n"
    }
    for command in commands {
      for option in options(of: command) {
        text += "complete -c dfmi-verify -n '__fish_seen_subcommand_from \(command.name)'"
        text += " -l \(option.name.dropFirst(2))"
        if let short = option.short { text += " -s \(short.dropFirst())" }
        if option.value != .flag { text += " -r" }
        if let words = words(of: option) { text += " -a \(fishQuoted(words.joined(separator: " ")))" }
        text += " -d \(fishQuoted(option.help))\n"
      }
    }
    return text
  }

  private static func fishQuoted(_ text: String) -> String {
    "'" + text.mappingScalars { $0 == "'" || $0 == "\\" ? "\\\($0)" : nil } + "'"
  }
}
