import Foundation
import Testing

/// Every message that a user can meet, word by word: as text and as JSON.
///
/// A file of `Golden` has the reason for its existence in the first line, then parts that
/// begin with `=== `: the command line, the files it reads, its status with what it
/// prints, and the diagnostics that it reports with `--json`, one a line. With
/// `DFMI_RECORD=1` the tests write what they see instead of comparing it.
@Suite struct GoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  @Test(arguments: names) func messageIsAsRecorded(name: String) throws {
    let url = Self.folder.appending(path: name + ".txt")
    let text = try String(contentsOf: url, encoding: .utf8)
    let golden = Golden(text)
    let seen = try golden.seen()
    if ProcessInfo.processInfo.environment["DFMI_RECORD"] != nil {
      try seen.write(to: url, atomically: true, encoding: .utf8)
    } else {
      #expect(seen == text)
    }
  }

  /// A new code needs a file here. QNT509 cannot occur: `oneOf`
  /// outside of `nondet` is QNT203.
  @Test func everyCodeHasAFile() {
    let codes =
      [0, 6, 7, 8, 9] + Array(12...16) + [98, 99, 101, 102] + Array(200...206) + Array(404...408)
      + [500, 501, 502, 503, 505, 506, 507, 508, 510, 511, 513, 514, 515]
    for code in codes {
      let prefix = "QNT" + String(repeating: "0", count: 3 - String(code).count) + "\(code)-"
      #expect(Self.names.contains { $0.hasPrefix(prefix) }, "\(prefix)")
    }
  }
}

/// A recorded run.
private struct Golden {
  let reason: String
  let command: [String]
  var files: [(path: String, text: String)] = []

  init(_ text: String) {
    var parts: [(head: String, body: String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("=== ") {
        parts.append((String(line.dropFirst(4)), ""))
      } else if parts.isEmpty {
        parts.append((String(line), ""))
      } else {
        parts[parts.count - 1].body += line + "\n"
      }
    }
    reason = parts.first?.head ?? ""
    command =
      parts.first { $0.head.hasPrefix("$ ") }?.head.dropFirst(2).split(separator: " ").map(String.init) ?? []
    for part in parts.dropFirst() where part.head.hasSuffix(".qnt") && !part.head.hasPrefix("$ ") {
      files.append((part.head, part.body))
    }
  }

  /// What the file would say of the present program.
  func seen() throws -> String {
    let texts = Dictionary(files.map { ($0.path, $0.text) }) { first, _ in first }
    let run = try ToolRun.run(command, files: texts).run
    let document = try ToolRun.run(command + ["--json"], files: texts).run.output
    let output = (run.output + run.errors)
      .replacing(/\d+ms/, with: "Tms").replacing(/\d+\.\d s/, with: "T s").replacing(
        /at \d+ traces/, with: "at N traces"
      )
      .replacing(/--seed=0x[0-9a-f]+/, with: "--seed=SEED")
    let diagnostics = try Self.diagnostics(try JSONSerialization.jsonObject(with: Data(document.utf8)))
    return reason + "\n=== $ " + command.joined(separator: " ") + "\n"
      + files.map { "=== \($0.path)\n\($0.text)" }.joined()
      + "=== status \(run.status)\n\(output)=== --json\n" + diagnostics.map { $0 + "\n" }.joined()
  }

  /// The diagnostics of a document in order, with sorted keys.
  private static func diagnostics(_ value: Any) throws -> [String] {
    if let list = value as? [Any] { return try list.flatMap(diagnostics) }
    guard let object = value as? [String: Any] else { return [] }
    if object["code"] != nil, object["severity"] != nil {
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      return [String(decoding: data, as: UTF8.self)]
    }
    return try object.keys.sorted().flatMap { try diagnostics(object[$0] as Any) }
  }
}
