import ProtocolModel

/// What a random value looks like: values of one kind are of one Quint type.
public indirect enum ValueKind: Sendable {
  case bool, int, string
  case tuple([ValueKind])
  case list(ValueKind)
  case set(ValueKind)
  case map(ValueKind, ValueKind)
  case record([(QuintString, ValueKind)])
  case sum([(QuintString, ValueKind)])
}

extension ValueKind {
  /// A random kind, nested at most so deep.
  public static func random(depth: Int, using generator: inout SeededGenerator) -> ValueKind {
    func part(_ generator: inout SeededGenerator) -> ValueKind {
      random(depth: depth - 1, using: &generator)
    }
    switch Int.random(in: 0..<(depth > 0 ? 9 : 3), using: &generator) {
    case 0: return .bool
    case 1: return .int
    case 2: return .string
    case 3: return .tuple([part(&generator), part(&generator)])
    case 4: return .list(part(&generator))
    case 5: return .set(part(&generator))
    case 6: return .map(part(&generator), part(&generator))
    case 7:
      let fields: [(QuintString, ValueKind)] = [
        (QuintString("cash"), part(&generator)), (QuintString("asset"), part(&generator)),
      ]
      return .record(fields)
    default:
      let variants: [(QuintString, ValueKind)] = [
        (QuintString("Idle"), .tuple([])), (QuintString("Busy"), part(&generator)),
      ]
      return .sum(variants)
    }
  }

  /// A random value of this kind, small, with lazy sets among its sets.
  public func value(using generator: inout SeededGenerator) -> Value {
    switch self {
    case .bool: return .bool(Bool.random(using: &generator))
    case .int: return .int(Self.integer(using: &generator))
    case .string:
      return .string(["", "a", "b", "ab", "\u{e9}", "e\u{301}"].randomElement(using: &generator) ?? "")
    case .tuple(let kinds): return .tuple(kinds.map { $0.value(using: &generator) })
    case .list(let kind): return .list(Self.values(kind, using: &generator))
    case .set(let kind): return .set(kind.set(using: &generator))
    case .map(let key, let value):
      let keys = SetValue(Self.values(key, using: &generator))
      return .map(
        MapValue(lastWins: ((try? keys.explicitMembers()) ?? []).map { ($0, value.value(using: &generator)) })
      )
    case .record(let fields): return .record(fields.map { ($0.0, $0.1.value(using: &generator)) })
    case .sum(let variants):
      let index = Int.random(in: 0..<variants.count, using: &generator)
      return .variant(variants[index].0, variants[index].1.value(using: &generator))
    }
  }

  /// A random finite set of values of this kind, explicit or lazy.
  public func set(using generator: inout SeededGenerator) -> SetValue {
    if Bool.random(using: &generator) {
      switch self {
      case .int:
        let low = Int.random(in: -3...3, using: &generator)
        return .interval(from: .small(low), to: .small(low + Int.random(in: -1...3, using: &generator)))
      case .tuple(let kinds) where !kinds.isEmpty:
        return .product(kinds.map { $0.smallSet(using: &generator) })
      case .set(let kind): return .allSubsets(of: kind.smallSet(using: &generator))
      case .map(let key, let value):
        return .allMaps(from: key.smallSet(using: &generator), to: value.smallSet(using: &generator))
      case .list(let kind):
        let length = Integer.small(Int.random(in: -1...2, using: &generator))
        let elements = kind.smallSet(using: &generator)
        return (try? .allLists(of: elements, upTo: length)) ?? .empty
      case .bool, .string, .tuple, .record, .sum: break
      }
    }
    return SetValue(Self.values(self, using: &generator))
  }

  /// At most two members, so that powersets and sets of maps over it stay small.
  private func smallSet(using generator: inout SeededGenerator) -> SetValue {
    if case .int = self, Bool.random(using: &generator) {
      let low = Int.random(in: -2...2, using: &generator)
      return .interval(from: .small(low), to: .small(low + Int.random(in: -1...1, using: &generator)))
    }
    return SetValue((0..<Int.random(in: 0...2, using: &generator)).map { _ in value(using: &generator) })
  }

  private static func values(_ kind: ValueKind, using generator: inout SeededGenerator) -> [Value] {
    (0..<Int.random(in: 0...4, using: &generator)).map { _ in kind.value(using: &generator) }
  }

  /// Mostly small, sometimes at the border of 64 bits or beyond.
  public static func integer(using generator: inout SeededGenerator) -> Integer {
    let small = Integer.small(Int.random(in: -4...4, using: &generator))
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return .small(Int.max) + small
    case 1: return .small(Int.min) + small
    case 2: return .small(Int(truncatingIfNeeded: generator.next()))
    case 3:
      let wide = Integer.small(Int(truncatingIfNeeded: generator.next()))
      return (try? wide * .small(Int(truncatingIfNeeded: generator.next()))) ?? small
    default: return small
    }
  }
}
