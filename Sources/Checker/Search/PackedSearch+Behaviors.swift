import ProtocolModel

/// Temporal properties over packed states: at the end of a search, and now and then on the way.
extension PackedSearch {
  /// So a search that ends with less than two million states looks once on the way, at little cost.
  private static let growthBetweenLooks = 64

  /// Judges what needs loops, at the end of a search.
  func judgeBehaviors(in result: inout SearchResult, from initialStates: [[Value?]]) {
    guard let extent = report.extent(of: result) else { return }
    var limits = options.limits
    if extent == .part { limits = limits.extended(after: ContinuousClock.now - start) }
    evaluator.shouldStop = { [limits] in limits.interruption != nil }
    judgeBehaviors(extent, limits, in: &result, from: initialStates)
  }

  /// Looks for violations among the states that are known, each time that these are many more.
  func lookForLoops(from initialStates: [[Value?]]) {
    guard store.count >= nextLook, report.asksForBehaviors else { return }
    nextLook = store.count * Self.growthBetweenLooks
    var result = report.behaviorsAlone
    judgeBehaviors(.part, options.limits, in: &result, from: initialStates)
    report.noteViolations(in: result)
  }

  private func judgeBehaviors(
    _ extent: LivenessCheck.Extent, _ limits: SearchLimits, in result: inout SearchResult,
    from initialStates: [[Value?]]
  ) {
    let bases = store.bases
    func values(_ state: Int) -> [Value?] { store.values(at: .init(number: state, bases)) }
    let initialPlaces = places(of: initialStates)
    func model(_ formula: TemporalFormula) throws(LivenessEnd) -> any LivenessModel {
      PackedModel(
        store, code, workers[0].engine, formula, evaluator, limits, initialPlaces: initialPlaces,
        compile: compileActions, parent: parent)
    }
    let check = LivenessCheck(
      machine: machine, evaluator: evaluator, count: store.count, values: values, model: model,
      limits: limits, decidesFirst: store.count >= options.decidesLoopsFrom,
      advises: options.advisesOnFairness)
    check.judge(extent, in: &result) { state in
      var path = [PackedStore.Place(number: state, bases)]
      while let last = path.last, let before = parent(of: last) { path.append(before) }
      return path.reversed().map { bases[$0.partition] + $0.number }
    }
  }

  /// Where some states are stored, each place once.
  private func places(of states: [[Value?]]) -> [PackedStore.Place] {
    var result: [PackedStore.Place] = []
    var known: Set<PackedStore.Place> = []
    var row = [UInt64](repeating: 0, count: code.layout.width)
    for state in states {
      guard code.layout.encode(state, into: &row) else { continue }
      if let place = store.place(of: row), known.insert(place).inserted { result.append(place) }
    }
    return result
  }
}
