/// The manual page, in the language of `man`, made from the tables of commands and options.
enum ManualPage {
  static var text: String {
    var text = """
      .TH DFMI-VERIFY 1 "" "dfmi-verify \(DFMIVerify.version)" "User Commands"
      .SH NAME
      dfmi-verify \\- checks settlement protocols written in Quint
      .SH SYNOPSIS
      .B dfmi-verify
      .I COMMAND
      [\\fIOPTIONS\\fR] \\fIOPERANDS\\fR
      .SH DESCRIPTION
      Visits every state that a protocol can reach, proves its properties for all amounts, or tries random
      behaviors, and tells whether all properties hold, or the shortest way to a state in which one does not.
      .SH COMMANDS

      """
    for command in commands {
      text += ".SS \(escaped("\(command.name) \(command.operands)"))\n\(line(command.summary)).\n"
      for option in command.options {
        text += ".TP\n\\fB\(escaped(option.usage))\\fR\n\(line(option.help))\n"
      }
      if !command.examples.isEmpty {
        text += ".PP\nExamples:\n"
        for example in command.examples {
          text +=
            ".PP\n\(line(example.meaning)):\n.PP\n.nf\n    \(escaped("dfmi-verify " + example.line))\n.fi\n"
        }
      }
    }
    text += ".SH EXIT STATUS\n"
    for status in ExitStatus.allCases { text += ".TP\n\(status.rawValue)\n\(line(status.meaning))\n" }
    return text
  }

  /// A line that is no request.
  private static func line(_ text: String) -> String {
    let text = escaped(text)
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  private static func escaped(_ text: String) -> String {
    text.mappingScalars { scalar in
      switch scalar {
      case "\\": "\\e"
      case "-": "\\-"
      case "\n": " "
      default: nil
      }
    }
  }
}
