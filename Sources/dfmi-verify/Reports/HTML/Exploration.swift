/// The complete graph of a small model, for a page to walk in.
struct Exploration: Sendable {
  /// The part of the page that the walk is shown in.
  var section: String
  /// The graph as JSON.
  var data: String
}
