/// The tests of a main module: definitions visible in it whose names end in `Test`.

/// A definition that `test` runs.
public struct TestCase: Sendable {
  /// As the main module names it.
  public var name: String
  /// Where it is defined.
  public var range: SourceRange
  /// False for what is not boolean or takes parameters: it is counted as ignored.
  public var isRunnable: Bool
  var reference: Reference
}

extension Spec {
  /// The tests of a main module: first its own in order of declaration, then
  /// those of other modules by name.
  ///
  /// - Parameter pattern: a regular expression (`--match`). With it, the tests are the
  ///   definitions whose names have a match, `Test` or not.
  public func tests(inMain main: Int, matching pattern: String? = nil) throws(Diagnostic) -> [TestCase] {
    let isTest = try Self.predicate(pattern)
    let names = NamesOfReferences(resolved.modules[main].scope)
    var tests: [(order: (NodeID, String), test: TestCase)] = []
    for (name, reference) in resolved.modules[main].scope where names[reference] == name {
      guard case .global(let id) = reference.target, let global = resolved.definitions[id],
        case .definition = global.kind, !global.name.hasPrefix("$"), isTest(name)
      else { continue }
      let isOwn = reference.instances.isEmpty && global.module == main
      let type = program.schemes[id]?.type.unaliased
      let test = TestCase(
        name: name, range: global.nameRange, isRunnable: type == .boolean, reference: reference)
      tests.append(((isOwn ? id : .max, isOwn ? "" : name), test))
    }
    return tests.sorted { $0.order < $1.order }.map(\.test)
  }

  private static func predicate(_ pattern: String?) throws(Diagnostic) -> (String) -> Bool {
    guard let pattern else { return { $0.hasSuffix("Test") } }
    let expression: Regex<AnyRegexOutput>
    do {
      expression = try Regex(pattern)
    } catch {
      throw Diagnostic(.general, "`\(pattern)` is not a regular expression: \(error)", at: .none)
    }
    return { $0.contains(expression) }
  }
}
