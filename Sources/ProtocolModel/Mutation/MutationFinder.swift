extension Machine {
  /// All mutations of the step, each once, by place.
  ///
  /// - Parameter paths: files whose text belongs to the spec; those that declare variables do anyway.
  /// - Complexity: O(expressions of the step).
  public func mutations(ofFiles paths: Set<String>) -> [Mutation] {
    var finder = MutationFinder(self, paths)
    return finder.find()
  }
}

/// An argument of a definition.
private struct ArgumentPlace: Hashable {
  var callee: SourceRange
  var position: Int
}

/// Looks at each expression that the step evaluates.
private struct MutationFinder {
  private let machine: Machine
  private let files: Set<Int32>
  private var found: Set<Mutation> = []
  /// By what a string is an argument of, the strings that stand there, in order of first mention.
  private var strings: [ArgumentPlace: [Value]] = [:]
  private var roles: [ExpressionID: ArgumentPlace] = [:]
  /// Numbers that are changed together with the sum or comparison that they are a part of.
  private var summands: Set<ExpressionID> = []
  /// Variables that keep their value, where they say so.
  private var frames: Set<ExpressionID> = []
  /// Definitions without arguments that are read, by place.
  private var definitions: [SourceRange: (type: Type, name: String)] = [:]

  init(_ machine: Machine, _ paths: Set<String>) {
    self.machine = machine
    var files = Set(machine.variables.map(\.range.file))
    for file in machine.sources.files where paths.contains(file.path) { files.insert(file.id) }
    self.files = files
  }

  mutating func find() -> [Mutation] {
    guard let step = machine.step else { return [] }
    let nodes = machine.evaluated(from: [machine[step].body]).filter {
      files.contains(machine.origin(of: $0).range.file)
    }.sorted { a, b in
      let (x, y) = (machine.origin(of: a).range, machine.origin(of: b).range)
      return (x.file, x.start, x.end, a.index) < (y.file, y.start, y.end, b.index)
    }
    for id in nodes { noteNames(id) }
    for id in nodes { mutate(id) }
    return found.sorted {
      ($0.file, $0.start, $0.end, $0.kind.rawValue, $0.replacement)
        < ($1.file, $1.start, $1.end, $1.kind.rawValue, $1.replacement)
    }
  }

  /// What has to be known of all nodes before the first is mutated.
  private mutating func noteNames(_ id: ExpressionID) {
    switch machine[id] {
    case .call(let function, let arguments) where arguments.count == 0:
      let function = machine[function]
      if function.qualifier == .pureVal {
        definitions[function.range] = (machine.type(of: id).unaliased, function.name)
      }
    case .call(let function, let arguments):
      for (position, operand) in machine[arguments].enumerated() {
        guard case .literal(let number) = machine[operand],
          case .string = machine.literals[Int(number)]
        else { continue }
        let role = ArgumentPlace(callee: machine[function].range, position: position)
        roles[operand] = role
        let value = machine.literals[Int(number)]
        if strings[role]?.contains(value) != true { strings[role, default: []].append(value) }
      }
    case .constant(let constant):
      let constant = machine[constant]
      definitions[constant.range] = (constant.type.unaliased, constant.name)
    case .assign(let variable, let value):
      if case .variable(variable) = machine[value] { frames.insert(value) }
    case .apply(let builtin, let arguments):
      switch builtin {
      case .ilt, .ilte, .igt, .igte:
        for operand in machine[arguments] { summands.formUnion(leaves(ofSum: operand)) }
      case .iadd, .isub: summands.formUnion(leaves(ofSum: id).dropLast())
      default: break
      }
    default: break
    }
  }

  /// What is added up in an expression, itself if it is no sum.
  private func leaves(ofSum id: ExpressionID) -> [ExpressionID] {
    switch machine[id] {
    case .apply(.iadd, let arguments), .apply(.isub, let arguments):
      machine[arguments].flatMap { leaves(ofSum: $0) }
    default: [id]
    }
  }

  private mutating func add(
    _ kind: Mutation.Kind, _ id: ExpressionID, _ edit: Mutation.Edit, _ replacement: String,
    at place: SourceRange? = nil
  ) {
    let node = machine.origin(of: id).range
    let place = place ?? node
    guard let file = machine.sources.file(of: place), place.end > place.start else { return }
    found.insert(
      Mutation(
        kind: kind, file: file.path, start: place.start, end: place.end, replacement: replacement,
        nodeStart: node.start, nodeEnd: node.end, edit: edit))
  }

  private func text(_ id: ExpressionID) -> String { machine.sources.text(in: machine.origin(of: id).range) }

  private mutating func mutate(_ id: ExpressionID) {
    switch machine[id] {
    case .apply(let builtin, let arguments): mutate(id, builtin, Array(machine[arguments]))
    case .literal(let number): mutate(id, machine.literals[Int(number)])
    case .variable(let variable):
      if frames.contains(id) { return }
      let variables = machine.variables
      let type = variables[Int(variable.index)].type.unaliased
      if let other = next(
        after: Int(variable.index), in: variables.count,
        where: {
          variables[$0].type.unaliased == type
        })
      {
        add(
          .swap, id,
          .variable(from: variables[Int(variable.index)].range, to: variables[other].range),
          Self.shortName(variables[other].name))
      }
    case .constant(let constant):
      mutate(id, machine[constant].range, machine[constant].type.unaliased)
    case .call(let function, let arguments):
      let definition = machine[function]
      if arguments.count == 0 {
        let type = machine.type(of: id).unaliased
        if definition.qualifier == .pureVal {
          mutate(id, definition.range, type)
        } else if type == .integer, definition.qualifier == .val {
          shift(id)
        }
      } else {
        exchange(id, Array(machine[arguments]))
      }
    case .assign(let variable, let value):
      if case .variable(variable) = machine[value] { return }
      add(
        .forgetUpdate, id, .keep, Self.shortName(machine[variable].name),
        at: machine.origin(of: value).range)
    case .local, .lazyLocal, .missingConstant, .lambda, .letIn, .record, .field, .variant, .pick: break
    }
  }

  private mutating func mutate(_ id: ExpressionID, _ builtin: Builtin, _ operands: [ExpressionID]) {
    switch builtin {
    case .and, .actionAll:
      for operand in operands { drop(operand, true) }
    case .or:
      for operand in operands { drop(operand, false) }
    case .not:
      if !machine.acts(operands[0]) { add(.comparison, id, .operand, text(operands[0])) }
    case .ilt: compare(id, builtin, .ilte, "<=", operands[1], -1)
    case .ilte: compare(id, builtin, .ilt, "<", operands[1], 1)
    case .igt: compare(id, builtin, .igte, ">=", operands[1], 1)
    case .igte: compare(id, builtin, .igt, ">", operands[1], -1)
    case .eq: replace(id, builtin, .neq, "!=")
    case .neq: replace(id, builtin, .eq, "==")
    default: break
    }
  }

  private mutating func drop(_ operand: ExpressionID, _ value: Bool) {
    if machine.acts(operand) { return }
    if case .literal = machine[operand] { return }
    add(.dropGuard, operand, .truth(value), value ? "true" : "false")
  }

  private mutating func replace(_ id: ExpressionID, _ builtin: Builtin, _ other: Builtin, _ symbol: String) {
    let place = machine.origin(of: id).operatorRange
    let isSymbol = !(machine.sources.text(in: place).first?.isLetter ?? true)
    add(
      .comparison, id, .builtin(from: builtin, to: other), isSymbol ? symbol : other.rawValue,
      at: place.end > place.start ? place : nil)
  }

  /// One step weaker or stronger by the neighboring operator, one step the other way by its right side.
  private mutating func compare(
    _ id: ExpressionID, _ builtin: Builtin, _ other: Builtin, _ symbol: String, _ right: ExpressionID,
    _ step: Int
  ) {
    replace(id, builtin, other, symbol)
    if case .literal(let number) = machine[right], case .int(let value) = machine.literals[Int(number)] {
      let changed = value + .small(step)
      add(.offByOne, right, .literal(.int(value), to: .int(changed)), "\(changed)")
    } else {
      add(.offByOne, right, .shift(step), "(\(text(right)) \(step < 0 ? "-" : "+") 1)")
    }
  }

  private mutating func mutate(_ id: ExpressionID, _ value: Value) {
    switch value {
    case .int(let number):
      if summands.contains(id) { return }
      for step in [1, -1] {
        let other = number + .small(step)
        add(.offByOne, id, .literal(value, to: .int(other)), "\(other)")
      }
    case .string:
      guard let strings = roles[id].flatMap({ strings[$0] }), let place = strings.firstIndex(of: value),
        strings.count > 1
      else { return }
      let other = strings[(place + 1) % strings.count]
      add(.swap, id, .literal(value, to: other), "\(other)")
    case .variant(let variant):
      guard case .sum(let row, _) = machine.type(of: id).unaliased else { return }
      let labels = row.fields.filter { $0.type.unaliased == .unit }.map(\.label)
      guard let place = labels.firstIndex(of: variant.label.text), labels.count > 1 else { return }
      let other = labels[(place + 1) % labels.count]
      add(.swap, id, .literal(value, to: .variant(VariantValue(QuintString(other), .unit))), other)
    default: break
    }
  }

  /// A constant or a definition that is read.
  private mutating func mutate(_ id: ExpressionID, _ range: SourceRange, _ type: Type) {
    if type == .integer { return shift(id) }
    let others = definitions.filter { $0.value.type == type }.sorted {
      ($0.key.file, $0.key.start) < ($1.key.file, $1.key.start)
    }
    guard type != .boolean, let place = others.firstIndex(where: { $0.key == range }), others.count > 1
    else { return }
    let other = others[(place + 1) % others.count]
    add(.swap, id, .definition(from: range, to: other.key), Self.shortName(other.value.name))
  }

  private mutating func shift(_ id: ExpressionID) {
    if summands.contains(id) { return }
    add(.constant, id, .shift(1), "(\(text(id)) + 1)")
    add(.constant, id, .shift(-1), "(\(text(id)) - 1)")
  }

  /// Neighboring arguments of one type.
  private mutating func exchange(_ id: ExpressionID, _ arguments: [ExpressionID]) {
    for index in arguments.indices.dropLast() {
      let (a, b) = (arguments[index], arguments[index + 1])
      let (x, y) = (machine.origin(of: a).range, machine.origin(of: b).range)
      guard machine.type(of: a).unaliased == machine.type(of: b).unaliased, text(a) != text(b),
        x.file == y.file, x.end <= y.start
      else { continue }
      let between = machine.sources.text(in: SourceRange(file: x.file, start: x.end, end: y.start))
      add(
        .swap, id, .exchange(index), text(b) + between + text(a),
        at: SourceRange(file: x.file, start: x.start, end: y.end))
    }
  }

  /// The next index, cyclically, that is wanted; nil if there is no other.
  private func next(after index: Int, in count: Int, where isWanted: (Int) -> Bool) -> Int? {
    for step in 1..<max(1, count) {
      let other = (index + step) % count
      if isWanted(other) { return other }
    }
    return nil
  }

  /// The last part of a name with qualifiers.
  static func shortName(_ name: String) -> String {
    var rest = name[...]
    while let colon = rest.firstIndex(of: ":") { rest = rest[rest.index(after: colon)...] }
    return String(rest)
  }
}
