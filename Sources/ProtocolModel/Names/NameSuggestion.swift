/// Finds the name that was probably meant: the nearest by edits.
package enum NameSuggestion {
  /// The candidate nearest to `name` if it is near enough to be meant; among
  /// equally near ones the first in order. Hidden names are no candidates.
  ///
  /// - Complexity: O(number of candidates × length²).
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8)
    let folded = name.lowercased()
    var best: (distance: Int, name: String)?
    for candidate in candidates where candidate != name && !candidate.hasPrefix("$") {
      let limit = max(1, wanted.count / 4)
      let length = candidate.utf8.count
      guard abs(length - wanted.count) <= limit else { continue }
      let distance =
        candidate.lowercased() == folded ? 0 : distance(wanted, Array(candidate.utf8))
      // A name of one or two letters is near to everything.
      guard distance <= limit, distance < max(wanted.count, length) - 1 || distance == 0 else { continue }
      if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.name
  }

  /// The hint for it.
  package static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map { "did you mean `\($0)`?" }
  }

  /// Insertions, deletions, replacements and swaps of neighbors that lead from one to the other.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      current.reserveCapacity(b.count + 1)
      for j in b.indices {
        var least = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, beforeLast[j - 1] + 1) }
        current.append(least)
      }
      beforeLast = last
      last = current
    }
    return last[b.count]
  }
}
