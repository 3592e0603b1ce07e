/// All states of the types that a machine's variables have, reachable or not: where a property that is
/// true of all of them would demand nothing.
///
/// Integers are any integers, sums have all their labels. Maps have the keys that they have in a given
/// state, since no type says which ones; what has no such form (strings, sets, lists) is
/// refused, and nothing is said of a property that reads it.
public struct TypeCorrectStates: Sendable {
  public private(set) var graph = TermGraph()
  public private(set) var inputs = SymbolicInputs()
  /// True in the states in which the property is false or has no value.
  public private(set) var violation = TermGraph.Term.false

  /// - Parameter state: one state, for the keys of maps.
  /// - Returns: nil if the property is no predicate on states, or reads what has no form here.
  public init?(violating property: Property, of machine: Machine, like state: [Value?]) {
    switch property.kind {
    case .invariant, .inductive: break
    case .temporal:
      guard property.shape == .alwaysState else { return nil }
    case .witness, .maximum, .minimum: return nil
    }
    do throws(SymbolicRefusal) {
      let read = Set(machine[property.function].reads)
      var current: [SymbolicValue] = []
      for (index, variable) in machine.variables.enumerated() {
        guard let value = state[index] else { return nil }
        let shape =
          read.contains(VariableID(index))
          ? try SymbolicShape(of: variable.type, like: value) : .constant(value)
        let terms = shape.leaves(variable.name).map {
          inputs.add($0.name, isBoolean: $0.isBoolean, $0.range, &graph)
        }
        var rest = terms[...]
        current.append(shape.value(&rest, &graph))
      }
      for conjunct in property.conjuncts {
        let (condition, grown) = try SymbolicMachine.condition(
          conjunct, of: machine, current: current, graph: graph)
        graph = grown
        let isFalse = graph.or(graph.not(condition.condition), condition.undefined)
        violation = graph.or(violation, isFalse)
      }
    } catch {
      return nil
    }
  }
}

extension SymbolicShape {
  /// All values of a type; maps with the keys of a value.
  fileprivate init(of type: Type, like value: Value) throws(SymbolicRefusal) {
    switch (type.unaliased, value) {
    case (.boolean, _): self = .boolean
    case (.integer, _): self = .integer(TermGraph.anyInteger)
    case (.tuple(let row), .tuple(let entries)) where row.fields.count == entries.count:
      var shapes: [SymbolicShape] = []
      for (field, entry) in zip(row.fields, entries) { shapes.append(try .init(of: field.type, like: entry)) }
      self = .tuple(shapes)
    case (.record(let row), .record(let record)):
      var shapes: [SymbolicShape] = []
      for (name, entry) in zip(record.shape.names, record.values) {
        guard let field = row.fields.first(where: { $0.label == name.text }) else {
          throw SymbolicRefusal("a field of no type")
        }
        shapes.append(try .init(of: field.type, like: entry))
      }
      self = .record(record.shape, shapes)
    case (.sum(let row, _), .variant(let variant)):
      var parts: [(QuintString, SymbolicShape)] = []
      for field in row.fields {
        let label = QuintString(field.label)
        // The keys of a map that no state has yet are not known.
        let payload = label == variant.label ? variant.payload : Value(anyOf: field.type)
        guard let payload else { throw SymbolicRefusal("a payload of unknown type") }
        parts.append((label, try .init(of: field.type, like: payload)))
      }
      parts.sort { $0.0 < $1.0 }
      self = .variant(parts.map(\.0), parts.map(\.1))
    case (.map(_, let images), .map(let map)):
      if map.keyArray.isEmpty { throw SymbolicRefusal("a map of unknown keys") }
      var entries: [Entry] = []
      for (key, image) in zip(map.keyArray, map.values) {
        entries.append(Entry(key: key, isAlwaysThere: true, shape: try .init(of: images, like: image)))
      }
      self = .map(entries)
    default: throw SymbolicRefusal("values of this type have no common form")
    }
  }
}
