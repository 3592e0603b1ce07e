import Foundation
import Testing

/// Writes the table and the tables of the texts anew: only when that is asked for.
@Suite(.enabled(if: SpecFolder.isWriting)) struct TableWriter {
  @Test func tablesAreWritten() throws {
    let old = (try? ExpectedTable.committed()) ?? ExpectedTable()
    var table = ExpectedTable()
    for spec in SpecFolder.specs {
      let found = Measurement.instances(of: spec)
      let tests = Measurement.tests(of: spec)
      for problem in found.problems + tests.problems { Issue.record("\(problem)") }
      let large = SpecFolder.takesLargeInstances ? found.records : old.records.filter { $0.file == spec }
      table.records += found.records.filter { $0.size != "L" } + large.filter { $0.size == "L" }
      if !tests.tests.isEmpty { table.tests[spec] = tests.tests.count }
    }
    try table.text.write(to: SpecFolder.tableURL, atomically: true, encoding: .utf8)
    for readme in SpecFolder.readmes {
      let text = try SpecFolder.text(of: readme)
      let measured = CheckedText(text, table).text
      if measured != text {
        try measured.write(to: SpecFolder.url(of: readme), atomically: true, encoding: .utf8)
      }
    }
  }
}
