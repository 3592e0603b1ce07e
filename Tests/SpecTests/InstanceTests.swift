import Testing

/// Every spec of this project, checked and tested, and compared with the committed table.
@Suite(.enabled(if: !SpecFolder.isWriting)) struct InstanceTests {
  @Test(arguments: SpecFolder.specs) func countsAndVerdictsAreThoseOfTheTable(spec: String) throws {
    let expected = try ExpectedTable.committed().records.filter {
      $0.file == spec && (SpecFolder.takesLargeInstances || $0.size != "L")
    }
    let found = Measurement.instances(of: spec)
    for problem in found.problems { Issue.record("\(problem)") }
    for record in found.records {
      let old = expected.first { $0.name == record.name }
      #expect(old == record, "table: \(old?.description ?? "-")\n  now: \(record)")
    }
    let names = found.records.map(\.name)
    for record in expected where !names.contains(record.name) {
      Issue.record("table: \(record)\n  now: -")
    }
  }

  /// Those that are large enough to be compiled anyway are looked at in every run of the tests.
  @Test(.enabled(if: SpecFolder.takesLargeInstances), arguments: SpecFolder.specs)
  func everyInstanceIsPackedAndCompiled(spec: String) {
    #expect(Measurement.uncompiled(of: spec) == [])
  }

  @Test(arguments: SpecFolder.specs) func testsPass(spec: String) throws {
    let found = Measurement.tests(of: spec)
    for problem in found.problems { Issue.record("\(problem)") }
    #expect(found.tests.count == (try ExpectedTable.committed().tests[spec] ?? 0))
  }

  @Test func tableHasNothingElse() throws {
    let table = try ExpectedTable.committed()
    #expect(table.strangeLines == [])
    #expect(Set(table.records.map(\.file)).union(table.tests.keys).subtracting(SpecFolder.specs) == [])
    #expect(Set(table.records.map(\.name)).count == table.records.count)
  }
}
