/// The normal form of `init` and `step`: the list of their transitions.
///
/// An action is true as a whole or does not happen. So on a path from the root
/// that passes only through `all`, `and`, entries of `any`, branches, bodies of
/// picks, nested definitions and calls, one false condition ends everything, and
/// the tree is a disjunction of such paths: `any` and branches split a path, the
/// others prolong it. That `and` does not undo updates makes no difference here: what
/// it leaves behind is seen only where a false action does not end the path, in an
/// operand of `or`, `not`, `implies` and the like. Those stay trees, as does
/// whatever commits a state (`then`, `reps`, `expect`).
///
/// Items are kept in an arena, linked backwards: paths share what they begin with.
///
/// `all` multiplies the numbers of alternatives, so the list can be exponentially
/// longer than the source. A first pass counts; a subtree that exceeds a limit stays
/// opaque, and what is around it is expanded.
struct TransitionList {
  /// No more transitions than this, for `init` and for `step`.
  static let countLimit = 10_000
  /// No more items than this in all transitions of a list.
  static let itemLimit = 1_000_000

  private let machine: Machine
  private let countLimit: Int
  /// For each expression whether it is an action.
  private let acts: [Bool]
  private var sizes: [ExpressionID: Size] = [:]
  private var nodes: [Node] = []
  private var activations: [Transition.Activation] = []
  private var readSets: ReadSetTable

  /// Of the transitions that a subtree splits into.
  private struct Size {
    var count = 1
    var items = 1
    var isOpaque = false
  }

  private struct Node {
    var item: Transition.Item
    var previous: Int
  }

  /// A path in the making.
  private struct Path {
    /// Its last item, -1 for none.
    var last = -1
    /// The activation of the action's name.
    var action: Int?
  }

  init(_ machine: Machine, countLimit: Int = Self.countLimit) {
    self.machine = machine
    self.countLimit = countLimit
    acts = machine.actionExpressions()
    readSets = ReadSetTable(machine)
  }

  /// The transitions of a function without parameters, in the order of the source.
  ///
  /// Recurses as deep as expressions and calls nest.
  ///
  /// - Complexity: O(size of the function and of what it calls + items of the result).
  mutating func transitions(of function: FunctionID) -> [Transition] {
    nodes = []
    activations = [Transition.Activation(function: function, caller: nil, call: nil, frame: 0)]
    var path = Path()
    if machine[function].qualifier == .action { path.action = 0 }
    let ends = expand(machine[function].body, in: 0, path)
    var counts: [String: Int] = [:]
    return ends.map { end in
      var transition = makeTransition(end)
      let name = transition.action.isEmpty ? machine[function].name : transition.action
      let count = counts[name, default: 0] + 1
      counts[name] = count
      transition.id = count == 1 ? name : "\(name)#\(count)"
      return transition
    }
  }
}

// MARK: - Expansion

extension TransitionList {
  /// Prolongs a path by an action, in every way in which that can be true.
  private mutating func expand(_ id: ExpressionID, in activation: Int, _ path: Path) -> [Path] {
    if !acts[Int(id.index)] { return [requiring(id, in: activation, path)] }
    if size(of: id).isOpaque { return [adding(.opaque(id), in: activation, to: path)] }
    switch machine[id] {
    case .assign(let variable, let value):
      return [adding(.update(variable, value), in: activation, to: path)]
    case .letIn(let slot, let value, let body):
      return expand(body, in: activation, adding(.bind(slot, value: value), in: activation, to: path))
    case .pick(let pick, let slot, let domain, let body):
      return expand(
        body, in: activation, adding(.pick(pick, slot, domain: domain), in: activation, to: path))
    case .call(let function, _):
      var path = path
      let inner = enter(function, by: id, in: activation, &path)
      return expand(machine[function].body, in: inner, path)
    case .apply(.actionAny, let arguments):
      return machine[arguments].flatMap { entry in
        // Trying an entry forgets the action entered before.
        expand(entry, in: activation, Path(last: path.last, action: nil))
      }
    case .apply(.actionAll, let arguments), .apply(.and, let arguments):
      var paths = [path]
      for operand in machine[arguments] {
        paths = paths.flatMap { expand(operand, in: activation, $0) }
      }
      return paths
    case .apply(.ite, let arguments):
      let operands = Array(machine[arguments])
      return [(operands[1], true), (operands[2], false)].flatMap { branch, value in
        expand(branch, in: activation, adding(.require(operands[0], value), in: activation, to: path))
      }
    case .apply(.matchVariant, let arguments):
      return machine.arms(arguments).flatMap { arm in
        expand(arm.body, in: activation, adding(arm.test, in: activation, to: path))
      }
    case .literal, .constant, .variable, .local, .lazyLocal, .apply, .lambda, .record, .field, .variant,
      .missingConstant:
      return [adding(.opaque(id), in: activation, to: path)]
    }
  }

  /// Prolongs a path by the entry of a function; the result is its activation.
  private mutating func enter(
    _ function: FunctionID, by call: ExpressionID, in caller: Int, _ path: inout Path
  ) -> Int {
    let index = activations.count
    let frame = machine[function].sharesFrame ? activations[caller].frame : index
    activations.append(
      Transition.Activation(function: function, caller: caller, call: call, frame: frame))
    path = adding(.enter, in: index, to: path)
    if path.action == nil, machine[function].qualifier == .action { path.action = index }
    return index
  }

  /// A condition, its conjuncts one by one. A definition that is declared an action is
  /// entered though it acts on nothing, for its name.
  private mutating func requiring(_ id: ExpressionID, in activation: Int, _ path: Path) -> Path {
    var path = path
    var pending = [(id, activation)]
    while let (next, activation) = pending.popLast() {
      switch machine[next] {
      case .apply(.and, let arguments), .apply(.actionAll, let arguments):
        pending.append(contentsOf: machine[arguments].reversed().map { ($0, activation) })
      case .call(let function, _) where machine[function].qualifier == .action:
        let inner = enter(function, by: next, in: activation, &path)
        pending.append((machine[function].body, inner))
      default:
        if !machine.isTrue(next) { path = adding(.require(next, true), in: activation, to: path) }
      }
    }
    return path
  }

  private mutating func adding(_ kind: Transition.Kind, in activation: Int, to path: Path) -> Path {
    nodes.append(Node(item: Transition.Item(activation: activation, kind: kind), previous: path.last))
    return Path(last: nodes.count - 1, action: path.action)
  }
}

// MARK: - Sizes

extension TransitionList {
  private mutating func size(of id: ExpressionID) -> Size {
    if !acts[Int(id.index)] { return Size(items: max(1, machine.conjunctCount(of: id))) }
    if let known = sizes[id] { return known }
    var result = findSize(of: id)
    if result.isOpaque || result.count > countLimit || result.items > Self.itemLimit {
      result = Size(isOpaque: true)
    }
    sizes[id] = result
    return result
  }

  /// The size of an action by those of its parts. Sizes of parts are within the
  /// limits, so nothing overflows.
  private mutating func findSize(of id: ExpressionID) -> Size {
    let opaque = Size(isOpaque: true)
    switch machine[id] {
    case .assign(_, let value): return areValues([value]) ? Size() : opaque
    case .letIn(_, let value, let body):
      return areValues([value]) ? prolonged(size(of: body)) : opaque
    case .pick(_, _, let domain, let body):
      var parts = [domain]
      if case .apply(.generate, let arguments) = machine[domain] { parts = Array(machine[arguments]) }
      return areValues(parts) ? prolonged(size(of: body)) : opaque
    case .call(let function, let arguments):
      return areValues(machine[arguments]) ? prolonged(size(of: machine[function].body)) : opaque
    case .apply(.actionAny, let arguments): return alternatives(machine[arguments])
    case .apply(.actionAll, let arguments), .apply(.and, let arguments):
      var result = Size(items: 0)
      for operand in machine[arguments] {
        let next = size(of: operand)
        result.items = result.items * next.count + next.items * result.count
        result.count *= next.count
        if result.count > countLimit || result.items > Self.itemLimit { return opaque }
      }
      return result
    case .apply(.ite, let arguments):
      let operands = machine[arguments]
      guard operands.count == 3, areValues(operands.prefix(1)) else { return opaque }
      return prolonged(alternatives(operands.dropFirst()))
    case .apply(.matchVariant, let arguments):
      let arms = machine.arms(arguments)
      guard !arms.isEmpty, areValues(machine[arguments].prefix(1)) else { return opaque }
      return prolonged(alternatives(arms.map(\.body)))
    case .literal, .constant, .variable, .local, .lazyLocal, .apply, .lambda, .record, .field, .variant,
      .missingConstant:
      return opaque
    }
  }

  private func areValues(_ ids: some Sequence<ExpressionID>) -> Bool {
    ids.allSatisfy { !acts[Int($0.index)] }
  }

  /// With one more item in front of each transition.
  private func prolonged(_ size: Size) -> Size {
    Size(count: size.count, items: size.items + size.count)
  }

  private mutating func alternatives(_ ids: some Sequence<ExpressionID>) -> Size {
    var result = Size(count: 0, items: 0)
    for id in ids {
      let next = size(of: id)
      result.count += next.count
      result.items += next.items
    }
    return result
  }
}

// MARK: - The finished transition

extension TransitionList {
  private mutating func makeTransition(_ end: Path) -> Transition {
    var items: [Transition.Item] = []
    var next = end.last
    while next >= 0 {
      items.append(nodes[next].item)
      next = nodes[next].previous
    }
    items.reverse()
    var transition = Transition(
      id: "", action: "", actionActivation: nil, activations: [activations[0]], items: [], reads: [],
      updates: [], unassigned: [], isOpaque: false)
    var numbers = [0: 0]
    for item in items {
      if case .enter = item.kind {
        numbers[item.activation] = transition.activations.count
        transition.activations.append(renumbered(activations[item.activation], numbers))
      }
      transition.items.append(
        Transition.Item(activation: numbers[item.activation] ?? 0, kind: item.kind))
    }
    if let action = end.action {
      transition.actionActivation = numbers[action]
      transition.action = machine[activations[action].function].name
    }
    summarize(&transition)
    return transition
  }

  private func renumbered(
    _ activation: Transition.Activation, _ numbers: [Int: Int]
  ) -> Transition.Activation {
    var result = activation
    result.caller = activation.caller.flatMap { numbers[$0] }
    result.frame = numbers[activation.frame] ?? 0
    return result
  }

  /// Fills in what the transition reads and updates.
  private mutating func summarize(_ transition: inout Transition) {
    var reads = Set<VariableID>()
    var updates = Set<VariableID>()
    for item in transition.items {
      switch item.kind {
      case .enter:
        guard let call = transition.activations[item.activation].call,
          case .call(_, let arguments) = machine[call]
        else { continue }
        for operand in machine[arguments] { reads.formUnion(readSets.readSet(of: operand).variables) }
      case .bind: break
      case .pick(_, _, let value), .require(let value, _), .match(let value, _, _),
        .matchOther(let value, _):
        reads.formUnion(readSets.readSet(of: value).variables)
      case .update(let variable, let value):
        reads.formUnion(readSets.readSet(of: value).variables)
        updates.insert(variable)
      case .opaque(let action):
        reads.formUnion(readSets.readSet(of: action).variables)
        updates.formUnion(machine.updates(below: action))
        transition.isOpaque = true
      }
    }
    transition.reads = reads.sorted { $0.index < $1.index }
    transition.updates = updates.sorted { $0.index < $1.index }
    transition.unassigned = machine.variables.indices.map(VariableID.init).filter { !updates.contains($0) }
  }
}

extension Machine {
  /// For each expression whether evaluating it needs more than a value: it updates,
  /// picks, or chooses, itself or by a call. Parts come before the whole.
  fileprivate func actionExpressions() -> [Bool] {
    var acts = [Bool](repeating: false, count: expressions.count)
    for index in expressions.indices {
      var result =
        switch expressions[index] {
        case .assign, .pick: true
        case .call(let function, _): self[function].isAction
        case .apply(let builtin, _): builtin.demands.contains(.acts)
        case .literal, .constant, .variable, .local, .lazyLocal, .lambda, .letIn, .record, .field,
          .variant, .missingConstant:
          false
        }
      if !result {
        for child in children(of: ExpressionID(index)) where acts[Int(child.index)] { result = true }
      }
      acts[index] = result
    }
    return acts
  }

  fileprivate func isTrue(_ id: ExpressionID) -> Bool {
    if case .literal(let index) = self[id], case .bool(true) = literals[Int(index)] { return true }
    return false
  }

  fileprivate func conjunctCount(of id: ExpressionID) -> Int {
    var count = 0
    var pending = [id]
    while let next = pending.popLast() {
      switch self[next] {
      case .apply(.and, let arguments), .apply(.actionAll, let arguments):
        pending.append(contentsOf: self[arguments])
      default: count += 1
      }
    }
    return count
  }

  /// The arms of a `match`, each with the item that tests for it; empty if some arm
  /// has another form.
  fileprivate func arms(_ arguments: Arguments) -> [(test: Transition.Kind, body: ExpressionID)] {
    let operands = Array(self[arguments])
    guard let subject = operands.first else { return [] }
    var result: [(test: Transition.Kind, body: ExpressionID)] = []
    var labels: [Int32] = []
    for index in stride(from: 1, to: operands.count - 1, by: 2) {
      guard case .literal(let label) = self[operands[index]],
        case .string(let name) = literals[Int(label)],
        case .lambda(let first, 1, false, let body) = self[operands[index + 1]]
      else { return [] }
      if name.text == "_" {
        result.append((.matchOther(subject, labels: labels), body))
        break
      }
      // Of arms for one label the first is taken.
      if labels.contains(label) { continue }
      labels.append(label)
      result.append((.match(subject, label: label, payload: first), body))
    }
    return result
  }

  /// The variables that an action may update.
  fileprivate func updates(below id: ExpressionID) -> Set<VariableID> {
    var result = Set<VariableID>()
    var pending = [id]
    while let next = pending.popLast() {
      if case .assign(let variable, _) = self[next] { result.insert(variable) }
      if case .call(let function, _) = self[next] { result.formUnion(self[function].updates) }
      pending.append(contentsOf: children(of: next))
    }
    return result
  }
}
