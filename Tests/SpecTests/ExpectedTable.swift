import Foundation

/// The committed table: a line for each instance and a line for the tests of each file.
struct ExpectedTable: Equatable {
  var records: [InstanceRecord] = []
  /// Number of tests by file; only of files that have some.
  var tests: [String: Int] = [:]
  /// Lines that mean nothing.
  var strangeLines: [String] = []

  static func committed() throws -> ExpectedTable {
    ExpectedTable(try String(contentsOf: SpecFolder.tableURL, encoding: .utf8))
  }

  init() {}

  init(_ text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      if words.count == 3, words[0] == "tests", let count = Int(words[2]) {
        tests[String(words[1])] = count
      } else if let record = InstanceRecord(line), record.description == line {
        records.append(record)
      } else {
        strangeLines.append(String(line))
      }
    }
  }

  subscript(instance: String) -> InstanceRecord? { records.first { $0.name == instance } }

  /// The first instance of a family that has a size and holds, in order of files and declarations.
  func first(ofFamily family: String, size: String) -> InstanceRecord? {
    records.first { $0.family == family && $0.size == size && $0.violations.isEmpty }
  }

  var text: String {
    let lines = records.map(\.description) + tests.sorted { $0.key < $1.key }.map { "tests \($0) \($1)" }
    return Self.preface + lines.joined(separator: "\n") + "\n"
  }

  private static let preface = """
    # Every instance of Specs: file, name, size; distinct states, transitions, depth; verdict.
    # Of what holds: properties/witnesses, extremes of the bounds, actions that no transition takes.
    # Of a fault: each property that the instance names, with the length of the shortest
    # counterexample; the counts are those up to the level where all of them were decided.
    # After the instances: how many tests each file has.
    #
    # A changed number is a finding. When it is explained, write the table and the tables of the
    # READMEs anew; lines of size L change, and are compared, only with DFMI_SOAK:
    #
    #     DFMI_WRITE_SPEC_TABLE=1 swift test --filter SpecTests
    #     DFMI_WRITE_SPEC_TABLE=1 DFMI_SOAK=1 swift test -c release -Xswiftc -enable-testing --filter SpecTests

    """
}
