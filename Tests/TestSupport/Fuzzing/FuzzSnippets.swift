/// Short specs that together use the whole language; all of them are accepted.
enum FuzzSnippets {
  static let all = [
    numbers, sets, maps, lists, records, sums, higherOrder, blocks, actions, runs, instances, nestedInstances,
    exports, temporal, polymorphism, rows, properties, letters, loops,
  ]

  private static let numbers = """
    module numbers {
      pure def gcd(a: int, b: int): int = 1.to(a).filter(d => a % d == 0 and b % d == 0).fold(1, (m, d) => if (d > m) d else m)
      pure val big = 2^64 - 1 + 0xFF * 1_000 / -7 % 3
      var n: int
      action init = n' = gcd(12, 18) + big - big
      action step = any { all { n < 5, n' = n + 1 }, all { n >= 3, n' = -n / 2 }, n' = n * n % 11 }
      val small = n > -100 and not(n == 77) or n <= 3 iff n != 4 implies true
    }
    """

  private static let sets = """
    module sets {
      val S = Set(1, 2, 3).union(4.to(6)).exclude(Set(5)).intersect(Nat)
      var s: Set[int]
      var t: Set[(int, str)]
      action init = all { s' = S.filter(x => x.in(Int)), t' = tuples(S, Set("a", "b")).filter(((i, _)) => i > 2) }
      action step = {
        nondet p = S.powerset().oneOf()
        nondet q = tuples(1.to(2), Bool).oneOf()
        all {
          s' = p.map(x => x + q._1).union(Set(Set(1), Set(2)).flatten()),
          t' = if (q._2 and p.exists(x => x > 3)) t else t.filter(e => e._1.in(p)),
        }
      }
      val fine = s.subseteq(0.to(20)) and s.isFinite() and s.fold(0, (a, b) => a + b) < 200
      val one = getOnlyElement(Set(7)) + chooseSome(Set(1, 2))
      val lists = Set(1, 2).allListsUpTo(2).size()
    }
    """

  private static let maps = """
    module maps {
      type Addr = str
      pure val WHO: Set[Addr] = Set("alice", "bob", "eve")
      var balances: Addr -> int
      action init = balances' = WHO.mapBy(_ => 0)
      action deposit(who, amount) = balances' = balances.setBy(who, old => old + amount)
      action send(from, whom, amount) = all {
        balances.get(from) >= amount,
        balances' = balances.set(from, balances.get(from) - amount).put(whom, balances.get(whom) + amount),
      }
      action step = {
        nondet who = WHO.oneOf()
        nondet whom = oneOf(WHO)
        nondet amount = 1.to(3).oneOf()
        any { deposit(who, amount), send(who, whom, amount) }
      }
      val known = balances.keys() == WHO and Map("x" -> 1, "y" -> 2).keys().size() == 2
      val again = setToMap(Set((1, 2), (3, 4))) == Map(1 -> 2, 3 -> 4) and Set(1).setOfMaps(Set(2, 3)).size() == 2
      val solvent = balances.keys().forall(a => balances.get(a) >= 0)
    }
    """

  private static let lists = """
    module lists {
      var l: List[int]
      action init = l' = []
      action step = any {
        all { l.length() < 4, l' = l.append(l.length()) },
        all { l != [], l' = l.tail().concat([l.head()]) },
        all { l.length() > 1, l' = l.replaceAt(1, l[0] * 2).slice(0, 2) },
      }
      val sum = l.foldl(0, (a, x) => a + x) + l.foldr(0, (x, a) => x - a)
      val even = l.select(x => x % 2 == 0)
      val inv = l.indices().forall(i => l.nth(i) < 50) and range(1, 4) == List(1, 2, 3)
    }
    """

  private static let records = """
    module records {
      type Order = { id: int, side: str, legs: List[(str, int)] }
      pure def filled(o: Order, n: int): Order = { ...o, id: n, side: "sell" }
      var o: Order
      action init = o' = { id: 1, side: "buy", legs: [("cash", 5)] }
      action step = o' = if (o.id < 4) o.filled(o.id + 1).with("side", "hold") else { ...o, legs: o.legs.append(("x", 1)).slice(0, 1) }
      val names = o.fieldNames() == Set("id", "side", "legs")
      val first = o.legs[0]._2
      val (a, b) = o.legs.head()
    }
    """

  private static let sums = """
    module sums {
      type Message = Transfer({ from: str, amount: int }) | Cancel(int) | Ping
      type Tree[a] = Leaf | Node((a, List[a]))
      var inbox: Set[Message]
      action init = inbox' = Set(Ping)
      action step = {
        nondet m = Set(Transfer({ from: "a", amount: 2 }), Cancel(3), Ping).oneOf()
        match m {
          | Transfer(t) => all { t.amount > 1, inbox' = inbox.union(Set(m)) }
          | Cancel(n) => inbox' = inbox.exclude(Set(Cancel(n)))
          | _ => inbox' = inbox
        }
      }
      pure def depth(t: Tree[int]): int = match t { Leaf => 0 | Node(p) => p._2.length() }
      val inv = depth(Node((1, [2]))) == 1 and depth(Leaf) == 0
    }
    """

  private static let higherOrder = """
    module higherOrder {
      pure def twice(f: (int) => int, x: int): int = f(f(x))
      pure def compose(f, g, x) = f(g(x))
      pure def both(p, q) = p((q, q))
      def apply(action_) = action_(3)
      pure def inc(x) = x + 1
      var x: int
      action set_(f: int => int): bool = x' = f(x)
      action run_(a: bool, b: bool): bool = any { a, b }
      action init = x' = twice(inc, 0)
      action step = run_(set_(y => compose(inc, z => z - 2, y)), set_(inc))
      val v = both(((a, b)) => a == b, 4) and apply(x => x) == 3
    }
    """

  private static let blocks = """
    module blocks {
      const N: int
      assume positive = N > 0
      var x: int
      val later = {
        val a = x + 1
        def f(b) = { pure val c = b * 2  c + a }
        f(a) + { val d = f(1)  d }
      }
      action init = x' = N
      action step = {
        val y = later
        nondet z = 0.to(y % 3 + 1).oneOf()
        all { z != 5, if (z > 1) x' = z else x' = y % 4 }
      }
    }
    module two { import blocks(N = 2).* }
    """

  private static let actions = """
    module actions {
      var a: int
      var b: bool
      action init = all { a' = 0, b' = false }
      action flip = b' = not(b)
      action up = a' = (a + 1) % 4
      action keep = all { a' = a, b' = b }
      action step = any {
        all { up, flip, },
        { nondet n = Set(1, 2).oneOf() all { a > n, a' = n, b' = b } },
        and { a == 3, keep },
        if (b) keep else all { a' = 2, flip },
        all { assert(a < 9), keep }
      }
      val inv = a < 4
    }
    """

  private static let runs = """
    module runs {
      var n: int
      action init = n' = 0
      action inc = n' = n + 1
      action dec = all { n > 0, n' = n - 1 }
      run incTest = init.then(inc).then(3.reps(i => inc)).expect(n == 4)
      run failTest = init.then(dec.fail())
      run choiceTest = { nondet k = 1.to(3).oneOf() init.then(k.reps(_ => inc)).then(all { assert(n == k), n' = n }) }
      run badTest = init.then(dec).then(inc)
      pure def sumTest = 1 + 1 == 2
    }
    """

  private static let instances = """
    module bank {
      const ACCOUNTS: Set[str]
      const LIMIT: int
      var sheet: str -> int
      action open = sheet' = ACCOUNTS.mapBy(_ => LIMIT)
      action pay(a, b) = all { sheet.get(a) > 0, sheet' = sheet.setBy(a, x => x - 1).setBy(b, x => x + 1) }
      val total = ACCOUNTS.fold(0, (s, a) => s + sheet.get(a))
    }
    module main {
      import bank(ACCOUNTS = Set("a", "b"), LIMIT = 2) as east
      import bank(ACCOUNTS = Set("c", "d", "e"), LIMIT = 1) as west
      action init = all { east::open, west::open }
      action step = all { east::pay("a", "b"), west::pay("c", "d") }
      /// @invariant
      val kept = east::total == 4 and west::total == 3
    }
    """

  private static let nestedInstances = """
    module inner { const K: int  pure def add(x) = x + K  var v: int  action set_ = v' = 0  action go = v' = add(v) }
    module middle { const K: int  import inner(K = K + 1) as i  action start = i::set_  action next_ = i::go }
    module outer {
      import middle(K = 3).*
      import middle(K = 4) as m
      action init = start
      action step = next_
      val inv = true
    }
    """

  private static let exports = """
    module base { pure val one = 1  pure def f(x) = x + one  type T = A | B(int) }
    module mid { import base.*  export base.*  pure val two = f(one) }
    module top {
      import mid.*
      import base as b
      import base.f
      var x: T
      action init = x' = B(two)
      action step = x' = match x { | A => B(b::one) | B(n) => if (n > 4) A else B(f(n)) }
    }
    """

  private static let temporal = """
    module temporal_ {
      var x: int
      action init = x' = 0
      action step = any { all { x < 3, x' = x + 1 }, x' = 0 }
      temporal grows = always(next(x) >= x or next(x) == 0)
      temporal live = x == 1 leadsTo x == 0
      temporal fair = step.weakFair(x) implies eventually(x == 3)
      temporal kept = always(step.orKeep(x)) and eventually(step.mustChange(x)) or enabled(step) iff step.strongFair(x)
      val seen = x == 3
    }
    """

  private static let polymorphism = """
    module poly {
      pure def id(x) = x
      pure def pair(a, b) = (a, b)
      pure def swap(p: (a, b)): (b, a) = (p._2, p._1)
      pure def mapList(l: List[a], f: (a) => b): List[b] = l.foldl([], (acc, e) => acc.append(f(e)))
      pure def getOr(m: a -> b, k: a, d: b): b = if (k.in(m.keys())) m.get(k) else d
      var s: (Set[str], List[int])
      action init = s' = pair(Set(), [])
      action step = s' = swap(pair(mapList([1, 2], x => x + s._2.length()), id(s._1).union(Set("q"))))
      val empty = Set() == Set() and [] == [] and Map() == Map()
      val got = getOr(Map(1 -> "x"), 2, "y") == "y"
    }
    """

  private static let rows = """
    module rows {
      pure def older(p) = { ...p, age: p.age + 1 }
      pure def name(p: { name: str | r }): str = p.name
      pure def full(p) = (p.name, p.age, p.older().age)
      type Person = { name: str, age: int, shoe: int }
      var p: Person
      action init = p' = { name: "n", age: 1, shoe: 40 }
      action step = p' = older(p)
      val inv = full({ age: 1, name: "x" })._2 == 1 and name(p) == "n"
    }
    """

  private static let properties = """
    /// A counter.
    module props {
      var n: int
      action init = n' = 0
      action step = { nondet k = 1.to(2).oneOf() n' = (n + k) % 7 }
      /// @invariant
      val low = n < 7
      /// @witness
      val five = n == 5
      /// @bound maximize
      val most = n * 2
      /// @bound minimize
      val least = -n
      /// @invariant
      temporal moves = always(next(n) != n)
    }
    module ten { import props.* }
    """

  private static let letters = """
    // é ₂ 🙂
    module letters {
      /* a comment */
      pure val text = "two words, é and 🙂"
      pure val _hidden = "" == text
      var v_1: str
    }
    """

  private static let loops = """
    module loops {
      var x: int
      action init = { nondet y = Int.oneOf() nondet z = Nat.oneOf() x' = if (y > z) 1 else 0 }
      action step = {
        nondet f = 1.to(2).setOfMaps(Bool).oneOf()
        nondet l = Set(1, 2).allListsUpTo(2).oneOf()
        nondet s = 1.to(70).powerset().oneOf()
        x' = if (f.get(1)) l.length() else s.size() % 3
      }
      val inv = x.in(0.to(5)) and Set(1, 2).in(1.to(100).powerset()) and 1.to(10^30).contains(5)
    }
    """
}
