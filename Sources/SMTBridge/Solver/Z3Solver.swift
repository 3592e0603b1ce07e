internal import CZ3
public import ProtocolModel

/// Z3 through its C API: one context, one solver.
///
/// Terms of the graph are translated once and kept by number. The context lives as long as
/// the solver; nothing of it leaves this file. One solver is for one thread.
public final class Z3Solver: Solver {
  let context: Z3_context
  private let solver: Z3_solver
  let watchdog: Watchdog
  private var translated: [Z3_ast?] = []
  private var assumed: [Z3_ast] = []
  private var kept: [Z3_ast] = []
  private var model: Z3_model?
  /// Integers are bit vectors, as wide as their bounds ask for.
  let isFinite: Bool
  /// Something could not be given to the solver; then no answer of it counts.
  private var isIncomplete = false
  public var limits: SolverLimits
  /// Receives every query, for a log of them.
  public var recorder: SMTLIBWriter?
  private let logNumber: Int?

  public enum Kind: Sendable {
    /// The incremental core; best where products of unknowns occur, and for many small queries.
    case incremental
    /// With preprocessing; best for one large query.
    case tactical
    /// By bits; only where every integer has bounds. Its models are to be checked.
    case finite
    /// The same, slower and with models that are right.
    case finiteIncremental
  }

  /// Texts of the version, for certificates.
  public static var version: String { String(cString: Z3_get_full_version()) }

  /// - Parameter seed: of the solver's random choices.
  public init?(kind: Kind = .incremental, seed: UInt32 = 0, limits: SolverLimits) {
    Z3_global_param_set("memory_max_size", String(limits.memory))
    guard let configuration = Z3_mk_config() else { return nil }
    defer { Z3_del_config(configuration) }
    guard let context = Z3_mk_context_rc(configuration) else { return nil }
    Z3_set_error_handler(context, nil)
    let made: Z3_solver? =
      switch kind {
      case .incremental: Z3_mk_simple_solver(context)
      case .tactical: Z3_mk_solver(context)
      case .finite: Z3_mk_solver_for_logic(context, Z3_mk_string_symbol(context, "QF_BV"))
      case .finiteIncremental: Z3_mk_simple_solver(context)
      }
    guard let solver = made else {
      Z3_del_context(context)
      return nil
    }
    Z3_solver_inc_ref(context, solver)
    self.context = context
    self.solver = solver
    self.limits = limits
    isFinite = kind == .finite || kind == .finiteIncremental
    logNumber = limits.log?.nextNumber()
    if logNumber != nil { recorder = SMTLIBWriter() }
    if let parameters = Z3_mk_params(context) {
      Z3_params_inc_ref(context, parameters)
      Z3_params_set_uint(context, parameters, Z3_mk_string_symbol(context, "random_seed"), seed)
      // Interrupts are the program's: the solver would take them for its present question only.
      Z3_params_set_bool(context, parameters, Z3_mk_string_symbol(context, "ctrl_c"), false)
      if kind == .finite {
        // What these eliminate comes back wrong in models of later checks.
        for name in ["scc", "elim_vars", "bce", "cce", "acce"] {
          Z3_params_set_bool(context, parameters, Z3_mk_string_symbol(context, name), false)
        }
      }
      Z3_solver_set_params(context, solver, parameters)
      Z3_params_dec_ref(context, parameters)
    }
    let handle = ContextHandle(context: context)
    watchdog = Watchdog { Z3_interrupt(handle.context) }
  }

  deinit {
    watchdog.close()
    if let logNumber, let recorder { limits.log?.save(logNumber, recorder.document()) }
    if let model { Z3_model_dec_ref(context, model) }
    for case let ast? in translated { Z3_dec_ref(context, ast) }
    for ast in kept { Z3_dec_ref(context, ast) }
    Z3_solver_dec_ref(context, solver)
    Z3_del_context(context)
  }

  /// The one operation on a context that another thread may do is to interrupt it.
  private struct ContextHandle: @unchecked Sendable {
    let context: Z3_context
  }

  // MARK: Assertions

  public func assert(_ term: Term, _ graph: TermGraph) {
    recorder?.assert(term, graph)
    add(translate(term, graph))
  }

  private func add(_ condition: Z3_ast?) {
    guard let condition else {
      isIncomplete = true
      return
    }
    Z3_solver_assert(context, solver, condition)
  }

  public func declare(_ numbers: Range<Int>, _ inputs: SymbolicInputs) {
    recorder?.declare(numbers, inputs)
    for number in numbers where !inputs.all[number].isBoolean {
      if isFinite {
        for bound in bitBounds(ofInput: number, inputs.all[number].range) { add(bound) }
        continue
      }
      let symbol = Z3_mk_int_symbol(context, Int32(number))
      let sort = keepSort(Z3_mk_int_sort(context))
      guard let constant = keep(Z3_mk_const(context, symbol, sort)) else { continue }
      let range = inputs.all[number].range
      if range.lowerBound != .min {
        add(keep(Z3_mk_ge(context, constant, literal(range.lowerBound))))
      }
      if range.upperBound != .max {
        add(keep(Z3_mk_le(context, constant, literal(range.upperBound))))
      }
    }
  }

  public func push() {
    recorder?.push()
    Z3_solver_push(context, solver)
  }

  public func pop() {
    recorder?.pop()
    Z3_solver_pop(context, solver, 1)
  }

  public func check(assuming assumptions: [Term], _ graph: TermGraph) -> SolverAnswer {
    recorder?.check(assuming: assumptions, graph)
    if let model { Z3_model_dec_ref(context, model) }
    model = nil
    if limits.isOver { return .unknown("no time is left") }
    if isIncomplete { return .unknown("a term that the solver does not take") }
    assumed = []
    for term in assumptions {
      guard let ast = translate(term, graph) else { return .unknown(errorText) }
      assumed.append(ast)
    }
    var literals: [Z3_ast?] = assumed
    let (answer, wasStopped) = watchdog.watch(limits) {
      Z3_solver_check_assumptions(context, solver, UInt32(literals.count), &literals)
    }
    switch answer {
    case Z3_L_TRUE:
      guard let found = Z3_solver_get_model(context, solver) else { return .unknown(errorText) }
      Z3_model_inc_ref(context, found)
      model = found
      return .satisfiable
    case Z3_L_FALSE: return .unsatisfiable
    default:
      if wasStopped { return .unknown(limits.isInterrupted?() == true ? "interrupted" : "time is over") }
      if Z3_get_error_code(context) != Z3_OK { return .unknown(errorText) }
      return .unknown(Z3_solver_get_reason_unknown(context, solver).map { String(cString: $0) } ?? "gave up")
    }
  }

  /// What all questions so far took, in units that are the same on any computer: about 2 million a second.
  var resources: Int {
    guard let statistics = Z3_solver_get_statistics(context, solver) else { return 0 }
    Z3_stats_inc_ref(context, statistics)
    defer { Z3_stats_dec_ref(context, statistics) }
    for index in 0..<Z3_stats_size(context, statistics) {
      guard let key = Z3_stats_get_key(context, statistics, index),
        String(cString: key) == "rlimit count", Z3_stats_is_uint(context, statistics, index)
      else { continue }
      return Int(Z3_stats_get_uint_value(context, statistics, index))
    }
    return 0
  }

  /// Ends each question from here on after so many of these units; nil for no such limit.
  func limit(resources: Int?) {
    guard let parameters = Z3_mk_params(context) else { return }
    Z3_params_inc_ref(context, parameters)
    let units = resources.map { UInt32(clamping: max(1, $0)) } ?? 0
    Z3_params_set_uint(context, parameters, Z3_mk_string_symbol(context, "rlimit"), units)
    Z3_solver_set_params(context, solver, parameters)
    Z3_params_dec_ref(context, parameters)
  }

  private var errorText: String {
    Z3_get_error_msg(context, Z3_get_error_code(context)).map { String(cString: $0) } ?? "error of the solver"
  }

  // MARK: Answers

  public func value(of term: Term, _ graph: TermGraph) -> Integer? {
    guard let model, let ast = translate(term, graph) else { return nil }
    var result: Z3_ast?
    guard Z3_model_eval(context, model, ast, true, &result), let value = result else { return nil }
    Z3_inc_ref(context, value)
    defer { Z3_dec_ref(context, value) }
    switch Z3_get_bool_value(context, value) {
    case Z3_L_TRUE: return .one
    case Z3_L_FALSE: return .zero
    default: break
    }
    guard Z3_is_numeral_ast(context, value), let text = Z3_get_numeral_string(context, value) else {
      return nil
    }
    guard let number = Integer(digits: String(cString: text)) else { return nil }
    return isFinite
      ? signed(number, ofWidth: Z3_get_bv_sort_size(context, Z3_get_sort(context, value))) : number
  }

  public func core() -> [Int] {
    guard let core = Z3_solver_get_unsat_core(context, solver) else { return [] }
    Z3_ast_vector_inc_ref(context, core)
    defer { Z3_ast_vector_dec_ref(context, core) }
    var found: Set<Int> = []
    for index in 0..<Z3_ast_vector_size(context, core) {
      let ast = Z3_ast_vector_get(context, core, index)
      for (position, assumption) in assumed.enumerated() where assumption == ast { found.insert(position) }
    }
    return found.sorted()
  }

  // MARK: Translation

  /// - Complexity: O(nodes of the term that were not translated before).
  func translate(_ term: Term, _ graph: TermGraph) -> Z3_ast? {
    if translated.count < graph.nodes.count {
      translated += Array(repeating: nil, count: graph.nodes.count - translated.count)
    }
    for node in graph.unvisited(below: term, isKnown: { translated[Int($0.index)] != nil }) {
      let made = isFinite ? makeBits(node, graph) : make(graph[node], graph)
      guard let ast = made else { return nil }
      Z3_inc_ref(context, ast)
      translated[Int(node.index)] = ast
    }
    return translated[Int(term.index)]
  }

  /// Holds a node that is no term of the graph: the context keeps only its latest result alive.
  func keep(_ ast: Z3_ast?) -> Z3_ast? {
    guard let ast else { return nil }
    Z3_inc_ref(context, ast)
    kept.append(ast)
    return ast
  }

  func literal(_ value: Int) -> Z3_ast? {
    keep(Z3_mk_int64(context, Int64(value), keepSort(Z3_mk_int_sort(context))))
  }

  func keepSort(_ sort: Z3_sort?) -> Z3_sort? {
    _ = keep(Z3_sort_to_ast(context, sort))
    return sort
  }

  func known(_ term: Term) -> Z3_ast? { translated[Int(term.index)] }

  func make(_ node: TermGraph.Node, _ graph: TermGraph) -> Z3_ast? {
    switch node {
    case .boolean(let value): return value ? Z3_mk_true(context) : Z3_mk_false(context)
    case .integer(let value): return literal(value)
    case .input(let number, let isBoolean):
      let sort = keepSort(isBoolean ? Z3_mk_bool_sort(context) : Z3_mk_int_sort(context))
      return Z3_mk_const(context, Z3_mk_int_symbol(context, number), sort)
    case .not(let a): return Z3_mk_not(context, known(a))
    case .and(let a, let b):
      var operands = [known(a), known(b)]
      return Z3_mk_and(context, 2, &operands)
    case .or(let a, let b):
      var operands = [known(a), known(b)]
      return Z3_mk_or(context, 2, &operands)
    case .ite(let a, let b, let c): return Z3_mk_ite(context, known(a), known(b), known(c))
    case .equal(let a, let b): return Z3_mk_eq(context, known(a), known(b))
    case .less(let a, let b): return Z3_mk_lt(context, known(a), known(b))
    case .lessOrEqual(let a, let b): return Z3_mk_le(context, known(a), known(b))
    case .add(let a, let b):
      var operands = [known(a), known(b)]
      return Z3_mk_add(context, 2, &operands)
    case .subtract(let a, let b):
      var operands = [known(a), known(b)]
      return Z3_mk_sub(context, 2, &operands)
    case .multiply(let a, let b):
      if let (small, other) = graph.smallFactor(a, b) {
        return choice(small, graph.range(of: small)) { value in
          var operands = [known(other), literal(value)]
          return keep(Z3_mk_mul(context, 2, &operands))
        }
      }
      var operands = [known(a), known(b)]
      return Z3_mk_mul(context, 2, &operands)
    case .quotient(let a, let b): return division(a, b, graph, isRemainder: false)
    case .remainder(let a, let b): return division(a, b, graph, isRemainder: true)
    }
  }

  /// A choice by the value of a term.
  private func choice(_ term: Term, _ values: ClosedRange<Int>, _ image: (Int) -> Z3_ast?) -> Z3_ast? {
    var result = image(values.upperBound)
    for value in values.dropLast().reversed() {
      let isThis = keep(Z3_mk_eq(context, known(term), literal(value)))
      result = keep(Z3_mk_ite(context, isThis, image(value), result))
    }
    return result
  }

  /// A quotient of a number with few multiples of the divisor, as a choice among these.
  private func smallDivision(_ a: Term, by divisor: Int, _ graph: TermGraph, isRemainder: Bool) -> Z3_ast? {
    guard let quotients = graph.smallQuotients(a, divisor) else { return nil }
    let x = known(a)
    var result = literal(isRemainder ? -divisor * quotients.upperBound : quotients.upperBound)
    for quotient in quotients.dropLast().reversed() {
      let isBelow = keep(Z3_mk_lt(context, x, literal((quotient + 1) * divisor)))
      let value = literal(isRemainder ? -divisor * quotient : quotient)
      result = keep(Z3_mk_ite(context, isBelow, value, result))
    }
    if !isRemainder { return result }
    var operands = [x, result]
    return keep(Z3_mk_add(context, 2, &operands))
  }

  private func division(_ a: Term, _ b: Term, _ graph: TermGraph, isRemainder: Bool) -> Z3_ast? {
    if let divisor = graph.integerValue(of: b),
      let small = smallDivision(a, by: divisor, graph, isRemainder: isRemainder)
    {
      return small
    }
    if let divisors = graph.smallDivisors(b) {
      return choice(b, divisors) { divisor in
        smallDivision(a, by: divisor, graph, isRemainder: isRemainder)
          ?? division(a, literal(divisor), divisor...divisor, graph, isRemainder: isRemainder)
      }
    }
    return division(a, known(b), graph.range(of: b), graph, isRemainder: isRemainder)
  }

  /// Quint's division truncates towards zero, the solver's does not: the signs decide, as far
  /// as bounds do not.
  private func division(
    _ a: Term, _ y: Z3_ast?, _ divisors: ClosedRange<Int>, _ graph: TermGraph, isRemainder: Bool
  ) -> Z3_ast? {
    let x = known(a)
    let zero = literal(0)
    func divide(_ a: Z3_ast?, _ b: Z3_ast?) -> Z3_ast? {
      keep(isRemainder ? Z3_mk_mod(context, a, b) : Z3_mk_div(context, a, b))
    }
    func minus(_ a: Z3_ast?) -> Z3_ast? { keep(Z3_mk_unary_minus(context, a)) }
    func choose(_ isFirst: Bool?, _ condition: Z3_ast?, _ first: Z3_ast?, _ second: Z3_ast?) -> Z3_ast? {
      isFirst.map { $0 ? first : second } ?? keep(Z3_mk_ite(context, condition, first, second))
    }
    let (minusX, minusY) = (minus(x), minus(y))
    let ranges = graph.range(of: a)
    let isNonNegative: Bool? = ranges.lowerBound >= 0 ? true : (ranges.upperBound < 0 ? false : nil)
    let isPositive: Bool? = divisors.lowerBound > 0 ? true : (divisors.upperBound <= 0 ? false : nil)
    let hasPositiveDivisor = keep(Z3_mk_gt(context, y, zero))
    let upper = choose(
      isPositive, hasPositiveDivisor, divide(x, y),
      isRemainder ? divide(x, minusY) : minus(divide(x, minusY)))
    let lower = choose(
      isPositive, hasPositiveDivisor, minus(divide(minusX, y)),
      isRemainder ? minus(divide(minusX, minusY)) : divide(minusX, minusY))
    return choose(isNonNegative, keep(Z3_mk_ge(context, x, zero)), upper, lower)
  }
}
