import Foundation

/// The specs of this project, and what is committed about them.
enum SpecFolder {
  static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Specs")

  /// The table of all counts and verdicts.
  static let tableURL = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "expected.txt")

  /// Paths of all specs below the folder, sorted as `check` does.
  static let specs = paths(endingIn: ".qnt")

  /// Paths of all texts below the folder that may hold tables.
  static let readmes = paths(endingIn: "README.md")

  /// True when large instances are to be checked, too: minutes in a release build, far more in debug.
  static let takesLargeInstances = ProcessInfo.processInfo.environment["DFMI_SOAK"] != nil

  /// True when the table and the numbers in the texts are to be written, not compared.
  static let isWriting = ProcessInfo.processInfo.environment["DFMI_WRITE_SPEC_TABLE"] != nil

  static func url(of path: String) -> URL { url.appending(path: path) }

  static func text(of path: String) throws -> String {
    try String(contentsOf: url(of: path), encoding: .utf8)
  }

  private static func paths(endingIn suffix: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted()
  }
}
