/// From numbers that a solver found to the spec's own values.
extension SymbolicSystem {
  /// A state from the values of its leaves; booleans are 0 and 1.
  public func state(from leaves: [Integer]) -> [Value] {
    var rest = leaves[...]
    return shapes.map { $0.decoded(&rest) }
  }

  /// A constant from the values of its leaves.
  public func value(of constant: OpenConstant, from leaves: [Integer]) -> Value {
    var rest = leaves[...]
    return constant.shape.decoded(&rest)
  }

  /// The terms that a symbolic value is made of, in the order in which `value(of:from:)` takes
  /// their values.
  public static func terms(of value: SymbolicValue) -> [Term] {
    switch value {
    case .constant: []
    case .boolean(let term), .integer(let term), .choice(let term, _): [term]
    case .tuple(let entries), .record(_, let entries): entries.flatMap(terms)
    case .variant(let label, _, let payloads): [label] + payloads.flatMap { $0.map(terms) ?? [] }
    case .set(let candidates): candidates.flatMap { [$0.isMember] + terms(of: $0.value) }
    case .interval(let low, let high): [low, high]
    case .subsets(let candidates): candidates.flatMap { [$0.isMember] + terms(of: $0.value) }
    case .maps: []
    case .pairs(let pairs): pairs.flatMap { [$0.isThere] + terms(of: $0.key) + terms(of: $0.value) }
    case .map(let entries): entries.flatMap { [$0.isThere] + terms(of: $0.value) }
    case .list(let entries, let count): [count] + entries.flatMap(terms)
    }
  }

  /// The concrete value of a symbolic one, given the values of its terms; takes them from the front.
  public static func value(of value: SymbolicValue, from numbers: inout ArraySlice<Integer>) -> Value {
    switch value {
    case .constant(let constant): return constant
    case .boolean: return .bool(numbers.removeFirst() != .zero)
    case .integer: return .int(numbers.removeFirst())
    case .choice(_, let values):
      let index = numbers.removeFirst().asInt ?? 0
      return values.indices.contains(index) ? values[index] : values[0]
    case .tuple(let entries): return .tuple(entries.map { Self.value(of: $0, from: &numbers) })
    case .record(let shape, let entries):
      let values = entries.map { Self.value(of: $0, from: &numbers) }
      return RecordValue(shape: shape, values: values).map { .record($0) } ?? .unit
    case .variant(_, let labels, let payloads):
      let index = numbers.removeFirst().asInt ?? 0
      let values = payloads.map { payload in payload.map { Self.value(of: $0, from: &numbers) } }
      guard labels.indices.contains(index), let payload = values[index] else { return .unit }
      return .variant(labels[index], payload)
    case .set(let candidates):
      var members: [Value] = []
      for candidate in candidates {
        let isMember = numbers.removeFirst() != .zero
        let member = Self.value(of: candidate.value, from: &numbers)
        if isMember { members.append(member) }
      }
      return .set(of: members)
    case .subsets(let candidates):
      guard case .set(let members) = Self.value(of: .set(candidates), from: &numbers) else { return .unit }
      return .set(.allSubsets(of: members))
    case .maps: return .set(.empty)
    case .pairs(let slots):
      var pairs: [(key: Value, value: Value)] = []
      for slot in slots {
        let isThere = numbers.removeFirst() != .zero
        let key = Self.value(of: slot.key, from: &numbers)
        let image = Self.value(of: slot.value, from: &numbers)
        if isThere { pairs.append((key, image)) }
      }
      return .map(MapValue(lastWins: pairs))
    case .interval:
      let (low, high) = (numbers.removeFirst(), numbers.removeFirst())
      return .set(.interval(from: low, to: high))
    case .map(let entries):
      var pairs: [(key: Value, value: Value)] = []
      for entry in entries {
        let isThere = numbers.removeFirst() != .zero
        let image = Self.value(of: entry.value, from: &numbers)
        if isThere { pairs.append((entry.key, image)) }
      }
      return .map(MapValue(lastWins: pairs))
    case .list(let entries, _):
      let count = numbers.removeFirst().asInt ?? 0
      let values = entries.map { Self.value(of: $0, from: &numbers) }
      return .list(Array(values.prefix(max(0, count))))
    }
  }
}

extension SymbolicSystem {
  /// What a number stands for at a leaf that is a label or a string; nil for integers.
  public func labelName(ofLeaf place: Int, _ number: Int) -> String? {
    var rest = place
    for shape in shapes {
      let count = shape.leaves("").count
      if rest < count { return shape.labelName(ofLeaf: rest, number) }
      rest -= count
    }
    return nil
  }
}

extension SymbolicShape {
  fileprivate func labelName(ofLeaf place: Int, _ number: Int) -> String? {
    func search(_ shapes: [SymbolicShape], _ place: Int) -> String? {
      var rest = place
      for shape in shapes {
        let count = shape.leaves("").count
        if rest < count { return shape.labelName(ofLeaf: rest, number) }
        rest -= count
      }
      return nil
    }
    switch self {
    case .constant, .boolean, .integer, .set: return nil
    case .choice(let values): return values.indices.contains(number) ? values[number].description : nil
    case .tuple(let shapes), .record(_, let shapes): return search(shapes, place)
    case .variant(let labels, let shapes):
      if place == 0 { return labels.indices.contains(number) ? labels[number].text : nil }
      return search(shapes, place - 1)
    case .slots(let shapes):
      var rest = place
      for shape in shapes {
        let count = 1 + shape.leaves("").count
        if rest < count { return rest == 0 ? nil : shape.labelName(ofLeaf: rest - 1, number) }
        rest -= count
      }
      return nil
    case .pairs(let shapes):
      var rest = place
      for shape in shapes {
        let count = 1 + shape.key.leaves("").count + shape.image.leaves("").count
        if rest < count { return rest == 0 ? nil : search([shape.key, shape.image], rest - 1) }
        rest -= count
      }
      return nil
    case .map(let entries):
      var rest = place
      for entry in entries {
        let own = entry.isAlwaysThere ? 0 : 1
        let count = own + entry.shape.leaves("").count
        if rest < count { return rest < own ? nil : entry.shape.labelName(ofLeaf: rest - own, number) }
        rest -= count
      }
      return nil
    case .list(let shapes, let minimum):
      let own = minimum == shapes.count ? 0 : 1
      return place < own ? nil : search(shapes, place - own)
    }
  }
}

extension Machine {
  /// The machine with other values for some of its constants, named by their definitions.
  public func binding(_ values: [(constant: FunctionID, value: Value)]) -> Machine {
    var result = self
    for (constant, value) in values {
      let number = Int(constant.index)
      guard result.functions.indices.contains(number) else { continue }
      let body = result.functions[number].body
      result.literals.append(value)
      result.expressions.append(.literal(Int32(result.literals.count - 1)))
      result.types.append(type(of: body))
      result.origins.append(origin(of: body))
      result.functions[number].body = ExpressionID(result.expressions.count - 1)
    }
    return result
  }

  /// The definition of a constant, or of a value without parameters that reads no state, by its
  /// name or the last part of it.
  public func definition(ofConstant name: String) -> FunctionID? {
    func fits(_ other: String) -> Bool { other == name || other.hasSuffix("::" + name) }
    let constants = constants.filter { fits($0.name) }.compactMap(\.value)
    if let found = constants.first { return found }
    return functions.indices.first { index in
      let function = functions[index]
      return function.parameters.isEmpty && function.reads.isEmpty && !function.isAction
        && function.qualifier == .pureVal && fits(function.name)
    }.map(FunctionID.init)
  }
}
