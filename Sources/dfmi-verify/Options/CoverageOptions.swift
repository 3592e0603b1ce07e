import Checker
import ProtocolModel

/// Options about what never happens in a model.
extension Option {
  static let strict = Option(
    "--strict", .flag,
    "what never happens (an action, a guard's part, a branch, a premise) is a failure, unless `@allow unused`"
  )
  static let noCoverage = Option("--no-coverage", .flag, "do not look for what never happens")

  static let coverage = Option(
    "--coverage", .text("FILE"),
    "what earlier runs with this file covered counts, too; what this run covers is added to it")

  static let ofCoverage: [Option] = [.strict, .noCoverage, .coverage]
}

extension CoverageReport {
  /// A machine with a predicate for each goal that was not reached yet, and options that ask for them.
  mutating func prepare(_ machine: Machine, of spec: Spec, for options: inout SearchOptions) -> Machine {
    add(spec)
    let (covered, questions) = machine.withCoverage(ofFiles: [spec.path]) { isReached($0) }
    options.coverage = questions
    return covered
  }
}
