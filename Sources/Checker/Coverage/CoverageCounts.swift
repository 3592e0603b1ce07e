import ProtocolModel

/// How often what should happen in some state happens: in how many states each guard, alternative,
/// branch and premise is true, and how many transitions each action takes.
///
/// A search asks each goal until it is reached and no longer (`CoverageLedger`). Here every goal is asked in every
/// state of a complete graph, by the evaluator, so this is for models that a person looks at.
public struct CoverageCounts: Sendable {
  /// A place of the source, and how often what it says happened.
  public struct Entry: Sendable {
    public enum Subject: Sendable {
      /// Transitions that are told as steps of the action. What an action does inside of another is told as a
      /// step of that one; so an action without entry may happen all the same.
      case action
      /// States in which it happens.
      case goal(CoverageGoal.Kind)
    }

    public var subject: Subject
    /// The path of the file as it was read.
    public var file: String
    /// Offset in the file.
    public var start: Int32
    public var count: Int
  }

  private struct Place: Hashable {
    var file: String
    var start: Int32
    var end: Int32
    /// Nil for an action.
    var kind: CoverageGoal.Kind?
  }

  private var counts: [Place: Int] = [:]
  /// Goals that have no answer in some state; nothing is said of them.
  private var unknown: Set<Place> = []
  /// States of all machines that were added.
  public private(set) var stateCount = 0

  public init() {}

  /// Adds what happens in the states of a machine; machines of the same text are counted together.
  ///
  /// - Parameter paths: files whose text belongs to the spec.
  /// - Complexity: O(states * goals + transitions) evaluations.
  public mutating func add(_ graph: StateGraph, ofFiles paths: Set<String>) {
    let (machine, questions) = graph.machine.withCoverage(ofFiles: paths)
    let evaluator = Evaluator(machine: machine)
    stateCount += graph.nodes.count
    var actions: [String: Place] = [:]
    for action in machine.stepActions {
      guard let place = place(of: machine[action].range, kind: nil, machine), paths.contains(place.file)
      else {
        continue
      }
      actions[machine[action].name] = place
    }
    for question in questions {
      if let place = place(of: question.range, kind: question.goal.kind, machine) {
        counts[place, default: 0] += 0
        if question.predicate == nil { unknown.insert(place) }
      }
    }
    for node in graph.nodes {
      evaluator.load(node.values)
      for question in questions {
        guard let predicate = question.predicate,
          let place = place(of: question.range, kind: question.goal.kind, machine)
        else { continue }
        do throws(EvaluationError) {
          if try evaluator.value(of: predicate).asBool == true { counts[place, default: 0] += 1 }
        } catch {
          unknown.insert(place)
        }
      }
      for edge in node.edges {
        guard let place = edge.action.flatMap({ actions[$0.name] }) else { continue }
        counts[place, default: 0] += 1
      }
    }
  }

  /// All that is known, by place.
  ///
  /// - Complexity: O(n log n) in the number of places.
  public var entries: [Entry] {
    let known = counts.filter { !unknown.contains($0.key) }.sorted {
      ($0.key.file, $0.key.start, $0.key.end, $0.key.kind?.rawValue ?? -1)
        < ($1.key.file, $1.key.start, $1.key.end, $1.key.kind?.rawValue ?? -1)
    }
    return known.map { place, count in
      Entry(
        subject: place.kind.map { .goal($0) } ?? .action, file: place.file, start: place.start, count: count)
    }
  }

  private func place(of range: SourceRange, kind: CoverageGoal.Kind?, _ machine: Machine) -> Place? {
    machine.sources.file(of: range).map {
      Place(file: $0.path, start: range.start, end: range.end, kind: kind)
    }
  }
}
