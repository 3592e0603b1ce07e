/// Makes random expressions of a given type over all of the language's operators.
///
/// What it makes is well typed and has a value, unless it is told otherwise: divisors are
/// not zero, keys and positions exist, sets that grow fast begin small.
public struct ExpressionGenerator {
  public var random: SeededGenerator
  /// Partial operators get any operands.
  public var allowsErrors = false
  /// One expression in so many has another type than it should have; 0 for none.
  public var nonsense = 0
  private var names = 0

  public struct Local: Hashable, Sendable {
    public var name: String
    public var type: RandomType

    public init(_ name: String, _ type: RandomType) {
      self.name = name
      self.type = type
    }
  }

  public typealias Scope = [Local]
  typealias Node = RandomExpression

  public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  // MARK: Chance

  public mutating func below(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &random) }

  public mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  public mutating func fresh(_ prefix: String = "x") -> String {
    names += 1
    return "\(prefix)\(names)"
  }

  // MARK: Types

  public mutating func type(_ depth: Int = 2) -> RandomType {
    if depth <= 0 { return pick([.int, .int, .int, .bool, .str, .option]) }
    switch below(12) {
    case 0, 1: return .set(type(depth - 1))
    case 2: return .list(type(depth - 1))
    case 3: return .map(type(depth - 1), type(depth - 1))
    case 4: return .pair(type(depth - 1), type(depth - 1))
    case 5: return .record(type(depth - 1), type(depth - 1))
    default: return type(0)
    }
  }

  // MARK: Expressions

  public mutating func expression(
    _ type: RandomType, _ depth: Int, _ scope: Scope = []
  ) -> RandomExpression {
    if nonsense > 0, oneIn(nonsense) { return expression(self.type(2), max(0, depth - 1), scope) }
    if oneIn(3), let local = scope.filter({ $0.type == type }).randomElement(using: &random) {
      return Node(.name(local.name), type)
    }
    if depth <= 0 { return leaf(type, scope) }
    if oneIn(4) { return any(type, depth - 1, scope) }
    let next = depth - 1
    switch type {
    case .int: return integer(next, scope)
    case .bool: return boolean(next, scope)
    case .str, .option: return leaf(type, scope)
    case .set(let member): return set(member, next, scope)
    case .list(let entry): return list(entry, next, scope)
    case .map(let key, let value): return map(key, value, next, scope)
    case .pair(let first, let second):
      return Node(.tuple, type, [expression(first, next, scope), expression(second, next, scope)])
    case .record(let f, let g): return record(f, g, next, scope)
    }
  }

  /// A lambda with parameters of the given types.
  public mutating func lambda(
    _ parameters: [RandomType], _ result: RandomType, _ depth: Int, _ scope: Scope
  ) -> RandomExpression {
    let locals = parameters.map { Local(fresh(), $0) }
    return Node(.lambda(locals.map(\.name)), result, [expression(result, depth, scope + locals)])
  }

  public static let largeIntegers = [
    "9223372036854775807", "9223372036854775808", "(-9223372036854775808)", "18446744073709551616",
    "4611686018427387904", "(-4611686018427387905)", "4294967296", "(2^127 - 1)", "(-(3^90))", "(10^40)",
  ]

  mutating func leaf(_ type: RandomType, _ scope: Scope) -> RandomExpression {
    switch type {
    case .int:
      if oneIn(12) { return Node(.literal(pick(Self.largeIntegers)), type) }
      let number = below(14) - 5
      return Node(.literal(number < 0 ? "(\(number))" : "\(number)"), type)
    case .bool: return Node(.literal(pick(["true", "false"])), type)
    case .str: return Node(.literal(pick(["\"\"", "\"a\"", "\"b\"", "\"é\""])), type)
    case .option:
      if oneIn(3) { return Node(.literal("No"), type) }
      return Node(.call("Yes"), type, [leaf(.int, scope)])
    case .set(let member): return .init(.call("Set"), type, leaves(member, 4, scope))
    case .list(let entry): return Node(.list, type, leaves(entry, 4, scope))
    case .map(let key, let value):
      let pairs = leaves(.pair(key, value), 4, scope)
      return .call("setToMap", type, .init(.call("Set"), .set(.pair(key, value)), Array(pairs.prefix(1))))
    case .pair(let first, let second): return Node(.tuple, type, [leaf(first, scope), leaf(second, scope)])
    case .record(let f, let g): return Node(.record, type, [leaf(f, scope), leaf(g, scope)])
    }
  }

  /// Fewer than `count`.
  private mutating func leaves(_ type: RandomType, _ count: Int, _ scope: Scope) -> [RandomExpression] {
    (0..<below(count)).map { _ in oneIn(3) ? expression(type, 1, scope) : leaf(type, scope) }
  }

  /// A set of a few members, for what grows fast.
  private mutating func small(_ member: RandomType, _ count: Int, _ scope: Scope) -> RandomExpression {
    .init(.call("Set"), .set(member), (0..<below(count + 1)).map { _ in leaf(member, scope) })
  }

  // MARK: Of any type

  private mutating func any(_ type: RandomType, _ depth: Int, _ scope: Scope) -> RandomExpression {
    func part(_ type: RandomType, _ generator: inout Self) -> Node {
      generator.expression(type, depth, scope)
    }
    switch below(14) {
    case 0: return Node(.ifElse, type, [part(.bool, &self), part(type, &self), part(type, &self)])
    case 1:
      let local = Local(fresh(), self.type(1))
      return Node(
        .letIn(local.name), type, [part(local.type, &self), expression(type, depth, scope + [local])])
    case 2:
      let local = Local(fresh(), .int)
      return Node(
        .match(local.name), type,
        [part(.option, &self), expression(type, depth, scope + [local]), part(type, &self)])
    case 3:
      let key = self.type(1)
      let (map, index) = (part(.map(key, type), &self), part(key, &self))
      if allowsErrors { return .call("get", type, map, index) }
      return .call("get", type, .call("put", .map(key, type), map, index, part(type, &self)), index)
    case 4:
      if allowsErrors { return .call("nth", type, part(.list(type), &self), part(.int, &self)) }
      return .call("nth", type, filled(type, depth, scope), Node(.literal("0"), .int))
    case 5: return .call("head", type, filled(type, depth, scope))
    case 6: return .call("getOnlyElement", type, .init(.call("Set"), .set(type), [part(type, &self)]))
    case 7:
      let members = [part(type, &self), part(type, &self)]
      return .call("chooseSome", type, .init(.call("Set"), .set(type), members))
    case 8: return Node(.item(1), type, [part(.pair(type, self.type(0)), &self)])
    case 9: return Node(.item(2), type, [part(.pair(self.type(0), type), &self)])
    case 10: return Node(.field("g"), type, [part(.record(self.type(0), type), &self)])
    case 11:
      let entry = self.type(0)
      return .call(
        "foldl", type, part(.list(entry), &self), part(type, &self),
        lambda([type, entry], type, min(depth, 1), scope))
    case 12:
      let entry = self.type(0)
      return .call(
        "foldr", type, part(.list(entry), &self), part(type, &self),
        lambda([entry, type], type, min(depth, 1), scope))
    default:
      let member = self.type(0)
      return .call(
        "fold", type, part(.set(member), &self), part(type, &self),
        lambda([type, member], type, min(depth, 1), scope))
    }
  }

  /// A list with a first entry.
  private mutating func filled(_ entry: RandomType, _ depth: Int, _ scope: Scope) -> RandomExpression {
    let list = expression(.list(entry), depth, scope)
    if allowsErrors, oneIn(2) { return list }
    return .call("append", .list(entry), list, expression(entry, depth, scope))
  }

  // MARK: By type

  private mutating func integer(_ depth: Int, _ scope: Scope) -> RandomExpression {
    func part(_ type: RandomType, _ generator: inout Self) -> Node {
      generator.expression(type, depth, scope)
    }
    switch below(11) {
    case 0, 1, 2, 3:
      return Node(.infix(pick(["+", "-", "*"])), .int, [part(.int, &self), part(.int, &self)])
    case 4: return .call("iuminus", .int, part(.int, &self))
    case 5, 6:
      let divisor = allowsErrors ? part(.int, &self) : Node(.literal("\(1 + below(7))"), .int)
      return Node(.infix(pick(["/", "%"])), .int, [part(.int, &self), divisor])
    case 7:
      let exponent = Node(.literal("\(1 + below(3))"), .int)
      return Node(.infix("^"), .int, [leaf(.int, scope), exponent])
    case 8: return .call("length", .int, part(.list(type(1)), &self))
    default: return .call("size", .int, part(.set(type(1)), &self))
    }
  }

  private mutating func boolean(_ depth: Int, _ scope: Scope) -> RandomExpression {
    func part(_ type: RandomType, _ generator: inout Self) -> Node {
      generator.expression(type, depth, scope)
    }
    let other = type(1)
    switch below(12) {
    case 0: return .call("not", .bool, part(.bool, &self))
    case 1: return Node(.infix(pick(["and", "or"])), .bool, [part(.bool, &self), part(.bool, &self)])
    case 2: return Node(.infix(pick(["iff", "implies"])), .bool, [part(.bool, &self), part(.bool, &self)])
    case 3, 4:
      return Node(.infix(pick(["<", "<=", ">", ">="])), .bool, [part(.int, &self), part(.int, &self)])
    case 5, 6: return Node(.infix(pick(["==", "!="])), .bool, [part(other, &self), part(other, &self)])
    case 7: return .call("in", .bool, part(other, &self), part(.set(other), &self))
    case 8: return .call("contains", .bool, part(.set(other), &self), part(other, &self))
    case 9: return .call("subseteq", .bool, part(.set(other), &self), part(.set(other), &self))
    default:
      return .call(
        pick(["exists", "forall"]), .bool, part(.set(other), &self), lambda([other], .bool, depth, scope))
    }
  }

  private mutating func set(_ member: RandomType, _ depth: Int, _ scope: Scope) -> RandomExpression {
    let type = RandomType.set(member)
    if oneIn(3), let special = lazySet(member, depth, scope) { return special }
    let first = expression(type, depth, scope)
    switch below(8) {
    case 0, 1, 2:
      return .call(pick(["union", "intersect", "exclude"]), type, first, expression(type, depth, scope))
    case 3: return .call("filter", type, first, lambda([member], .bool, depth, scope))
    case 4:
      let source = self.type(1)
      return .call(
        "map", type, expression(.set(source), depth, scope), lambda([source], member, depth, scope))
    case 5:
      let sets = (0..<below(3)).map { _ in expression(type, depth, scope) }
      return .call("flatten", type, .init(.call("Set"), .set(type), sets))
    case 6: return .call("keys", type, expression(.map(member, self.type(0)), depth, scope))
    default: return leaf(type, scope)
    }
  }

  /// A set that is kept as what it is made of.
  private mutating func lazySet(_ member: RandomType, _ depth: Int, _ scope: Scope) -> RandomExpression? {
    let type = RandomType.set(member)
    switch member {
    case .int:
      if oneIn(3) { return .call("indices", type, expression(.list(self.type(0)), depth, scope)) }
      let low = below(8) - 3
      return .call("to", type, .init(.literal("(\(low))"), .int), .init(.literal("\(low + below(5))"), .int))
    case .bool: return .init(.literal("Bool"), type)
    case .str: return .call("fieldNames", type, expression(.record(.int, .bool), depth, scope))
    case .set(let inner): return .call("powerset", type, small(inner, 3, scope))
    case .pair(let first, let second):
      return .call("tuples", type, small(first, 3, scope), small(second, 3, scope))
    case .map(let key, let value):
      return .call("setOfMaps", type, small(key, 2, scope), small(value, 3, scope))
    case .list(let entry):
      return .call("allListsUpTo", type, small(entry, 2, scope), .init(.literal("\(below(3))"), .int))
    case .option, .record: return nil
    }
  }

  private mutating func list(_ entry: RandomType, _ depth: Int, _ scope: Scope) -> RandomExpression {
    let type = RandomType.list(entry)
    let first = expression(type, depth, scope)
    let (zero, one) = (Node(.literal("0"), .int), Node(.literal("1"), .int))
    switch below(8) {
    case 0: return .call("append", type, first, expression(entry, depth, scope))
    case 1: return .call("concat", type, first, expression(type, depth, scope))
    case 2: return .call("tail", type, filled(entry, depth, scope))
    case 3 where allowsErrors:
      return .call("slice", type, first, leaf(.int, scope), expression(.int, depth, scope))
    case 3: return .call("slice", type, filled(entry, depth, scope), pick([zero, one]), one)
    case 4:
      let position = allowsErrors ? expression(.int, depth, scope) : zero
      return .call("replaceAt", type, filled(entry, depth, scope), position, expression(entry, depth, scope))
    case 5: return .call("select", type, first, lambda([entry], .bool, depth, scope))
    case 6 where entry == .int:
      let low = below(5) - 2
      return .call(
        "range", type, .init(.literal("(\(low))"), .int), .init(.literal("\(low + below(4))"), .int))
    default: return leaf(type, scope)
    }
  }

  private mutating func map(
    _ key: RandomType, _ value: RandomType, _ depth: Int, _ scope: Scope
  ) -> RandomExpression {
    let type = RandomType.map(key, value)
    let first = expression(type, depth, scope)
    switch below(6) {
    case 0: return .call("put", type, first, expression(key, depth, scope), expression(value, depth, scope))
    case 1:
      return .call("mapBy", type, expression(.set(key), depth, scope), lambda([key], value, depth, scope))
    case 2, 3:
      let index = expression(key, depth, scope)
      let filled = allowsErrors ? first : .call("put", type, first, index, expression(value, depth, scope))
      if oneIn(2) { return .call("set", type, filled, index, expression(value, depth, scope)) }
      return .call("setBy", type, filled, index, lambda([value], value, depth, scope))
    case 4:
      let pairs = (0..<below(4)).map { _ in
        Node(
          .infix("->"), .pair(key, value), [expression(key, depth, scope), expression(value, depth, scope)])
      }
      return .init(.call("Map"), type, pairs)
    default: return leaf(type, scope)
    }
  }

  private mutating func record(
    _ f: RandomType, _ g: RandomType, _ depth: Int, _ scope: Scope
  ) -> RandomExpression {
    let type = RandomType.record(f, g)
    switch below(4) {
    case 0:
      return .call(
        "with", type, expression(type, depth, scope), .init(.literal("\"f\""), .str),
        expression(f, depth, scope))
    case 1:
      return .init(.spread("g"), type, [expression(type, depth, scope), expression(g, depth, scope)])
    default: return .init(.record, type, [expression(f, depth, scope), expression(g, depth, scope)])
    }
  }
}
