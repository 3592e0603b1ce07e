import ProtocolModel

/// What was covered in runs of the program that are over, so that the next one need not find it again.
///
/// There is an entry for each spec, with the digests of all files that belonged to it: what an instance reaches
/// depends on all of them, not only on the file where the goal stands. An entry counts as long as none of these
/// files has changed, and is dropped as a whole otherwise. Entries know nothing of each other: what one spec
/// covers of a file that several import is there in its own entry, so that it goes when the spec changes.
public struct CoverageRecord: Sendable {
  /// A file as it was read.
  public struct Source: Hashable, Sendable {
    public var path: String
    /// Names the content, in hexadecimal digits.
    public var digest: String

    public init(path: String, digest: String) {
      self.path = path
      self.digest = digest
    }
  }

  struct Entry: Sendable {
    /// The spec itself first, then what it imports.
    var sources: [Source]
    /// Places in it are in these sources.
    var report: CoverageReport

    func isOfSameTexts(as sources: [Source]) -> Bool {
      self.sources.map(\.digest) == sources.map(\.digest)
    }
  }

  var entries: [Entry] = []

  public init() {}

  /// What is known of a spec of these texts; nil if it is not known.
  ///
  /// A spec that lies elsewhere now is known, too. Of two copies each has its own entry.
  ///
  /// - Complexity: O(entries * sources + goals of the spec).
  public func report(of sources: [Source]) -> CoverageReport? {
    let found = entries.filter { $0.isOfSameTexts(as: sources) }
    guard let entry = found.first(where: { $0.sources == sources }) ?? found.first else { return nil }
    return entry.report.moved(from: entry.sources.map(\.path), to: sources.map(\.path))
  }

  /// Takes a report in the place of what is known of a spec.
  public mutating func note(_ report: CoverageReport, of sources: [Source]) {
    entries.removeAll { $0.sources == sources }
    entries.append(Entry(sources: sources, report: report))
  }

  /// Takes over the entries of another record; what one of them reaches is reached.
  ///
  /// - Complexity: O(entries squared + goals).
  public mutating func join(_ other: CoverageRecord) {
    for entry in other.entries {
      if let index = entries.firstIndex(where: { $0.sources == entry.sources }) {
        entries[index].report.join(entry.report)
      } else {
        entries.append(entry)
      }
    }
  }

  /// A spec whose entry does not count any more.
  public struct Dropped: Hashable, Sendable {
    public var spec: String
    /// The file that is not what it was.
    public var changed: String
  }

  /// Removes the entries of which a file has changed, and says which, by spec.
  ///
  /// - Parameter digest: of the file as it is now; nil if it cannot be read: then nothing is said of it.
  public mutating func dropChanged(digest: (_ path: String) -> String?) -> [Dropped] {
    var dropped: [Dropped] = []
    entries.removeAll { entry in
      let changed = entry.sources.first { source in digest(source.path).map { $0 != source.digest } ?? false }
      guard let changed, let spec = entry.sources.first else { return false }
      dropped.append(Dropped(spec: spec.path, changed: changed.path))
      return true
    }
    return dropped.sorted { ($0.spec, $0.changed) < ($1.spec, $1.changed) }
  }

  /// What other specs cover of files that a run has read: those that import one of them.
  ///
  /// - Parameter digest: of the file as it is now. An entry counts if all of its files are what they were.
  public func reports(
    ofOthersThan specs: Set<[Source]>, sharing paths: Set<String>, digest: (_ path: String) -> String?
  ) -> [CoverageReport] {
    entries.filter { entry in
      !specs.contains(entry.sources) && entry.sources.contains { paths.contains($0.path) }
        && entry.sources.allSatisfy { digest($0.path) == $0.digest }
    }.map(\.report)
  }
}

extension CoverageReport {
  /// The same report after its files were moved.
  fileprivate func moved(from old: [String], to new: [String]) -> CoverageReport {
    if old == new { return self }
    let names = Dictionary(zip(old, new)) { first, _ in first }
    func moved(_ place: Place) -> Place {
      Place(file: names[place.file] ?? place.file, start: place.start, end: place.end)
    }
    var report = CoverageReport()
    for (instance, isExhausted) in instances {
      report.instances[.init(spec: names[instance.spec] ?? instance.spec, name: instance.name)] = isExhausted
    }
    for var goal in goals.values {
      goal.place = moved(goal.place)
      report.goals[CoverageGoal(kind: goal.kind, at: goal.place)] = goal
    }
    for var action in actions.values {
      action.place = moved(action.place)
      report.actions[action.place] = action
    }
    for (place, promise) in promises { report.promises[moved(place)] = promise }
    return report
  }
}

extension CoverageGoal {
  init(kind: Kind, at place: CoverageReport.Place) {
    self.init(kind: kind, file: place.file, start: place.start, end: place.end)
  }
}
