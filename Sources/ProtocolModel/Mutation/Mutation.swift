/// One small change of a spec's step, as a careless author might have made it.
///
/// It is a change of text, and holds for all machines that are made of the text; `Machine.mutated(by:)`
/// makes it in one of them. Properties are never changed: they are what is put to the test.
public struct Mutation: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// A conjunct of a guard, or an alternative of it, is left out.
    case dropGuard = "drop-guard"
    /// A comparison takes its neighbor, or its opposite; a negation is left out.
    case comparison
    /// A number is one more or one less.
    case offByOne = "off-by-one"
    /// A constant, or what a definition without arguments yields, is one more or one less: a
    /// deadline, a quorum.
    case constant
    /// A party, a variable, a phase stands for another one of its type; arguments change places.
    case swap
    /// A variable keeps its value.
    case forgetUpdate = "forget-update"
  }

  public var kind: Kind
  public var file: String
  /// Offsets of the text that is replaced.
  public var start: Int32
  public var end: Int32
  public var replacement: String
  /// Offsets of the expression that changes.
  var nodeStart: Int32
  var nodeEnd: Int32
  var edit: Edit

  /// What becomes of the expression.
  enum Edit: Hashable, Sendable {
    case truth(Bool)
    case builtin(from: Builtin, to: Builtin)
    /// The operand of a `not` takes its place.
    case operand
    /// This much is added.
    case shift(Int)
    case literal(Value, to: Value)
    /// Another variable, by the places where the two are declared.
    case variable(from: SourceRange, to: SourceRange)
    /// A definition or constant without arguments, by the places where the two are declared.
    case definition(from: SourceRange, to: SourceRange)
    /// Two neighboring arguments of a call, or operands of an operator, by the first.
    case exchange(Int)
    /// `x' = x`
    case keep
  }
}

extension Mutation {
  /// The line that it is in, before and after; of a change across lines the first one.
  public func lines(in sources: SourceMap) -> (number: Int, before: String, after: String)? {
    guard let file = sources.files.first(where: { $0.path == file }) else { return nil }
    let position = file.position(of: Int(start))
    let line = file.line(position.line)
    let lineStart = Int(start) - Array(file.text(in: prefix(to: start, of: position, file)).utf8).count
    let bytes = Array(line.utf8)
    let from = Int(start) - lineStart
    let to = min(Int(end) - lineStart, bytes.count)
    guard from >= 0, from <= bytes.count, to >= from else { return nil }
    let after =
      String(decoding: bytes[..<from], as: UTF8.self) + replacement
      + String(decoding: bytes[to...], as: UTF8.self)
    return (position.line, line, after)
  }

  /// From the start of the line to an offset.
  private func prefix(to offset: Int32, of position: SourceFile.Position, _ file: SourceFile) -> SourceRange {
    var start = offset
    while start > 0, file.bytes[Int(start) - 1] != UInt8(ascii: "\n") { start -= 1 }
    return SourceRange(file: file.id, start: start, end: offset)
  }
}
