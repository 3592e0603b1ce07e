import Checker
import ProtocolModel

/// The mutants of one file and what became of them.
struct MutationRun: Sendable {
  var spec: String
  var mutants: [Mutant] = []
  /// Instances that mutants were put to, with the number of states of each.
  var instances: [(main: String, states: Int)] = []
  /// Instances that were left out, and why.
  var leftOut: [(main: String, reason: String)] = []
  /// Properties of the spec itself are violated, so that it cannot be told what notices a mutant.
  var isBroken = false
  var hasBadInput = false
  /// Interrupted: some mutants were not tried.
  var isCut = false
  var diagnostics: [Diagnostic] = []
  var sources = SourceMap()

  struct Mutant: Sendable {
    var mutation: Mutation
    var line: Int
    var before: String
    var after: String
    var outcome = Outcome.equivalent
    /// Of a killed one: the instance and the property.
    var instance: String?
    var killer: String?
    var difference: MutantJudge.Difference?
  }

  enum Outcome: String, Sendable {
    case killed, equivalent, survived, undecided
  }

  var isEmpty: Bool { mutants.isEmpty }

  func count(_ outcome: Outcome) -> Int { mutants.count { $0.outcome == outcome } }

  func status(isStrict: Bool) -> ExitStatus {
    if hasBadInput { return .badInput }
    if isBroken { return .violated }
    if isStrict, count(.survived) > 0 { return .violated }
    return count(.undecided) > 0 || (instances.isEmpty && !leftOut.isEmpty) ? .inconclusive : .success
  }

  /// Makes the mutants of a file and judges them in each of its sound instances.
  static func run(_ file: SpecFile, _ request: MutationRequest, _ console: Console) -> MutationRun {
    Spec.withSpec(file.path) { spec in
      var run = MutationRun(spec: file.path)
      let loaded = SpecInstances(of: spec, file, main: request.main, MachineOptions(), request.sizes)
      let (machines, diagnostics) = (loaded.machines, loaded.diagnostics)
      console.report(diagnostics.sortedByPlace(), loaded.sources)
      run.hasBadInput = diagnostics.hasErrors
      (run.diagnostics, run.sources) = (diagnostics.sortedByPlace(), loaded.sources)
      if run.hasBadInput { return run }
      run.judge(
        machines.compactMap { name, result in result.machine.map { (name, $0) } }, request,
        ownTextOnly: file.isInFolder)
      return run
    }
  }

  /// - Parameter ownTextOnly: no mutants of text that the file imports: of a folder, each text has its turn.
  private mutating func judge(
    _ machines: [(main: String, machine: Machine)], _ request: MutationRequest,
    ownTextOnly: Bool
  ) {
    var limits = SearchLimits()
    limits.isInterrupted = { Process.isInterrupted }
    var judges: [(main: String, machine: Machine, judge: MutantJudge)] = []
    var all: [Mutation: Machine] = [:]
    for (main, machine) in machines where machine.expectations.violated.isEmpty && !Process.isInterrupted {
      var options = SearchOptions()
      options.limits = limits
      options.engine = .bytecode
      let result = ExhaustiveSearch(machine: machine, options: options).run()
      guard result.failure == nil, result.properties.allSatisfy({ $0.verdict != .violated }) else {
        leftOut.append((main, "its own properties do not hold"))
        isBroken = true
        continue
      }
      guard result.isExhausted, result.statistics.distinct <= request.maxStates,
        let judge = MutantJudge(machine, limit: request.maxStates, limits: limits)
      else {
        leftOut.append((main, "more than \(CheckText.grouped(request.maxStates)) states"))
        continue
      }
      judges.append((main, machine, judge))
      instances.append((main, judge.stateCount))
      for mutation in machine.mutations(ofFiles: [spec])
      where all[mutation] == nil && (!ownTextOnly || mutation.file == spec) {
        all[mutation] = machine
      }
    }
    judges.sort { ($0.judge.stateCount, $0.main) < ($1.judge.stateCount, $1.main) }
    let ordered = all.keys.sorted {
      ($0.file, $0.start, $0.end, $0.kind.rawValue, $0.replacement)
        < ($1.file, $1.start, $1.end, $1.kind.rawValue, $1.replacement)
    }
    for mutation in request.chosen(among: ordered) where !Process.isInterrupted {
      guard let lines = all[mutation].flatMap({ mutation.lines(in: $0.sources) }) else { continue }
      var mutant = Mutant(
        mutation: mutation, line: lines.number, before: lines.before, after: lines.after)
      mutant.judge(judges)
      if !Process.isInterrupted { mutants.append(mutant) }
    }
    isCut = Process.isInterrupted
  }
}

extension MutationRun.Mutant {
  /// One instance that kills it is enough; it is equivalent if it is so in all.
  fileprivate mutating func judge(_ judges: [(main: String, machine: Machine, judge: MutantJudge)]) {
    for (main, machine, judge) in judges {
      guard let mutated = machine.mutated(by: mutation) else { continue }
      switch judge.judge(mutated) {
      case .equivalent: continue
      case .killed(let property):
        outcome = .killed
        (instance, killer, difference) = (main, property, nil)
        return
      case .survived(let first):
        if outcome == .equivalent { (outcome, instance, difference) = (.survived, main, first) }
      case .undecided(let first):
        if outcome != .undecided { (outcome, instance, difference) = (.undecided, main, first) }
      }
    }
  }
}

// MARK: - Output

/// The mutants of a file as text: the count, then each survivor with its line and the first
/// state in which it does something else.
struct MutationText {
  let run: MutationRun

  var text: String {
    var text = run.spec + "   " + counts + "\n"
    if !run.instances.isEmpty {
      let names = run.instances.map { "\($0.main) (\(CheckText.count($0.states, "state")))" }
      text += "  judged in   " + names.joined(separator: ", ") + "\n"
    }
    for (main, reason) in run.leftOut { text += "  left out    \(main): \(reason)\n" }
    for group in survivors { text += "\n" + survivor(group) }
    return text
  }

  /// Survivors, those that do more than the spec first; those that change one line and first differ in the
  /// same way stand together.
  private var survivors: [[MutationRun.Mutant]] {
    var groups: [[MutationRun.Mutant]] = []
    for mutant in run.mutants where mutant.outcome == .survived || mutant.outcome == .undecided {
      if let place = groups.firstIndex(where: { $0[0].isLike(mutant) }) {
        groups[place].append(mutant)
      } else {
        groups.append([mutant])
      }
    }
    // Doing more is the graver fault: no invariant can notice that a protocol does less.
    return groups.filter { $0[0].difference?.isExtra == true }
      + groups.filter { $0[0].difference?.isExtra != true }
  }

  /// `42 mutants: 35 killed, 4 equivalent (same reachable states), 3 survive`
  private var counts: String {
    var parts = ["\(run.count(.killed)) killed"]
    let equivalent = run.count(.equivalent)
    if equivalent > 0 { parts.append("\(equivalent) equivalent (same reachable states and transitions)") }
    let survivors = run.count(.survived)
    parts.append("\(survivors) \(survivors == 1 ? "survives" : "survive")")
    if run.count(.undecided) > 0 { parts.append("\(run.count(.undecided)) undecided") }
    return CheckText.count(run.mutants.count, "mutant") + ": " + parts.joined(separator: ", ")
      + (run.isCut ? "; interrupted before all were tried" : "")
  }

  private func survivor(_ group: [MutationRun.Mutant]) -> String {
    let mutant = group[0]
    let word = mutant.outcome == .survived ? "survives " : "undecided"
    var text = "\(word)   \(mutant.mutation.kind.rawValue)   \(mutant.mutation.file):\(mutant.line)\n"
    text += "  - \(mutant.before.trimmed)\n"
    for other in group { text += "  + \(other.after.trimmed)\n" }
    if let difference = mutant.difference, let instance = mutant.instance {
      let what =
        difference.isExtra
        ? "takes a step that the spec does not take" : "does not take a step that the spec takes"
      text += "  in \(instance) it first \(what), the last one:\n"
      text += StoryText.text(of: difference.trace, isFull: false)
    }
    return text
  }
}

extension MutationRun.Mutant {
  /// The same line, and the same first difference.
  fileprivate func isLike(_ other: Self) -> Bool {
    outcome == other.outcome && mutation.file == other.mutation.file && line == other.line
      && instance == other.instance && difference?.isExtra == other.difference?.isExtra
      && difference?.trace.steps.map(\.state) == other.difference?.trace.steps.map(\.state)
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop { $0 == " " || $0 == "\t" }
    var end = start.endIndex
    while end > start.startIndex, start[start.index(before: end)].isWhitespace {
      end = start.index(before: end)
    }
    return String(start[..<end])
  }
}

extension MutationRun {
  var json: JSONValue {
    let outcome = hasBadInput ? "error" : isCut ? "stopped" : "done"
    return ResultDocument.result(
      spec: spec, main: nil, outcome: outcome, members: counts, diagnostics: diagnostics, sources: sources)
  }

  private var counts: [JSONValue.Member] {
    [
      .init("mutants", .integer(.small(mutants.count))),
      .init("killed", .integer(.small(count(.killed)))),
      .init("equivalent", .integer(.small(count(.equivalent)))),
      .init("survived", .integer(.small(count(.survived)))),
      .init("undecided", .integer(.small(count(.undecided)))),
      .init("instances", .array(instances.map { .string($0.main) })),
      .init(
        "leftOut", .array(leftOut.map { ["main": .string($0.main), "reason": .string($0.reason)] })),
      .init("list", .array(mutants.map(\.json))),
    ]
  }
}

extension MutationRun.Mutant {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("kind", .string(mutation.kind.rawValue)), .init("file", .string(mutation.file)),
      .init("line", .integer(.small(line))), .init("before", .string(before)), .init("after", .string(after)),
      .init("outcome", .string(outcome.rawValue)),
    ]
    if let instance { members.append(.init("instance", .string(instance))) }
    if let killer { members.append(.init("property", .string(killer))) }
    return .object(members)
  }
}
