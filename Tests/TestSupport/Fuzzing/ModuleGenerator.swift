/// Makes modules at random: declarations of every kind, expressions of about the right
/// type, here and there nonsense.
struct ModuleGenerator {
  private var expressions: ExpressionGenerator
  private var locals: ExpressionGenerator.Scope = []
  private var variables: ExpressionGenerator.Scope = []
  private var actions: [String] = []
  private var names = 0

  init(seed: UInt64) {
    expressions = ExpressionGenerator(seed: seed)
    expressions.allowsErrors = expressions.oneIn(2)
    expressions.nonsense = expressions.pick([0, 0, 60, 25, 6])
  }

  private mutating func oneIn(_ count: Int) -> Bool { expressions.oneIn(count) }

  private mutating func fresh(_ prefix: String) -> String {
    // Now and then a name that is taken already, or a word that is no name.
    if expressions.nonsense > 0, oneIn(40) {
      return expressions.pick(["x", "init", "v1", "size", "Set", "val", "_", "a::b", "$x", "d1"])
    }
    names += 1
    return "\(prefix)\(names)"
  }

  // MARK: Modules

  mutating func text() -> String {
    var text = ""
    if oneIn(4) {
      text += "module lib {\n  const K: \(typeText())\n  \(RandomType.declarations)\n"
      text += body(declarations: 3) + "}\n"
      let count = 1 + expressions.below(2)
      text += "module m {\n"
      for number in 0..<count {
        let value = expressions.expression(expressions.type(1), 2).text
        text += "  import lib(K = \(value))\(expressions.pick([".*", " as l\(number)", ".*", ".d1"]))\n"
      }
      locals = []
      variables = []
      actions = []
    } else {
      text += "module m {\n"
    }
    text += "  \(RandomType.declarations)\n" + body(declarations: 2 + expressions.below(6)) + "}\n"
    return text
  }

  /// Lines of an interactive session.
  mutating func sessionLines() -> [String] {
    var lines = [RandomType.declarations]
    for _ in 0..<(2 + expressions.below(6)) {
      lines.append(oneIn(2) ? expression(expressions.type(2)) : declaration())
    }
    return lines.map { $0.split(separator: "\n").joined(separator: " ") }
  }

  private mutating func body(declarations: Int) -> String {
    var lines: [String] = []
    for _ in 0..<expressions.below(4) { lines.append(variable()) }
    for _ in 0..<declarations { lines.append(declaration()) }
    lines.append("action init = " + assignments(depth: 1))
    lines.append("action step = " + action(3))
    if oneIn(2) { lines.append("/// @invariant\n  val \(fresh("inv")) = \(expression(.bool))") }
    if oneIn(6) { lines.append("/// @bound maximize\n  val \(fresh("most")) = \(expression(.int))") }
    if oneIn(6) { lines.append("/// @witness\n  val \(fresh("seen")) = \(expression(.bool))") }
    if oneIn(3) { lines.append("run \(fresh("r"))Test = \(run(2))") }
    if expressions.nonsense > 0, oneIn(6) { lines.shuffle(using: &expressions.random) }
    return lines.map { "  \($0)\n" }.joined()
  }

  private mutating func variable() -> String {
    let local = ExpressionGenerator.Local(fresh("v"), expressions.type(2))
    variables.append(local)
    return "var \(local.name): \(local.type.quintText)"
  }

  // MARK: Declarations

  private mutating func declaration() -> String {
    switch expressions.below(12) {
    case 0: return variable()
    case 1: return "type \(fresh("T")) = \(typeText())"
    case 2: return "type \(fresh("U")) = \(fresh("A")) | \(fresh("B"))(\(typeText()))"
    case 3: return "assume \(oneIn(2) ? "_" : fresh("h")) = \(expression(.bool))"
    case 4: return "temporal \(fresh("t")) = \(temporal(2))"
    case 5: return definition("pure def", parameters: 1 + expressions.below(2))
    case 6: return definition("def", parameters: 1 + expressions.below(2))
    case 7, 8:
      let name = fresh("a")
      let text = "action \(name) = \(action(2))"
      actions.append(name)
      return text
    case 9: return definition("pure val", parameters: 0)
    default: return definition("val", parameters: 0)
    }
  }

  private mutating func definition(_ qualifier: String, parameters: Int) -> String {
    let result = expressions.type(2)
    let scope = (0..<parameters).map { _ in ExpressionGenerator.Local(fresh("p"), expressions.type(1)) }
    let isPure = qualifier.hasPrefix("pure") && !(expressions.nonsense > 0 && oneIn(10))
    let body = expressions.expression(result, 3, scope + locals + (isPure ? [] : variables)).text
    let name = fresh("d")
    let list = scope.map { oneIn(3) ? "\($0.name): \($0.type.quintText)" : $0.name }.joined(separator: ", ")
    let annotation = oneIn(3) ? ": \(result.quintText)" : ""
    // Parameters are all annotated or none.
    let bare = scope.map(\.name).joined(separator: ", ")
    if parameters == 0, isPure { locals.append(.init(name, result)) }
    let head = parameters == 0 ? "" : "(\(annotation.isEmpty ? bare : list))"
    return "\(qualifier) \(name)\(head)\(annotation) = \(body)"
  }

  private mutating func typeText() -> String {
    if expressions.nonsense > 0, oneIn(8) {
      return expressions.pick([
        "a", "Nope", "Set[int", "(int) => bool", "{ f: int | r }", "List[a] -> Opt", "()",
      ])
    }
    return expressions.type(2).quintText
  }

  private mutating func expression(_ type: RandomType) -> String {
    expressions.expression(type, 3, locals + variables).text
  }

  // MARK: Actions

  private mutating func assignments(depth: Int) -> String {
    if variables.isEmpty { return "true" }
    let all = variables.map { "\($0.name)' = \(expressions.expression($0.type, depth, locals).text)" }
    return "all { \(all.joined(separator: ", ")) }"
  }

  private mutating func step(_ scope: ExpressionGenerator.Scope) -> String {
    if variables.isEmpty { return expressions.expression(.bool, 2, scope).text }
    let all = variables.map {
      "\($0.name)' = \(oneIn(3) ? $0.name : expressions.expression($0.type, 2, scope + variables).text)"
    }
    return "all { \(all.joined(separator: ", ")) }"
  }

  private mutating func action(_ depth: Int, _ scope: ExpressionGenerator.Scope = []) -> String {
    if depth <= 0 { return step(scope) }
    switch expressions.below(10) {
    case 0, 1, 2:
      let entries = (0..<(1 + expressions.below(3))).map { _ in action(depth - 1, scope) }
      return "any { \(entries.joined(separator: ", ")) }"
    case 3, 4:
      let condition = expressions.expression(.bool, 2, scope + locals + variables).text
      return "all { \(condition), \(action(depth - 1, scope)) }"
    case 5, 6:
      let local = ExpressionGenerator.Local(fresh("n"), expressions.type(1))
      let domain = expressions.expression(.set(local.type), 2, scope + locals + variables).text
      return "{ nondet \(local.name) = oneOf(\(domain)) \(action(depth - 1, scope + [local])) }"
    case 7:
      let condition = expressions.expression(.bool, 2, scope + locals + variables).text
      return "if (\(condition)) \(action(depth - 1, scope)) else \(action(depth - 1, scope))"
    case 8 where !actions.isEmpty: return expressions.pick(actions)
    case 9 where expressions.nonsense > 0:
      return expressions.pick(["", "not "])
        + "(\(action(depth - 1, scope)) \(expressions.pick(["or", "and"])) "
        + "\(action(depth - 1, scope)))"
    default: return step(scope)
    }
  }

  private mutating func run(_ depth: Int) -> String {
    if depth <= 0 { return expressions.pick(["init", "init", "step"] + actions) }
    switch expressions.below(6) {
    case 0: return "\(run(depth - 1)).then(step)"
    case 1: return "init.then(\(expressions.below(4)).reps(_ => step))"
    case 2: return "\(run(depth - 1)).expect(\(expression(.bool)))"
    case 3: return "\(run(depth - 1)).fail()"
    default: return "\(run(depth - 1)).then(\(run(depth - 1)))"
    }
  }

  private mutating func temporal(_ depth: Int) -> String {
    if depth <= 0 { return expression(.bool) }
    switch expressions.below(6) {
    case 0: return "always(\(temporal(depth - 1)))"
    case 1: return "eventually(\(temporal(depth - 1)))"
    case 2: return "(\(temporal(depth - 1)) implies \(temporal(depth - 1)))"
    case 3: return "next(\(expression(.int))) >= \(expression(.int))"
    case 4: return "(\(temporal(depth - 1)) leadsTo \(expression(.bool)))"
    default: return "always(\(expression(.bool)))"
    }
  }
}
