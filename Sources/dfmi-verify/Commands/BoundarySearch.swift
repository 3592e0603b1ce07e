import ProtocolModel
import SMTBridge

/// The least or greatest value of a constant with which all properties can be proved.
///
/// From the value in the spec the search goes on in steps that double, until one value is proved
/// and another refuted, and halves what lies between. The answer is a pair of neighbors: a proof at
/// one, a counterexample at the next. Nothing is assumed beyond: where a property is not monotone
/// in the constant there may be other such pairs, and the one nearest to the spec's value on the
/// way is found. A value that is neither proved nor refuted ends the search.
struct BoundarySearch {
  /// The constant, and which end of the provable values is asked for.
  struct Question: Sendable {
    var constant: String
    var isLeast: Bool

    /// `--least NAME` or `--greatest NAME`.
    init?(_ arguments: Arguments) throws(UsageError) {
      let (least, greatest) = (arguments.text(.least), arguments.text(.greatest))
      if least != nil, greatest != nil { throw UsageError("either `--least` or `--greatest`") }
      guard let name = least ?? greatest else { return nil }
      constant = name
      isLeast = least != nil
    }

    init(_ expected: Expectations.Boundary) {
      constant = expected.constant
      isLeast = expected.isLeast
    }

    var word: String { isLeast ? "least" : "greatest" }
  }

  /// What was found out about one value.
  enum Answer {
    case proved, refuted
    /// The assumptions exclude it.
    case excluded
    case undecided
  }

  let question: Question
  /// Runs the prover with a value in place of the constant's.
  let attempt: (Int) -> (answer: Answer, instance: VerifiedInstance)

  /// Values farther than this from the spec's are not tried.
  private static let reach = 1 << 20

  /// The last value that is proved, and the first beyond it that is not.
  struct Boundary {
    var proved: (value: Int, instance: VerifiedInstance)
    var beyond: (value: Int, answer: Answer, instance: VerifiedInstance)
  }

  enum Outcome {
    case found(Boundary)
    /// Neither proved nor refuted with this value.
    case undecided(Int, VerifiedInstance)
    /// All values that were tried are proved, or all are refuted.
    case unbounded(Answer, upTo: Int, VerifiedInstance)
  }

  /// - Parameter start: the constant's value in the spec.
  func run(from start: Int) -> Outcome {
    let first = attempt(start)
    if first.answer == .undecided { return .undecided(start, first.instance) }
    var inside = (value: start, instance: first.instance)
    var outside = (value: start, answer: first.answer, instance: first.instance)
    // Towards the end that is asked for while it is proved, away from it while it is not.
    let direction = (first.answer == .proved) == question.isLeast ? -1 : 1
    var distance = 1
    while true {
      if distance > Self.reach || Process.isInterrupted {
        return .unbounded(first.answer, upTo: start + direction * (distance / 2), first.instance)
      }
      let value = start + direction * distance
      let next = attempt(value)
      if next.answer == .undecided { return .undecided(value, next.instance) }
      let changes = (next.answer == .proved) != (first.answer == .proved)
      if next.answer == .proved {
        inside = (value, next.instance)
      } else {
        outside = (value, next.answer, next.instance)
      }
      if changes { break }
      distance *= 2
    }
    while abs(inside.value - outside.value) > 1 {
      let value = (inside.value + outside.value) / 2
      let next = attempt(value)
      switch next.answer {
      case .undecided: return .undecided(value, next.instance)
      case .proved: inside = (value, next.instance)
      case .refuted, .excluded: outside = (value, next.answer, next.instance)
      }
    }
    return .found(Boundary(proved: inside, beyond: outside))
  }
}

extension BoundarySearch.Answer {
  /// What the verdicts on an instance come to.
  init(_ instance: VerifiedInstance) {
    let result = instance.result
    if result.vacuity != nil {
      self = .excluded
    } else if result.disagreement == nil, instance.properties.contains(where: { $0.verdict == .violated }) {
      self = .refuted
    } else if !result.properties.isEmpty, result.properties.allSatisfy(\.isProved) {
      self = .proved
    } else {
      self = .undecided
    }
  }
}

extension BoundarySearch {
  /// Searches for one machine and prints what is found.
  static func run(
    _ question: Question, _ machine: Machine, _ plan: ProofPlan, spec: String, main: String,
    _ console: Console, isFull: Bool, asksForJSON: Bool
  ) throws(UsageError) -> (status: ExitStatus, results: [JSONValue]) {
    let outcome = try search(question, machine, plan, spec: spec, main: main, console)
    let text = BoundaryText(question: question, main: main, isFull: isFull)
    if !asksForJSON { console.print(text.text(of: outcome)) }
    return (text.status(of: outcome), asksForJSON ? text.json(of: outcome) : [])
  }

  /// The instance at the end that a tag speaks of, with what is not as the tag says.
  static func instance(
    for expected: Expectations.Boundary, _ machine: Machine, _ plan: ProofPlan, spec: String, main: String,
    _ console: Console
  ) throws(UsageError) -> VerifiedInstance {
    let question = Question(expected)
    let start = Process.seconds
    var instance: VerifiedInstance
    switch try search(question, machine, plan, spec: spec, main: main, console) {
    case .found(let boundary):
      instance = boundary.proved.instance
      let (value, beyond) = (boundary.proved.value, boundary.beyond)
      instance.boundary = "\(question.word) \(question.constant) is \(value)"
      let steps = beyond.instance.properties.filter { $0.verdict == .violated }.compactMap(\.steps).min()
      if let steps {
        instance.boundary? +=
          ", at \(beyond.value) violated after \(CheckText.count(steps, "step"))"
      } else {
        instance.boundary? += ", the assumptions exclude \(beyond.value)"
      }
      if value != expected.value {
        instance.missBoundary("\(question.word) \(question.constant) is \(value), not \(expected.value)")
      }
    case .undecided(let value, let undecided):
      instance = undecided
      instance.missBoundary("\(question.constant) = \(value) is undecided")
    case .unbounded(_, _, let last):
      instance = last
      instance.missBoundary("no \(question.word) \(question.constant)")
    }
    instance.seconds = Process.seconds - start
    return instance
  }

  private static func search(
    _ question: Question, _ machine: Machine, _ plan: ProofPlan, spec: String, main: String,
    _ console: Console
  ) throws(UsageError) -> Outcome {
    guard let constant = machine.definition(ofConstant: question.constant) else {
      throw UsageError("there is no constant `\(question.constant)` in `\(main)`")
    }
    guard let start = (try? Evaluator(machine: machine).value(of: constant))?.asInteger?.asInt else {
      throw UsageError("constant `\(question.constant)` is no integer")
    }
    var plan = plan
    plan.options.openConstants.removeAll { $0 == question.constant }
    plan.expectedViolations = []
    plan.options.firstSteps = min(plan.options.firstSteps, plan.options.maxSteps)
    let kept = plan
    let search = BoundarySearch(question: question) { value in
      let bound = machine.binding([(constant, .int(value))])
      let instance = VerifiedInstance.verify(
        bound, spec: spec, main: main, warnings: [], kept, console)
      return (Answer(instance), instance)
    }
    return search.run(from: start)
  }
}

/// The answer in words.
struct BoundaryText {
  let question: BoundarySearch.Question
  let main: String
  let isFull: Bool

  private func name(_ value: Int) -> String { "\(question.constant) = \(value)" }

  func status(of outcome: BoundarySearch.Outcome) -> ExitStatus {
    switch outcome {
    case .found: .success
    case .undecided, .unbounded: .inconclusive
    }
  }

  func text(of outcome: BoundarySearch.Outcome) -> String {
    switch outcome {
    case .found(let boundary):
      let seconds = CheckText.seconds(boundary.proved.instance.seconds)
      var text = "\(main)   \(question.word) \(name(boundary.proved.value))\n"
      text += "  at \(name(boundary.proved.value)), \(seconds)\n"
      text += VerifyText(boundary.proved.instance, isFull: isFull).verdicts(indent: 4)
      switch boundary.beyond.answer {
      case .excluded:
        text +=
          "  at \(name(boundary.beyond.value)): \(boundary.beyond.instance.result.vacuity ?? "excluded")\n"
      case .proved, .refuted, .undecided:
        text += "  at \(name(boundary.beyond.value))\n\n"
        text += VerifyText(boundary.beyond.instance, isFull: isFull).findings
      }
      return text
    case .undecided(let value, let instance):
      return "\(main)   \(question.word) \(question.constant) is not found: undecided at \(name(value))\n"
        + VerifyText(instance, isFull: isFull).verdicts(indent: 4)
    case .unbounded(let answer, let last, _):
      let what = answer == .proved ? "all are proved" : "none is proved"
      return "\(main)   no \(question.word) \(question.constant): \(what) as far as \(name(last))\n"
    }
  }

  func json(of outcome: BoundarySearch.Outcome) -> [JSONValue] {
    func result(_ value: Int, _ instance: VerifiedInstance) -> JSONValue {
      guard case .object(let members) = instance.json else { return instance.json }
      let boundary: [JSONValue.Member] = [
        .init("constant", .string(question.constant)), .init("value", .integer(.small(value))),
        .init("end", .string(question.word)),
      ]
      return .object(members + [.init("boundary", .object(boundary))])
    }
    switch outcome {
    case .found(let boundary):
      return [
        result(boundary.proved.value, boundary.proved.instance),
        result(boundary.beyond.value, boundary.beyond.instance),
      ]
    case .undecided(let value, let instance): return [result(value, instance)]
    case .unbounded(_, let value, let instance): return [result(value, instance)]
    }
  }
}

extension Option {
  static let least = Option(
    "--least", .text("NAME"), "least value of a constant with which all can be proved, and why not less")
  static let greatest = Option(
    "--greatest", .text("NAME"), "the greatest such value, and why not more")
}
