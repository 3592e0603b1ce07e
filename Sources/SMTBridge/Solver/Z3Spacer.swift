internal import CZ3
import ProtocolModel

/// Spacer (Komuravelli, Gurfinkel, Chaki, CAV 2014) on the Horn clauses of a system: one
/// relation for the reachable states, one rule for each transition.
///
/// Its word is never taken: an invariant that it finds is read back as terms, which the
/// caller proves anew. What it calls reachable is ignored.
struct Z3Spacer {
  typealias Term = TermGraph.Term
  let system: SymbolicSystem

  /// Conjuncts of an invariant that excludes the bad states; nil when none was found.
  ///
  /// - Parameters:
  ///   - bad: over the current state and the constants.
  ///   - known: facts that hold in every reachable state.
  func invariant(
    excluding bad: Term, known: [Term], _ graph: inout TermGraph, seed: UInt32, limits: SolverLimits
  ) -> [Term]? {
    guard let solver = Z3Solver(seed: seed, limits: limits) else { return nil }
    guard let engine = Engine(solver, system, seed) else { return nil }
    defer { engine.close() }
    return engine.run(excluding: bad, known: known, &graph)
  }

  /// One fixedpoint of Z3's with its rules; lives in the context of a solver.
  private final class Engine {
    private let solver: Z3Solver
    private let system: SymbolicSystem
    private let fixedpoint: Z3_fixedpoint
    private var relation: Z3_func_decl
    private let parameters: [Term]

    init?(_ solver: Z3Solver, _ system: SymbolicSystem, _ seed: UInt32) {
      self.solver = solver
      self.system = system
      let context = solver.context
      parameters = system.current + system.openConstants.flatMap(\.leaves)
      Z3_global_param_set("fp.spacer.random_seed", String(seed))
      // Each object has to be held before the next one is made.
      guard let fixedpoint = Z3_mk_fixedpoint(context) else { return nil }
      Z3_fixedpoint_inc_ref(context, fixedpoint)
      guard let settings = Z3_mk_params(context) else { return nil }
      Z3_params_inc_ref(context, settings)
      Z3_params_set_symbol(
        context, settings, Z3_mk_string_symbol(context, "engine"), Z3_mk_string_symbol(context, "spacer"))
      Z3_fixedpoint_set_params(context, fixedpoint, settings)
      Z3_params_dec_ref(context, settings)
      var sorts: [Z3_sort?] = []
      for parameter in parameters {
        let isBoolean = system.graph.isBoolean(parameter)
        sorts.append(
          solver.keepSort(isBoolean ? Z3_mk_bool_sort(context) : Z3_mk_int_sort(context)))
      }
      let result = solver.keepSort(Z3_mk_bool_sort(context))
      guard
        let relation = Z3_mk_func_decl(
          context, Z3_mk_string_symbol(context, "reachable"), UInt32(sorts.count), &sorts, result)
      else { return nil }
      _ = solver.keep(Z3_func_decl_to_ast(context, relation))
      self.fixedpoint = fixedpoint
      self.relation = relation
      Z3_fixedpoint_register_relation(context, fixedpoint, relation)
    }

    func close() { Z3_fixedpoint_dec_ref(solver.context, fixedpoint) }

    private func reachable(_ arguments: [Term], _ graph: TermGraph) -> Z3_ast? {
      var operands: [Z3_ast?] = arguments.map { solver.translate($0, graph) }
      if operands.contains(where: { $0 == nil }) { return nil }
      return solver.keep(Z3_mk_app(solver.context, relation, UInt32(operands.count), &operands))
    }

    /// Closes a formula over all unknowns that it has, and adds the bounds of these.
    private func closed(_ body: Z3_ast?, _ inputs: Set<Int>, _ graph: TermGraph, isRule: Bool) -> Z3_ast? {
      let context = solver.context
      var bound: [Z3_app?] = []
      for number in inputs.sorted() {
        let input = system.inputs.all[number]
        let sort = solver.keepSort(input.isBoolean ? Z3_mk_bool_sort(context) : Z3_mk_int_sort(context))
        let constant = solver.keep(Z3_mk_const(context, Z3_mk_int_symbol(context, Int32(number)), sort))
        bound.append(Z3_to_app(context, constant))
      }
      if bound.isEmpty { return body }
      return solver.keep(
        isRule
          ? Z3_mk_forall_const(context, 0, UInt32(bound.count), &bound, 0, nil, body)
          : Z3_mk_exists_const(context, 0, UInt32(bound.count), &bound, 0, nil, body))
    }

    private func bounds(_ inputs: Set<Int>) -> [Z3_ast?] {
      var result: [Z3_ast?] = []
      let context = solver.context
      for number in inputs.sorted() where !system.inputs.all[number].isBoolean {
        let range = system.inputs.all[number].range
        let sort = solver.keepSort(Z3_mk_int_sort(context))
        let constant = solver.keep(Z3_mk_const(context, Z3_mk_int_symbol(context, Int32(number)), sort))
        if range.lowerBound != .min {
          result.append(solver.keep(Z3_mk_ge(context, constant, solver.literal(range.lowerBound))))
        }
        if range.upperBound != .max {
          result.append(solver.keep(Z3_mk_le(context, constant, solver.literal(range.upperBound))))
        }
      }
      return result
    }

    private func conjunction(_ parts: [Z3_ast?]) -> Z3_ast? {
      var parts = parts
      return solver.keep(Z3_mk_and(solver.context, UInt32(parts.count), &parts))
    }

    private func inputs(_ terms: [Term], _ graph: TermGraph) -> Set<Int> {
      Set(terms.flatMap { graph.inputs(below: $0) })
    }

    func run(excluding bad: Term, known: [Term], _ graph: inout TermGraph) -> [Term]? {
      let context = solver.context
      let constants = system.openConstants.flatMap(\.leaves)
      let assumed = system.assumptions.map(\.holds)
      for (index, transition) in (system.initial + system.transitions).enumerated() {
        let isInitial = index < system.initial.count
        var conditions = transition.guards.isEmpty ? [] : [transition.enabled]
        conditions += isInitial ? assumed : known
        let target = transition.updates + constants
        var used = inputs(conditions + target, graph)
        if !isInitial { used.formUnion(inputs(parameters, graph)) }
        var body: [Z3_ast?] = bounds(used)
        for condition in conditions { body.append(solver.translate(condition, graph)) }
        if !isInitial { body.append(reachable(parameters, graph)) }
        guard !body.contains(where: { $0 == nil }), let head = reachable(target, graph) else { return nil }
        let rule = solver.keep(Z3_mk_implies(context, conjunction(body), head))
        guard let closed = closed(rule, used, graph, isRule: true) else { return nil }
        Z3_fixedpoint_add_rule(
          context, fixedpoint, closed, Z3_mk_string_symbol(context, "rule\(index)"))
      }
      let used = inputs(parameters + known + [bad], graph)
      var query: [Z3_ast?] = bounds(used) + [reachable(parameters, graph), solver.translate(bad, graph)]
      for fact in known { query.append(solver.translate(fact, graph)) }
      guard !query.contains(where: { $0 == nil }),
        let question = closed(conjunction(query), used, graph, isRule: false)
      else { return nil }
      let (answer, _) = solver.watchdog.watch(solver.limits) {
        Z3_fixedpoint_query(context, fixedpoint, question)
      }
      guard answer == Z3_L_FALSE,
        let cover = solver.keep(Z3_fixedpoint_get_cover_delta(context, fixedpoint, -1, relation))
      else { return nil }
      var arguments: [Z3_ast?] = parameters.map { solver.translate($0, graph) }
      guard
        let body = solver.keep(
          Z3_substitute_vars(context, cover, UInt32(arguments.count), &arguments))
      else { return nil }
      return conjuncts(of: body).compactMap { term($0, &graph) }
    }

    // MARK: Reading formulas

    private func conjuncts(of ast: Z3_ast) -> [Z3_ast] {
      guard isApplication(ast), kind(ast) == Z3_OP_AND else { return [ast] }
      return operands(ast).flatMap { conjuncts(of: $0) }
    }

    private func isApplication(_ ast: Z3_ast) -> Bool {
      Z3_get_ast_kind(solver.context, ast) == Z3_APP_AST
    }

    private func kind(_ ast: Z3_ast) -> Z3_decl_kind {
      Z3_get_decl_kind(solver.context, Z3_get_app_decl(solver.context, Z3_to_app(solver.context, ast)))
    }

    private func operands(_ ast: Z3_ast) -> [Z3_ast] {
      let application = Z3_to_app(solver.context, ast)
      return (0..<Z3_get_app_num_args(solver.context, application)).compactMap {
        solver.keep(Z3_get_app_arg(solver.context, application, $0))
      }
    }

    /// A formula of Z3's as a term; nil for what terms do not have.
    private func term(_ ast: Z3_ast, _ graph: inout TermGraph) -> Term? {
      let context = solver.context
      if Z3_get_ast_kind(context, ast) == Z3_NUMERAL_AST {
        guard let text = Z3_get_numeral_string(context, ast),
          let value = Integer(digits: String(cString: text))
        else { return nil }
        return graph.integer(value)
      }
      guard isApplication(ast) else { return nil }
      var parts: [Term] = []
      for operand in operands(ast) {
        guard let part = term(operand, &graph) else { return nil }
        parts.append(part)
      }
      func fold(_ combine: (Term, Term) -> Term) -> Term? {
        guard let first = parts.first else { return nil }
        return parts.dropFirst().reduce(first, combine)
      }
      switch kind(ast) {
      case Z3_OP_TRUE: return .true
      case Z3_OP_FALSE: return .false
      case Z3_OP_AND: return graph.conjunction(parts)
      case Z3_OP_OR: return graph.disjunction(parts)
      case Z3_OP_NOT where parts.count == 1: return graph.not(parts[0])
      case Z3_OP_IMPLIES where parts.count == 2: return graph.implies(parts[0], parts[1])
      case Z3_OP_EQ where parts.count == 2, Z3_OP_IFF where parts.count == 2:
        return graph.equal(parts[0], parts[1])
      case Z3_OP_ITE where parts.count == 3: return graph.ite(parts[0], parts[1], parts[2])
      case Z3_OP_LE where parts.count == 2: return graph.lessOrEqual(parts[0], parts[1])
      case Z3_OP_GE where parts.count == 2: return graph.lessOrEqual(parts[1], parts[0])
      case Z3_OP_LT where parts.count == 2: return graph.less(parts[0], parts[1])
      case Z3_OP_GT where parts.count == 2: return graph.less(parts[1], parts[0])
      case Z3_OP_ADD: return fold { graph.add($0, $1) }
      case Z3_OP_SUB: return fold { graph.subtract($0, $1) }
      case Z3_OP_MUL: return fold { graph.multiply($0, $1) }
      case Z3_OP_UMINUS where parts.count == 1: return graph.subtract(graph.integer(0), parts[0])
      case Z3_OP_UNINTERPRETED where parts.isEmpty:
        let declaration = Z3_get_app_decl(context, Z3_to_app(context, ast))
        let symbol = Z3_get_decl_name(context, declaration)
        guard Z3_get_symbol_kind(context, symbol) == Z3_INT_SYMBOL else { return nil }
        let number = Int(Z3_get_symbol_int(context, symbol))
        guard system.inputs.all.indices.contains(number) else { return nil }
        let input = system.inputs.all[number]
        return input.isBoolean ? graph.booleanInput(number) : graph.input(number, input.range)
      default: return nil
      }
    }
  }
}
