/// Parameters and nested definitions that are visible at the place of a walk.
///
/// A name has a stack of meanings, of which the last hides the others. A bound
/// name is unbound when the walk leaves its scope.
struct LocalScope {
  private var meanings: [String: [DefinitionID]] = [:]

  /// Binds a name; `_` is never bound.
  mutating func bind(_ name: String, to id: DefinitionID) {
    if name != "_" { meanings[name, default: []].append(id) }
  }

  mutating func unbind(_ name: String) {
    if name != "_" { _ = meanings[name]?.popLast() }
  }

  func meaning(of name: String) -> DefinitionID? { meanings[name]?.last }

  /// The names bound at present, in no order.
  var names: some Sequence<String> { meanings.lazy.filter { !$0.value.isEmpty }.map(\.key) }
}
