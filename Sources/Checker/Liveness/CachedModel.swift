import ProtocolModel

/// A model that remembers what it was asked, for searches that come back to the same states.
///
/// Where nothing is remembered yet, it asks another model. It takes a byte for each atom and
/// step that is asked for.
final class CachedModel: LivenessModel {
  private let model: any LivenessModel
  let atoms: [TemporalAtom]
  private var entries: [Int: Entry] = [:]

  private final class Entry {
    let targets: [Int]
    /// By place, then by atom: 0 unknown, 1 false, 2 true. Atoms of a state stand at place 0.
    var facts: [UInt8]

    init(_ targets: [Int], atomCount: Int) {
      self.targets = targets
      facts = Array(repeating: 0, count: targets.count * atomCount)
    }
  }

  init(_ model: any LivenessModel, _ atoms: [TemporalAtom]) {
    self.model = model
    self.atoms = atoms
  }

  var count: Int { model.count }
  var initialStates: [Int] { model.initialStates }
  func values(of state: Int) -> [Value?] { model.values(of: state) }
  func parent(of state: Int) -> Int? { model.parent(of: state) }
  func checkLimits() throws(LivenessEnd) { try model.checkLimits() }

  private func entry(of state: Int) throws(LivenessEnd) -> Entry {
    if let known = entries[state] { return known }
    let entry = Entry(try model.targets(of: state), atomCount: atoms.count)
    entries[state] = entry
    return entry
  }

  func targets(of state: Int) throws(LivenessEnd) -> [Int] { try entry(of: state).targets }

  func isTrue(_ atom: Int, _ state: Int, _ place: Int, _ target: Int) throws(LivenessEnd) -> Bool {
    let entry = try entry(of: state)
    let index = (atoms[atom].readsNext ? place : 0) * atoms.count + atom
    switch entry.facts[index] {
    case 1: return false
    case 2: return true
    default:
      let isTrue = try model.isTrue(atom, state, place, target)
      entry.facts[index] = isTrue ? 2 : 1
      return isTrue
    }
  }
}
