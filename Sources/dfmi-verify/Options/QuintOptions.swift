/// Options of Quint's own tool that have no meaning here: they choose or configure a
/// program behind it. They are accepted, so that scripts for Quint keep working, and noted.
extension Option {
  /// Of `run`, `test` and `repl`.
  static let backend = withoutEffect("--backend", .choice(["typescript", "rust"]))
  static let sourceMap = withoutEffect("--source-map", .text("FILE"))
  /// Those of `verify`.
  static let ofSolversOfQuint: [Option] = [
    withoutEffect("--backend", .choice(["apalache", "tlc"])),
    withoutEffect("--apalache-config", .text("FILE")),
    withoutEffect("--apalache-version", .text("VERSION")),
    withoutEffect("--server-endpoint", .text("HOST:PORT")),
    withoutEffect("--tlc-config", .text("FILE")),
  ]

  private static let helpWithoutEffect = "accepted for the sake of scripts; has no effect"

  private static func withoutEffect(_ name: String, _ value: Value) -> Option {
    Option(name, value, helpWithoutEffect)
  }

  var hasEffect: Bool { help != Self.helpWithoutEffect }
}

extension Console {
  /// Says which of the given options make no difference.
  func note(withoutEffect options: [Option], in arguments: Arguments) {
    for option in options where !option.hasEffect {
      guard let value = arguments.text(option) else { continue }
      error("note: \(option.name) \(value) has no effect here\n")
    }
  }
}
