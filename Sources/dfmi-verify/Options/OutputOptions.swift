/// Options that say what is written where.
extension Option {
  static let json = Option("--json", .flag, "print one JSON document instead of text")
  static let out = Option("--out", .text("FILE"), "write a JSON report as Quint does, and print nothing")
}
