/// The built-in operators: one row each with name, number of arguments, type and
/// the errors that it can raise. Everything that speaks of an operator looks here.
///
/// Raw values are the names that a spec may use (`iadd` for `+`). The meaning in
/// one sentence is `meaning`; its executable form is the evaluator.
public enum Builtin: String, CaseIterable, Sendable, Hashable {
  // Logic and equality
  case eq, neq, not, and, or, iff, implies, ite
  // Integers
  case iadd, isub, imul, idiv, imod, ipow, iuminus, ilt, ilte, igt, igte
  // Sets
  case to
  case allIntegers = "Int"
  case allNaturals = "Nat"
  case booleans = "Bool"
  case makeSet = "Set"
  case exists, forall
  case isIn = "in"
  case contains, union, intersect, exclude, subseteq, filter, map, fold
  case powerset, flatten, tuples, allListsUpTo, allLists, getOnlyElement, chooseSome, oneOf
  case size, isFinite
  // Maps
  case makeMap = "Map"
  case setToMap, get
  case setKey = "set"
  case setBy, put, keys, mapBy, setOfMaps
  // Lists
  case makeList = "List"
  case append, concat, length, nth, replaceAt, head, tail, slice, indices, range, select, foldl, foldr
  // Records, tuples, variants
  case makeRecord = "Rec"
  case field, with, fieldNames
  case makeTuple = "Tup"
  case item, variant, matchVariant
  // Actions and runs
  case assign, actionAll, actionAny, then, reps, expect, fail, assert
  // Temporal
  case always, eventually, next, leadsTo, orKeep, mustChange, enabled, weakFair, strongFair
  // Tools
  case debug = "q::debug"
  case lastTrace = "q::lastTrace"
  case test = "q::test"
  case testOnce = "q::testOnce"
  case generate = "apalache::generate"
}

/// How many arguments an operator takes.
public enum Arity: Hashable, Sendable {
  case exactly(Int)
  case atLeast(Int)
  /// `Rec("f", e, ...)`, `matchVariant(e, "A", f, ...)`: checked by its own rule.
  case special

  public func accepts(_ count: Int) -> Bool {
    switch self {
    case .exactly(let number): count == number
    case .atLeast(let number): count >= number
    case .special: true
    }
  }
}

extension Builtin {
  /// One row of the table.
  public struct Row: Sendable {
    public var arity: Arity
    /// Type in Quint's own syntax, lower names generalised; nil where the type
    /// depends on the number or text of the arguments (type inference has a rule for each).
    public var signature: String?
    /// Errors that evaluation may raise: where it has no value.
    public var errors: [DiagnosticID]
    public var meaning: String

    init(_ arity: Arity, _ signature: String?, _ errors: [DiagnosticID] = [], _ meaning: String) {
      self.arity = arity
      self.signature = signature
      self.errors = errors
      self.meaning = meaning
    }
  }

  /// Names that no definition and no parameter may take besides the operators' own.
  public static let otherReservedNames: Set<String> = ["of", "cross", "difference", "fields", "applyTo"]

  /// True for names that the user may not define anew.
  public static func isReserved(_ name: String) -> Bool {
    Builtin(rawValue: name) != nil || otherReservedNames.contains(name)
  }

  public var row: Row {
    switch self {
    case .eq: Row(.exactly(2), "(a, a) => bool", [], "equal values")
    case .neq: Row(.exactly(2), "(a, a) => bool", [], "different values")
    case .not: Row(.exactly(1), "(bool) => bool", [], "negation")
    case .and: Row(.atLeast(0), nil, [], "true unless an argument is false; stops at the first false one")
    case .or: Row(.atLeast(0), nil, [], "false unless an argument is true; stops at the first true one")
    case .iff: Row(.exactly(2), "(bool, bool) => bool", [], "both true or both false")
    case .implies:
      Row(.exactly(2), "(bool, bool) => bool", [], "true at a false premise, else the conclusion")
    case .ite:
      Row(.exactly(3), "(bool, a, a) => a", [], "the branch that the condition takes, only it evaluated")
    case .iadd: Row(.exactly(2), "(int, int) => int", [], "sum")
    case .isub: Row(.exactly(2), "(int, int) => int", [], "difference")
    case .imul: Row(.exactly(2), "(int, int) => int", [], "product")
    case .idiv: Row(.exactly(2), "(int, int) => int", [.badArithmetic], "quotient, truncated towards zero")
    case .imod:
      Row(.exactly(2), "(int, int) => int", [.badArithmetic], "remainder with the sign of the dividend")
    case .ipow:
      Row(
        .exactly(2), "(int, int) => int", [.badArithmetic], "power; 0^0 and negative exponents have no value")
    case .iuminus: Row(.exactly(1), "(int) => int", [], "negation")
    case .ilt: Row(.exactly(2), "(int, int) => bool", [], "less")
    case .ilte: Row(.exactly(2), "(int, int) => bool", [], "less or equal")
    case .igt: Row(.exactly(2), "(int, int) => bool", [], "greater")
    case .igte: Row(.exactly(2), "(int, int) => bool", [], "greater or equal")
    case .to:
      Row(
        .exactly(2), "(int, int) => Set[int]", [], "the integers from the first to the second, both included")
    case .allIntegers: Row(.exactly(0), "Set[int]", [], "the infinite set of all integers")
    case .allNaturals: Row(.exactly(0), "Set[int]", [], "the infinite set of all integers from 0")
    case .booleans: Row(.exactly(0), "Set[bool]", [], "false and true")
    case .makeSet: Row(.atLeast(0), nil, [], "the set of the arguments")
    case .exists:
      Row(.exactly(2), "(Set[a], (a) => bool) => bool", [.notExecutable], "some member satisfies it")
    case .forall:
      Row(.exactly(2), "(Set[a], (a) => bool) => bool", [.notExecutable], "every member satisfies it")
    case .isIn: Row(.exactly(2), "(a, Set[a]) => bool", [], "the first is a member of the second")
    case .contains: Row(.exactly(2), "(Set[a], a) => bool", [], "the second is a member of the first")
    case .union: Row(.exactly(2), "(Set[a], Set[a]) => Set[a]", [], "members of either")
    case .intersect: Row(.exactly(2), "(Set[a], Set[a]) => Set[a]", [], "members of both")
    case .exclude: Row(.exactly(2), "(Set[a], Set[a]) => Set[a]", [], "members of the first alone")
    case .subseteq:
      Row(.exactly(2), "(Set[a], Set[a]) => bool", [], "every member of the first is one of the second")
    case .filter: Row(.exactly(2), "(Set[a], (a) => bool) => Set[a]", [], "members that satisfy it")
    case .map: Row(.exactly(2), "(Set[a], (a) => b) => Set[b]", [], "the set of images")
    case .fold:
      Row(.exactly(3), "(Set[a], b, (b, a) => b) => b", [], "accumulates over the members in canonical order")
    case .powerset: Row(.exactly(1), "(Set[a]) => Set[Set[a]]", [], "all subsets")
    case .flatten: Row(.exactly(1), "(Set[Set[a]]) => Set[a]", [], "union of the members")
    case .tuples: Row(.atLeast(2), nil, [], "the cartesian product")
    case .allListsUpTo:
      Row(.exactly(2), "(Set[a], int) => Set[List[a]]", [], "all lists over the set up to a length")
    case .allLists:
      Row(.exactly(1), "(Set[a]) => Set[List[a]]", [.notExecutable], "all lists over the set; infinite")
    case .getOnlyElement: Row(.exactly(1), "(Set[a]) => a", [.noSuchElement], "the member of a set of one")
    case .chooseSome:
      Row(.exactly(1), "(Set[a]) => a", [.noSuchElement], "the least member in canonical order")
    case .oneOf: Row(.exactly(1), "(Set[a]) => a", [.oneOfEmptySet], "any member; only in nondet")
    case .size: Row(.exactly(1), "(Set[a]) => int", [.sizeOfInfiniteSet], "number of members")
    case .isFinite: Row(.exactly(1), "(Set[a]) => bool", [], "whether the set is finite")
    case .makeMap: Row(.atLeast(0), nil, [], "the map of the pairs; the last of equal keys wins")
    case .setToMap:
      Row(
        .exactly(1), "(Set[(a, b)]) => (a -> b)", [.notExecutable],
        "the map of a set of pairs with different keys")
    case .get: Row(.exactly(2), "(a -> b, a) => b", [.missingKey], "the value at a key")
    case .setKey:
      Row(
        .exactly(3), "(a -> b, a, b) => (a -> b)", [.missingKey],
        "the map with another value at a key that it has")
    case .setBy:
      Row(
        .exactly(3), "(a -> b, a, (b) => b) => (a -> b)", [.missingKey],
        "the map with the value at a key changed by an operator")
    case .put: Row(.exactly(3), "(a -> b, a, b) => (a -> b)", [], "the map with a key added or replaced")
    case .keys: Row(.exactly(1), "(a -> b) => Set[a]", [], "the set of keys")
    case .mapBy:
      Row(.exactly(2), "(Set[a], (a) => b) => (a -> b)", [], "the map from each member to its image")
    case .setOfMaps:
      Row(.exactly(2), "(Set[a], Set[b]) => Set[a -> b]", [], "all maps from the first to the second")
    case .makeList: Row(.atLeast(0), nil, [], "the list of the arguments")
    case .append: Row(.exactly(2), "(List[a], a) => List[a]", [], "the list with one more at the end")
    case .concat: Row(.exactly(2), "(List[a], List[a]) => List[a]", [], "one list after the other")
    case .length: Row(.exactly(1), "(List[a]) => int", [], "number of entries")
    case .nth:
      Row(.exactly(2), "(List[a], int) => a", [.listIndexOutOfBounds], "the entry at a position from 0")
    case .replaceAt:
      Row(
        .exactly(3), "(List[a], int, a) => List[a]", [.listIndexOutOfBounds],
        "the list with another entry at a position")
    case .head: Row(.exactly(1), "(List[a]) => a", [.noSuchElement], "the first entry")
    case .tail: Row(.exactly(1), "(List[a]) => List[a]", [.noSuchElement], "the list without its first entry")
    case .slice:
      Row(
        .exactly(3), "(List[a], int, int) => List[a]", [.badSlice],
        "entries from the first position up to before the second")
    case .indices: Row(.exactly(1), "(List[a]) => Set[int]", [], "the positions")
    case .range:
      Row(.exactly(2), "(int, int) => List[int]", [], "the integers from the first up to before the second")
    case .select:
      Row(.exactly(2), "(List[a], (a) => bool) => List[a]", [], "entries that satisfy it, in order")
    case .foldl: Row(.exactly(3), "(List[a], b, (b, a) => b) => b", [], "accumulates from the left")
    case .foldr: Row(.exactly(3), "(List[a], b, (a, b) => b) => b", [], "accumulates from the right")
    case .makeRecord: Row(.special, nil, [], "the record of named fields")
    case .field: Row(.exactly(2), nil, [], "the field of a record")
    case .with: Row(.exactly(3), nil, [], "the record with another value in a field that it has")
    case .fieldNames: Row(.exactly(1), nil, [], "the set of the names of the fields")
    case .makeTuple: Row(.special, nil, [], "the tuple of the arguments")
    case .item: Row(.exactly(2), nil, [], "an entry of a tuple, counted from 1")
    case .variant: Row(.exactly(2), nil, [], "a value of a sum type")
    case .matchVariant: Row(.special, nil, [.noSuchElement], "the arm of the label")
    case .assign: Row(.exactly(2), "(a, a) => bool", [], "sets the next value of a variable; true")
    case .actionAll: Row(.atLeast(0), nil, [], "all actions in order; undone at the first false one")
    case .actionAny: Row(.atLeast(0), nil, [], "one of the actions that are enabled")
    case .then:
      Row(.exactly(2), "(bool, bool) => bool", [.runCannotContinue], "one action, a commit, then the other")
    case .reps:
      Row(
        .exactly(2), "(int, (int) => bool) => bool", [.runCannotContinue],
        "an action repeated, with commits between")
    case .expect:
      Row(.exactly(2), "(bool, bool) => bool", [.assertionFailed], "an action, after which a condition holds")
    case .fail: Row(.exactly(1), "(bool) => bool", [], "true when the action is false")
    case .assert: Row(.exactly(1), "(bool) => bool", [.assertionFailed], "the condition; an error when false")
    case .always: Row(.exactly(1), "(bool) => bool", [.notExecutable], "now and at all later times")
    case .eventually: Row(.exactly(1), "(bool) => bool", [.notExecutable], "now or at some later time")
    case .next: Row(.exactly(1), "(a) => a", [.notExecutable], "the value in the next state")
    case .leadsTo:
      Row(
        .exactly(2), "(bool, bool) => bool", [.notExecutable],
        "always: the first implies eventually the second")
    case .orKeep:
      Row(.exactly(2), "(bool, a) => bool", [.notExecutable], "the action, or the expression unchanged")
    case .mustChange:
      Row(.exactly(2), "(bool, a) => bool", [.notExecutable], "the action, and the expression changed")
    case .enabled:
      Row(.exactly(1), "(bool) => bool", [.notExecutable], "some next state makes the action true")
    case .weakFair: Row(.exactly(2), "(bool, a) => bool", [.notExecutable], "weak fairness of the action")
    case .strongFair: Row(.exactly(2), "(bool, a) => bool", [.notExecutable], "strong fairness of the action")
    case .debug: Row(.special, nil, [], "prints and returns its argument")
    case .lastTrace: Row(.exactly(0), nil, [.notExecutable], "states of the last run")
    case .test: Row(.exactly(6), nil, [.notExecutable], "simulates, in the interactive shell")
    case .testOnce: Row(.exactly(5), nil, [.notExecutable], "simulates once, in the interactive shell")
    case .generate: Row(.exactly(1), "(int) => a", [.generateInSimulator], "any value of the annotated type")
    }
  }

  public var arity: Arity { row.arity }

  /// Operators whose meaning needs more than one state or a whole behavior.
  public var isTemporal: Bool {
    switch self {
    case .always, .eventually, .next, .leadsTo, .orKeep, .mustChange, .enabled, .weakFair, .strongFair:
      true
    default: false
    }
  }
}
