import Checker
import Foundation
import ProtocolModel
import Testing

/// Mutants of the project's own specs, compared with the committed table of what became of each.
///
/// That the table has all mutants is checked for every spec. Whether each met its fate is asked of a few that
/// small instances decide, chosen anew with `DFMI_SEED`.
@Suite struct MutantTests {
  private static let tableURL = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "mutants.txt")

  /// What the table says of one mutant.
  private struct Row {
    var outcome: String
    var instance: String
    var kind: String
    var text: String

    /// The same change of equal lines is told apart by its order.
    var key: String { kind + " " + text }
  }

  /// By spec.
  private static let table: [String: [Row]] = {
    var result: [String: [Row]] = [:]
    var spec = ""
    for line in ((try? String(contentsOf: tableURL, encoding: .utf8)) ?? "").split(separator: "\n") {
      if line.hasPrefix("#") { continue }
      guard line.hasPrefix("  ") else {
        spec = String(line.prefix { $0 != ":" })
        continue
      }
      guard let gap = line.dropFirst(2).range(of: "   ") else { continue }
      let words = line[..<gap.lowerBound].split(separator: " ").map(String.init)
      guard words.count == 4 else { continue }
      result[spec, default: []].append(
        Row(
          outcome: words[0], instance: words[1], kind: words[3], text: String(line[gap.upperBound...])))
    }
    return result
  }()

  private static let specs = table.keys.sorted()
  private static let seed = ProcessInfo.processInfo.environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1
  private static let stateLimit = 400
  private static let mutantsEach = 4

  @Test func tableSpeaksOfAllFamilies() {
    #expect(Self.specs.count >= 6)
  }

  @Test(arguments: specs) func mutantsMeetTheFateOfTheTable(spec: String) throws {
    let rows = try #require(Self.table[spec])
    let problems = Spec.withSpec(SpecFolder.url(of: spec).path) { Self.problems(of: $0, rows) }
    #expect(problems == [])
  }

  private static func problems(of spec: Spec, _ rows: [Row]) -> [String] {
    guard let machines = try? spec.machinesToCheck(isInFolder: true, where: { $0?.size ?? .small == .small })
    else { return ["no machines"] }
    let sound = machines.compactMap { name, result -> (String, Machine)? in
      result.machine.flatMap { $0.expectations.violated.isEmpty ? (name, $0) : nil }
    }
    var all: Set<Mutation> = []
    var ordered: [(key: String, mutation: Mutation)] = []
    for (_, machine) in sound {
      for mutation in machine.mutations(ofFiles: [spec.path])
      where mutation.file == spec.path && all.insert(mutation).inserted {
        guard let line = mutation.lines(in: machine.sources)?.after else { continue }
        let text = line.trimmingCharacters(in: .whitespaces)
        ordered.append((mutation.kind.rawValue + " " + text, mutation))
      }
    }
    ordered.sort {
      ($0.mutation.start, $0.mutation.end, $0.key) < ($1.mutation.start, $1.mutation.end, $1.key)
    }
    let strange = Set(ordered.map(\.key)).symmetricDifference(rows.map(\.key)).sorted()
    if !strange.isEmpty { return ["the table is old: make mutants TABLE=1"] + strange }
    if ordered.count != rows.count { return ["\(ordered.count) mutants, not \(rows.count)"] }
    return fates(of: rows, Dictionary(grouping: ordered) { $0.key }.mapValues { $0.map(\.mutation) }, sound)
  }

  /// Judges some mutants in the instance that decided them, if that is small.
  private static func fates(
    of rows: [Row], _ found: [String: [Mutation]], _ sound: [(String, Machine)]
  ) -> [String] {
    var problems: [String] = []
    var judges: [String: MutantJudge] = [:]
    var state = seed
    var left = mutantsEach
    for _ in 0..<rows.count where left > 0 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let row = rows[Int(state >> 33) % rows.count]
      // Equal changes of equal lines have fates of their own.
      guard let mutation = found[row.key]?.first, found[row.key]?.count == 1 else { continue }
      guard row.outcome == "killed" || row.outcome == "survived",
        let machine = sound.first(where: { $0.0 == row.instance })?.1,
        let states = machine.expectations.states?.count, states <= stateLimit,
        let mutant = machine.mutated(by: mutation)
      else { continue }
      if judges[row.instance] == nil {
        judges[row.instance] = MutantJudge(machine, limit: stateLimit, limits: SearchLimits())
      }
      guard let judge = judges[row.instance] else { continue }
      left -= 1
      let outcome =
        switch judge.judge(mutant) {
        case .killed: "killed"
        case .survived: "survived"
        case .equivalent: "equivalent"
        case .undecided: "undecided"
        }
      if outcome != row.outcome {
        problems.append("\(row.text): \(outcome), the table says \(row.outcome)")
      }
    }
    return problems
  }
}
