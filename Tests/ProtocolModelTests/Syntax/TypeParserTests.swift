import TestSupport
import Testing

@Suite struct TypeParserTests {
  @Test(arguments: [
    ("int", "int"), ("bool", "bool"), ("str", "str"), ("a", "variable a"), ("_a", "variable _a"), ("T", "T"),
    ("N::T", "N::T"), ("N::t", "N::t"), ("from", "from"),
    ("Set[List[int]]", "set(list(int))"),
    ("T[int, U[a]]", "T[int, U[variable a]]"),
    ("()", "tuple()"), ("(int)", "int"), ("(int, str,)", "tuple(int, str)"),
    ("{}", "record()"), ("{ f: int, }", "record(f: int)"), ("{ f: int | r }", "record(f: int | r)"),
    ("{ | r }", "record( | r)"),
    ("a -> b -> c", "map(variable a, map(variable b, variable c))"),
    ("(a -> b) -> c", "map(map(variable a, variable b), variable c)"),
    ("a -> b => c", "operation([map(variable a, variable b)], variable c)"),
    ("a => b => c", "operation([variable a], operation([variable b], variable c))"),
    ("() => int", "operation([], int)"),
    ("(int, str,) => bool", "operation([int, str], bool)"),
    ("((int, str)) => bool", "operation([tuple(int, str)], bool)"),
    ("((int) => bool, int) => bool", "operation([operation([int], bool), int], bool)"),
    ("(int, str) -> bool", "map(tuple(int, str), bool)"),
  ])
  func typesFollowTheGrammar(source: String, tree: String) {
    #expect(Parsing.type(source) == tree)
  }
}
