/// Statements about the built-in operators that hold for all values.
///
/// The name of a parameter says its type; `a` and `b` are any types:
///
/// | names | type |
/// |---|---|
/// | `s` `t` `u` | `Set[a]` |
/// | `e` | `Set[b]` |
/// | `w` | `Set[Set[a]]` |
/// | `l` `k` `n` | `List[a]` |
/// | `m` | `a -> b` |
/// | `x` `y` | `a` |
/// | `v` `d` | `b` |
/// | `r` | `{ f: a, g: b }` |
/// | `i` `j` `c` | `int` |
/// | `o` `z` | `bool` |
/// | `f` | `(a) => b` |
/// | `g` | `(b) => int` |
/// | `p` `q` | `(a) => bool` |
/// | `h` | `(int, a) => int` |
public enum Laws {
  public static let all = sets + largeSets + maps + lists + integers + logic + structures

  static let sets = [
    "s.union(t) == t.union(s)",
    "s.union(t).union(u) == s.union(t.union(u))",
    "s.intersect(t) == t.intersect(s)",
    "s.intersect(t).intersect(u) == s.intersect(t.intersect(u))",
    "s.intersect(t.union(u)) == s.intersect(t).union(s.intersect(u))",
    "s.union(t.intersect(u)) == s.union(t).intersect(s.union(u))",
    "s.exclude(t.union(u)) == s.exclude(t).intersect(s.exclude(u))",
    "s.exclude(t.intersect(u)) == s.exclude(t).union(s.exclude(u))",
    "s.exclude(t).exclude(u) == s.exclude(t.union(u))",
    "s.union(s) == s and s.intersect(s) == s and s.exclude(s) == Set()",
    "s.union(t).intersect(s) == s and s.intersect(t).union(s) == s",
    "s.subseteq(t) iff s.union(t) == t",
    "s.subseteq(t) iff s.exclude(t) == Set()",
    "s.subseteq(t) iff s.forall(y1 => y1.in(t))",
    "(s.subseteq(t) and t.subseteq(s)) iff s == t",
    "s.union(t).size() + s.intersect(t).size() == s.size() + t.size()",
    "s.exclude(t).size() == s.size() - s.intersect(t).size()",
    "x.in(s.union(t)) iff (x.in(s) or x.in(t))",
    "x.in(s.intersect(t)) iff (x.in(s) and x.in(t))",
    "x.in(s.exclude(t)) iff (x.in(s) and not(x.in(t)))",
    "s.contains(x) iff s.exists(y1 => y1 == x)",
    "s.filter(p).union(s.filter(y1 => not(p(y1)))) == s",
    "s.filter(p).filter(q) == s.filter(y1 => p(y1) and q(y1))",
    "s.union(t).filter(p) == s.filter(p).union(t.filter(p))",
    "x.in(s.filter(p)) iff (x.in(s) and p(x))",
    "s.union(t).map(f) == s.map(f).union(t.map(f))",
    "s.map(f).map(g) == s.map(y1 => g(f(y1)))",
    "s.map(y1 => y1) == s and s.filter(y1 => true) == s",
    "s.map(f).size() <= s.size()",
    "s.map(f).forall(y1 => s.exists(y2 => f(y2) == y1))",
    "s.forall(p) iff not(s.exists(y1 => not(p(y1))))",
    "s.exists(p) iff s.filter(p).size() > 0",
    "s.fold(0, (n1, y1) => n1 + 1) == s.size()",
    "s.fold(Set(), (u1, y1) => u1.union(Set(y1))) == s",
    "w.flatten() == w.fold(Set(), (u1, y1) => u1.union(y1))",
    "x.in(w.flatten()) iff w.exists(y1 => x.in(y1))",
    "s.map(y1 => Set(y1)).flatten() == s",
    "Set(s, t).flatten() == s.union(t)",
    "s == Set() or s.chooseSome().in(s)",
    "Set(x).getOnlyElement() == x and s.isFinite()",
    "Set(x, y) == Set(y, x) and Set(x, y).size() == (if (x == y) 1 else 2)",
  ]

  /// Sets that are kept as what they are made of, against their members.
  static let largeSets = [
    "s.size() > 9 or s.powerset().size() == 2 ^ s.size()",
    "t.in(s.powerset()) iff t.subseteq(s)",
    "s.size() > 6 or s.powerset().forall(y1 => y1.subseteq(s))",
    "s.size() > 6 or s.powerset().flatten() == s",
    "s.size() > 6 or s.powerset().filter(y1 => y1.size() == 1) == s.map(y1 => Set(y1))",
    "s.size() > 6 or s.powerset().map(y1 => y1) == s.powerset()",
    "s.size() > 6 or s.powerset() == s.powerset().filter(y1 => true)",
    "s.size() > 6 or t.size() > 6 or s.powerset().intersect(t.powerset()) == s.intersect(t).powerset()",
    "s.powerset() == t.powerset() iff s == t",
    "s.powerset().subseteq(t.powerset()) iff s.subseteq(t)",
    "tuples(s, e).size() == s.size() * e.size()",
    "(x, v).in(tuples(s, e)) iff (x.in(s) and v.in(e))",
    "tuples(s, e).map(y1 => y1._1) == (if (e == Set()) Set() else s)",
    "tuples(s, e) == s.map(y1 => e.map(y2 => (y1, y2))).flatten()",
    "tuples(s, e).intersect(tuples(t, e)) == tuples(s.intersect(t), e)",
    "tuples(s, e).exclude(tuples(t, e)) == tuples(s.exclude(t), e)",
    "s.size() > 3 or e.size() > 4 or s.setOfMaps(e).size() == (if (s == Set()) 1 else e.size() ^ s.size())",
    "s.size() > 3 or e.size() > 4 or s.setOfMaps(e).forall(m1 => m1.keys() == s and m1.in(s.setOfMaps(e)))",
    "s.size() > 3 or e.size() > 4 or s.setOfMaps(e).map(m1 => m1) == s.setOfMaps(e)",
    "m.in(s.setOfMaps(e)) iff (m.keys() == s and s.forall(y1 => m.get(y1).in(e)))",
    "m.in(m.keys().setOfMaps(m.keys().map(y1 => m.get(y1))))",
    "s.setOfMaps(Set(v)) == Set(s.mapBy(y1 => v))",
    "s.size() > 3 or s.allListsUpTo(2).size() == 1 + s.size() + s.size() * s.size()",
    "s.size() > 3 or s.allListsUpTo(2).forall(l1 => l1.length() <= 2 and l1.indices().forall(i1 => l1[i1].in(s)))",
    "s.size() > 3 or s.allListsUpTo(2).map(l1 => l1) == s.allListsUpTo(2)",
    "l.in(s.allListsUpTo(l.length())) iff l.indices().forall(i1 => l[i1].in(s))",
    "c.in(i.to(j)) iff (i <= c and c <= j)",
    "i > j or i.to(j).size() == j - i + 1",
    "i <= j or i.to(j) == Set()",
    "i.to(i + 5).map(y1 => y1 - i) == 0.to(5)",
    "i.to(i + 4).union((i + 5).to(i + 9)) == i.to(i + 9)",
    "i.to(i + 3).subseteq(j.to(j + 7)) iff (i >= j and i + 3 <= j + 7)",
    "i.to(i + 3).exclude(j.to(j + 3)) == i.to(i + 3).filter(n1 => n1 < j or n1 > j + 3)",
    "i.in(Int) and (i.in(Nat) iff i >= 0) and i.to(j).subseteq(Int)",
    "i.to(j) == (i + 1).to(j).union(Set(i)) or j - i > 100 or i > j",
  ]

  static let maps = [
    "m.put(x, v).get(x) == v",
    "m.put(x, v).keys() == m.keys().union(Set(x))",
    "x == y or m.put(x, v).put(y, d) == m.put(y, d).put(x, v)",
    "m.put(x, v).put(x, d) == m.put(x, d)",
    "not(x.in(m.keys())) or m.set(x, v) == m.put(x, v)",
    "not(x.in(m.keys())) or m.put(x, m.get(x)) == m",
    "not(x.in(m.keys())) or m.setBy(x, v1 => v) == m.set(x, v)",
    "not(x.in(m.keys())) or m.set(x, v).keys() == m.keys()",
    "m.put(x, v).setBy(x, v1 => d).get(x) == d",
    "m.keys().forall(y1 => y1 == x or m.put(x, v).get(y1) == m.get(y1))",
    "s.mapBy(f).keys() == s",
    "s.forall(y1 => s.mapBy(f).get(y1) == f(y1))",
    "m.keys().mapBy(y1 => m.get(y1)) == m",
    "setToMap(m.keys().map(y1 => (y1, m.get(y1)))) == m",
    "setToMap(s.map(y1 => (y1, f(y1)))) == s.mapBy(f)",
    "Map(x -> v) == setToMap(Set((x, v)))",
    "Map(x -> v, y -> d) == Map(x -> v).put(y, d)",
    "m == m.put(x, v) iff (x.in(m.keys()) and m.get(x) == v)",
  ]

  static let lists = [
    "l.concat(k).length() == l.length() + k.length()",
    "l.concat(k).concat(n) == l.concat(k.concat(n))",
    "l.concat([]) == l and [].concat(l) == l",
    "l.append(x) == l.concat([x])",
    "l.append(x)[l.length()] == x",
    "l == [] or [l.head()].concat(l.tail()) == l",
    "l == [] or (l.tail().length() == l.length() - 1 and l.head() == l[0])",
    "l.append(x).slice(0, l.length()) == l",
    "l.concat(k).slice(0, l.length()) == l",
    "l.concat(k).slice(l.length(), l.length() + k.length()) == k",
    "l.slice(0, l.length()) == l",
    "l.indices() == 0.to(l.length() - 1)",
    "l.indices().forall(i1 => l.slice(0, i1).concat(l.slice(i1, l.length())) == l)",
    "l.indices().forall(i1 => l.slice(i1, l.length()).head() == l.nth(i1))",
    "l.foldl([], (k1, y1) => k1.append(y1)) == l",
    "l.foldr([], (y1, k1) => [y1].concat(k1)) == l",
    "l.foldl(0, (n1, y1) => n1 + 1) == l.length()",
    "l.concat(k).foldl(i, h) == k.foldl(l.foldl(i, h), h)",
    "l.concat(k).foldr(i, (y1, n1) => h(n1, y1)) == l.foldr(k.foldr(i, (y1, n1) => h(n1, y1)), (y1, n1) => h(n1, y1))",
    "l.select(p).concat(k.select(p)) == l.concat(k).select(p)",
    "l.select(p).select(q) == l.select(y1 => p(y1) and q(y1))",
    "l.select(y1 => true) == l and l.select(y1 => false) == []",
    "l.indices().forall(i1 => l.replaceAt(i1, x)[i1] == x)",
    "l.indices().forall(i1 => l.replaceAt(i1, l[i1]) == l)",
    "l.indices().forall(i1 => l.replaceAt(i1, x).length() == l.length())",
    "range(0, l.length()).foldl([], (k1, i1) => k1.append(l[i1])) == l",
    "i > j or j - i > 50 or range(i, j).length() == j - i",
    "range(i, i + 3) == [i, i + 1, i + 2]",
    "l == k iff (l.length() == k.length() and l.indices().forall(i1 => l[i1] == k[i1]))",
  ]

  static let integers = [
    "c == 0 or i == (i / c) * c + i % c",
    "c == 0 or (if (i % c < 0) -(i % c) else i % c) < (if (c < 0) -c else c)",
    "c == 0 or i % c == 0 or (i % c > 0 iff i > 0)",
    "c == 0 or ((-i) / c == -(i / c) and i / (-c) == -(i / c))",
    "c == 0 or ((-i) % c == -(i % c) and i % (-c) == i % c)",
    "c == 0 or ((i * c) / c == i and (i * c) % c == 0)",
    "c == 0 or j == 0 or (i / c) / j == i / (c * j)",
    "i + j == j + i and i * j == j * i",
    "(i + j) + c == i + (j + c) and (i * j) * c == i * (j * c)",
    "i * (j + c) == i * j + i * c",
    "i - j == -(j - i) and i - j + j == i and i + 0 == i and i * 1 == i",
    "i^2 == i * i and i^3 == i * i * i",
    "(i + j)^2 == i^2 + 2 * i * j + j^2",
    "(i * j)^3 == i^3 * j^3",
    "i < j iff not(j <= i)",
    "(i < j or i == j) iff i <= j",
    "i < j iff j > i",
    "i <= j iff j >= i",
    "i < j iff i + 1 <= j",
    "(i <= j and j <= c) implies i <= c",
    "i < j iff i + c < j + c",
    "c <= 0 or (i < j iff i * c < j * c)",
    "i * j == 0 iff (i == 0 or j == 0)",
    "i^2 >= 0 and (-i)^2 == i^2",
  ]

  static let logic = [
    "not(o and z) iff (not(o) or not(z))",
    "not(o or z) iff (not(o) and not(z))",
    "(o implies z) iff (not(o) or z)",
    "(o iff z) == ((o implies z) and (z implies o))",
    "(o iff z) == (o == z)",
    "(o != z) == not(o iff z)",
    "and { o, z } == (z and o) and or { o, z } == (z or o)",
    "(if (o) x else y) == (if (not(o)) y else x)",
    "x == x and not(x != x)",
    "(x == y) iff (y == x)",
    "(x != y) iff not(x == y)",
    "x == y implies f(x) == f(y)",
    "o.in(Bool) and Bool == Set(o, not(o))",
  ]

  static let structures = [
    "r.with(\"f\", x).f == x and r.with(\"f\", x).g == r.g",
    "{ ...r, f: x } == r.with(\"f\", x)",
    "{ ...r, f: x, g: v } == { f: x, g: v }",
    "{ f: r.f, g: r.g } == r",
    "r.fieldNames() == Set(\"f\", \"g\")",
    "{ g: v, f: x } == { f: x, g: v }",
    "{ f: x, g: v } == { f: y, g: d } iff (x == y and v == d)",
    "(x, v)._1 == x and (x, v)._2 == v and (x, v, i)._3 == i",
    "(x, v) == (y, d) iff (x == y and v == d)",
    "Yes(i) == Yes(j) iff i == j",
    "Yes(i) != No and Set(Yes(i), No).size() == 2",
    "match Yes(i) { | Yes(n1) => n1 == i | No => false }",
    "match (if (o) Yes(i) else No) { | Yes(n1) => o and n1 == i | _ => not(o) }",
  ]
}
