import ProtocolModel
import TestSupport
import Testing

@Suite struct TypeErrorTests {
  @Test func anArgumentOfAnotherTypeIsReportedAtTheArgument() {
    #expect(
      typeErrors("val m = Map(1 -> true)\nval a = m.set(1, 2️⃣\"s\")\nval b = a.get(1) and true") == [
        "2️⃣ [QNT000] expected bool, found str: argument 3 of `set`"
      ])
  }

  @Test func infixOperatorsNameTheirSides() {
    #expect(
      typeErrors("val a = 1 + 1️⃣true") == ["1️⃣ [QNT000] expected int, found bool: right side of `+`"])
    #expect(
      typeErrors("val a = 1 == 1️⃣\"s\"") == ["1️⃣ [QNT000] expected int, found str: right side of `==`"])
  }

  @Test func branchesOfIfMustAgree() {
    #expect(
      typeErrors("val a = if (true) 1 else 1️⃣\"s\"") == [
        "1️⃣ [QNT000] expected int, found str: `else` branch of `if`"
      ])
  }

  @Test func comparisonsDoNotChain() {
    #expect(
      typeErrors("val a = 1️⃣1 < 2 < 3") == ["1️⃣ [QNT000] expected int, found bool: left side of `<`"])
  }

  @Test func oneErrorDoesNotCascade() {
    #expect(
      typeErrors("def f(x) = 1️⃣x.map(y => y) + 1\nval a = f(Set(1))\nval b = a.union(Set(a))\n").count == 2)
    #expect(
      typeErrors("val a: int = 1️⃣\"s\"\nval b = a + 1\nval c = a + 2") == [
        "1️⃣ [QNT000] expected int, found str: body of `a`"
      ])
  }

  @Test func independentErrorsAreAllReported() {
    #expect(
      typeErrors("val a = 1 + 1️⃣true\nval b = not(2️⃣1)\nval c = Set(1, 3️⃣\"s\")") == [
        "1️⃣ [QNT000] expected int, found bool: right side of `+`",
        "2️⃣ [QNT000] expected bool, found int: argument 1 of `not`",
        "3️⃣ [QNT000] expected int, found str: argument 2 of `Set`",
      ])
  }

  @Test func aWrongNumberOfArgumentsIsReported() {
    #expect(
      typeErrors("def f(x, y) = x + y\nval a = 1️⃣f(1)\nval b = 2️⃣Set(1).size(2)") == [
        "1️⃣ [QNT000] `f` takes 2 arguments, found 1",
        "2️⃣ [QNT000] `size` takes 1 argument, found 2",
      ])
  }

  @Test func callingAValueIsReported() {
    #expect(typeErrors("val f = 1\nval a = 1️⃣f(1)") == ["1️⃣ [QNT000] `f` is not an operator but int"])
  }

  @Test func aMissingFieldIsReportedWithItsRecord() {
    #expect(
      typeErrors("var s: { total: int }\nval a = s.1️⃣totl") == [
        "1️⃣ [QNT000] record { total: int } has no field `totl`"
      ])
  }

  @Test func aFieldKeepsItsType() {
    #expect(
      typeErrors("var s: { total: int }\nval a = { ...s, total: 1️⃣true }") == [
        "1️⃣ [QNT000] expected int, found bool: field `total` keeps its type"
      ])
  }

  @Test func aTupleHasOnlyItsEntries() {
    #expect(
      typeErrors("val a = (1, true).1️⃣_3") == ["1️⃣ [QNT000] tuple (int, bool) has no entry 3"])
  }

  @Test func recordsOfDifferentFieldsSayWhichIsMissing() {
    #expect(
      typeErrors("def f(r: { a: int, b: int }): int = r.a\nval x = f(1️⃣{ a: 1 })") == [
        "1️⃣ [QNT000] expected { a: int, b: int }, found { a: int }: argument 1 of `f` (field `b` is missing)"
      ])
  }

  @Test func aDifferenceDeepInsideIsNamed() {
    #expect(
      typeErrors("def f(r: Set[{ a: int }]): int = 1\nval x = f(1️⃣Set({ a: true }))") == [
        "1️⃣ [QNT000] expected Set[{ a: int }], found Set[{ a: bool }]: argument 1 of `f` "
          + "(field `a` of the element is bool, not int)"
      ])
  }

  @Test func tooGeneralAnnotationsAreErrors() {
    #expect(
      typeErrors("def f(p): 1️⃣(t) => t = p + 1\nval a = f(\"s\")") == [
        "1️⃣ [QNT000] the annotation of `f` is too general: `t` can only be int"
      ])
  }

  @Test func annotationsAreBelievedBeforeTheBody() {
    #expect(
      typeErrors("def f(s: str): int = {\n  val x = 1.in(1️⃣s)\n  val y = 2️⃣s + 1\n  y\n}") == [
        "1️⃣ [QNT000] expected Set[int], found str: argument 2 of `in`",
        "2️⃣ [QNT000] expected int, found str: left side of `+`",
      ])
  }

  @Test func aMatchMustListAllLabels() {
    #expect(
      typeErrors("type T = A(int) | B | C\nval t = A(1)\nval x = match 1️⃣t { A(n) => n | B => 0 }") == [
        "1️⃣ [QNT000] `match` does not cover `C` of T"
      ])
  }

  @Test func aMatchMayListOnlyLabelsOfTheType() {
    #expect(
      typeErrors("type T = A(int) | B\nval x = match A(1) { A(n) => n | B => 0 | 1️⃣D => 0 }") == [
        "1️⃣ [QNT000] T has no label `D`"
      ])
  }

  @Test func armsHaveOneType() {
    #expect(
      typeErrors("type T = A(int) | B\nval x = match A(1) { A(n) => n | B => 1️⃣\"s\" }") == [
        "1️⃣ [QNT000] expected int, found str: arm `B` of `match`"
      ])
  }

  @Test func theWildcardComesLast() {
    #expect(
      typeErrors("type T = A(int) | B\nval x = match A(1) { _ => 0 | 1️⃣B => 1 }") == [
        "1️⃣ [QNT000] the arm `B` is never reached: the wildcard must come last"
      ])
  }

  @Test func onlySumsAreMatched() {
    #expect(
      typeErrors("val s = \"s\"\nval x = match 1️⃣s { A(n) => n | B => 9 }") == [
        "1️⃣ [QNT000] `match` needs a value of a sum type, found str"
      ])
  }

  @Test func variantsNeedADeclaredSum() {
    #expect(typeErrors("val x = variant(1️⃣\"A\", 1)") == ["1️⃣ [QNT000] no sum type has the label `A`"])
    #expect(
      typeErrors("type T = A(int) | B\nval x = 1️⃣variant(\"A\", true)") == [
        "1️⃣ [QNT000] no sum type has the label `A` with payload bool"
      ])
  }

  @Test func typeConstructorsCountTheirArguments() {
    #expect(
      typeErrors("type R[ok, err] = Ok(ok) | Err(err)\nval a: 1️⃣R[int] = Ok(1)") == [
        "1️⃣ [QNT000] type `R` takes 2 arguments, found 1"
      ])
  }

  @Test func uninterpretedTypesEqualOnlyThemselves() {
    #expect(
      typeErrors("type P\ntype Q\nvar p: P\nvar q: Q\nval a = p == 1️⃣q") == [
        "1️⃣ [QNT000] expected P, found Q: right side of `==`"
      ])
  }

  @Test func operatorsAreNotElements() {
    #expect(
      typeErrors("def f(x) = x + 1\nval a = Set(1️⃣f)") == [
        "1️⃣ [QNT000] operators are not values: argument 1 of `Set` cannot be one"
      ])
  }

  @Test func operatorsAreNotPayloads() {
    #expect(
      typeErrors("type O[a] = S(a) | N\ndef f(x) = x + 1\nval a = S(1️⃣f)\ndef g(x: O[(a) => b]): int = 1") == [
        "1️⃣ [QNT000] operators are not values: argument 1 of `S` cannot be one"
      ])
  }

  @Test func operatorsAreNotResults() {
    #expect(
      typeErrors("def f(x) = x + 1\ndef g(y) = 1️⃣f") == [
        "1️⃣ [QNT000] an operator cannot be the result of an operator"
      ])
    #expect(
      typeErrors("const f: (int) => 1️⃣(int) => int") == [
        "1️⃣ [QNT000] an operator cannot be the result of an operator"
      ])
  }

  @Test func operatorsCannotBeCompared() {
    #expect(
      typeErrors("def f(x) = x + 1\nval a = 1️⃣f == 2️⃣f") == [
        "1️⃣ [QNT000] operators are not values: left side of `==` cannot be one",
        "2️⃣ [QNT000] operators are not values: right side of `==` cannot be one",
      ])
  }

  @Test func typesOfVariablesHoldNoOperators() {
    #expect(
      typeErrors("var f: 1️⃣(int) => int") == [
        "1️⃣ [QNT000] operators are not values: a state variable cannot hold one"
      ])
  }

  @Test func aTypeCannotContainItself() {
    #expect(
      typeErrors("def f(x) = x.union(1️⃣Set(x))") == [
        "1️⃣ [QNT000] expected Set[a], found Set[Set[a]]: argument 2 of `union` "
          + "(the type would contain itself)"
      ])
  }

  @Test func lambdasTakeAsManyParametersAsTheirCaller() {
    #expect(
      typeErrors("val a = tuples(Set(1), Set(2)).map(1️⃣(x, y) => x + y)") == [
        "1️⃣ [QNT000] expected an operator of 1 parameter, found one of 2: argument 2 of `map`"
      ])
  }

  @Test func theResultOfALambdaIsNamed() {
    #expect(
      typeErrors("val a = Set(1).filter(x => 1️⃣x + 1)") == [
        "1️⃣ [QNT000] expected bool, found int: result of the lambda, argument 2 of `filter`"
      ])
  }

  @Test func overridesHaveTheTypeOfTheConstant() {
    #expect(
      typeErrors(modules: "module a { const c: bool }\nmodule m { import a(c = 1️⃣1) as A }") == [
        "1️⃣ [QNT000] expected bool, found int: value for constant `c`"
      ])
  }

  @Test func assumptionsAreBoolean() {
    #expect(typeErrors("assume a = 1️⃣1") == ["1️⃣ [QNT000] expected bool, found int: an assumption"])
  }

  @Test func theExpressionAfterNondetIsBoolean() {
    #expect(
      typeErrors("val x = { nondet b = Set(1, 2).oneOf()\n 1️⃣b }") == [
        "1️⃣ [QNT205] the expression after `nondet b` must be boolean, found int"
      ])
  }

  @Test func aPatternOfAnotherShapeIsReportedOnce() {
    #expect(typeErrors("val (1️⃣x, y) = 42").count == 1)
    #expect(typeErrors("val { 1️⃣x, y } = 42").count == 1)
  }

  @Test func fieldNamesAreLiterals() {
    #expect(
      typeErrors("val n = \"f\"\nval r = { f: 1 }\nval a = r.field(1️⃣n)") == [
        "1️⃣ [QNT000] the name of a field must be written as a string literal"
      ])
  }

  @Test func theOtherSideOfAMismatchIsRelated() {
    let found = typeDiagnostics("val a = if (true) 1 else \"s\"")
    #expect(found.first?.related.map(\.message) == ["first branch of `if` is int"])
  }
}
