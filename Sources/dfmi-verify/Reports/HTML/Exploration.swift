import Checker
import ProtocolModel

// A state is a row of numbers, one for each column; a column is a part of a variable that is shown,
// compared and drawn by itself, such as one entry of a map. Texts are written once and referred to
// by number: a graph of ten thousand states then is about a megabyte.

/// The complete graph of a small model, for a page to walk in.
struct Exploration: Sendable {
  /// The graph as JSON.
  let data: String
  private let stateCount: Int
  private let transitionCount: Int
  private let wanted: [String]

  /// - Parameters:
  ///   - wanted: the expressions, true or false, whose values the graph has as its projection; the page has a
  ///     button for each that leads to the nearest state where it is true.
  ///   - place: the number of a file of the page, and the lines of a function in it.
  /// - Complexity: O(size of the graph).
  init(
    _ graph: StateGraph, finding wanted: [String] = [],
    place: (FunctionID) -> (file: Int, line: Int, end: Int)?
  ) {
    self.wanted = wanted
    stateCount = graph.nodes.count
    transitionCount = graph.nodes.reduce(0) { $0 + $1.edges.count }
    let columns = StateColumns(graph)
    var labels = TextTable()
    var labelPlaces: [JSONValue] = []
    var refusals = TextTable()
    let edges = graph.nodes.map { node -> JSONValue in
      .array(
        node.edges.map { edge in
          let title = StoryText.title(of: edge.action, picks: edge.picks, default: "step")
          let number = labels.number(of: title)
          if number == labelPlaces.count {
            let function = edge.action.flatMap { graph.machine.action(named: $0.name) } ?? graph.machine.step
            labelPlaces.append(Self.json(function.flatMap(place)))
          }
          return .array([.integer(.small(edge.target)), .integer(.small(number))])
        })
    }
    let refused = graph.nodes.map { node -> JSONValue in
      .array(node.refused.map { .integer(.small(refusals.number(of: Self.text(of: $0)))) })
    }
    let document: JSONValue = [
      "columns": columns.json, "states": .array(columns.rows.map { .array($0.map { .integer(.small($0)) }) }),
      "initial": .integer(.small(graph.initialCount)), "edges": .array(edges),
      "labels": labels.json, "places": .array(labelPlaces), "refused": .array(refused),
      "refusals": refusals.json,
      "marks": .array(graph.nodes.map { .array($0.marked.map { .integer(.small($0)) }) }),
      "found": .array(
        wanted.indices.map { number in
          .array(
            graph.nodes.indices.filter { graph.nodes[$0].projection[number].asBool == true }
              .map { .integer(.small($0)) })
        }),
      "properties": .array(
        graph.machine.properties.map {
          ["name": .string($0.name), "witness": .bool($0.kind == .witness)]
        }),
    ]
    data = document.text()
  }

  private static func json(_ place: (file: Int, line: Int, end: Int)?) -> JSONValue {
    guard let place else { return .null }
    return .array([place.file, place.line, place.end].map { .integer(.small($0)) })
  }

  /// `refundA: i = 1:  clock >= dl.get(i)   (2 >= 3)`
  private static func text(of refused: RefusedAction) -> String {
    let title = StoryText.title(of: refused.action, picks: refused.picks, default: refused.transition)
    let others = refused.others > 0 ? " (and \(CheckText.count(refused.others, "other way")))" : ""
    return "\(title)\(others)\n" + refused.reasons.map(\.description).joined(separator: "; ")
  }

  /// One for each expression that is wanted.
  private var buttons: String {
    if wanted.isEmpty { return "" }
    let list = wanted.enumerated().map { number, text in
      "<li><code>\(text.htmlEscaped)</code> <button type=\"button\" data-goto=\"\(number)\">nearest from the "
        + "start</button> <button type=\"button\" data-goto=\"\(number)\" data-here>nearest from here</button> "
        + "<output></output></li>\n"
    }
    return "<h3>Go to the nearest state where</h3>\n<ul class=\"wanted\">\n\(list.joined())</ul>\n"
  }

  /// What the script fills.
  var section: String {
    """
    <section id="explore" aria-labelledby="exploreh">
    <h2 id="exploreh">Explore</h2>
    <p>\(CheckText.count(stateCount, "state")), \(CheckText.count(transitionCount, "transition")): all that can \
    happen. Walk by the buttons; the walk is in the page's address.</p>
    <noscript><p>Walking needs scripts; everything else on this page does not.</p></noscript>
    <div class="controls" hidden>
    <button type="button" data-walk="start">Start</button><button type="button" data-walk="back">Back</button>\
    <button type="button" data-walk="forward">Forward</button>
    <label>initial state <select data-walk="initial"></select></label>
    </div>
    <div class="columns">
    <div><h3>What can be done</h3><div class="menu"></div>
    <details class="refused" open><summary>refused</summary><ul></ul></details></div>
    <div><h3 class="where">State</h3><p class="marks"></p><table class="state"><tbody></tbody></table></div>
    </div>
    <h3>The walk</h3><ol class="walk" start="0"></ol>
    <div class="charts"></div>
    \(buttons)<form class="find"><h3>How can I reach a state where ...</h3>
    <p><label>what <select name="column"></select></label>
    <select name="sign" aria-label="comparison"></select>
    <select name="value" aria-label="value"></select>
    <button type="button" data-find="add">and</button></p>
    <ul class="conditions"></ul>
    <p><button type="submit" data-find="start">from the start</button>
    <button type="submit" data-find="here">from here</button> <output></output></p></form>
    </section>

    """
  }
}

/// Texts, each written once.
private struct TextTable {
  private var texts: [String] = []
  private var numbers: [String: Int] = [:]

  mutating func number(of text: String) -> Int {
    if let known = numbers[text] { return known }
    numbers[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }

  var json: JSONValue { .array(texts.map { .string($0) }) }
}

/// States in columns: variables, or the entries of their maps and records.
private struct StateColumns {
  private struct Column {
    var name: String
    /// The party whose entry it is, by the first text in its keys.
    var owner: String?
    var isNumber = true
    var texts = TextTable()
  }

  private var columns: [Column] = []
  /// By state, then by column: the number of a text, -1 for what the state has not.
  private(set) var rows: [[Int]] = []

  /// Parts of a structure with more entries are not told apart.
  private static let mostEntries = 24
  private static let deepest = 3

  init(_ graph: StateGraph) {
    let names = ShortNames(graph.machine)
    var places: [String: Int] = [:]
    for node in graph.nodes {
      var row = [Int](repeating: -1, count: columns.count)
      for (variable, value) in zip(graph.machine.variables, node.values) {
        Self.forEachPart(of: value, names.short(variable.name), owner: nil, depth: 0) { name, owner, part in
          let place = places[name] ?? columns.count
          if place == columns.count {
            places[name] = place
            columns.append(Column(name: name, owner: owner))
            row.append(-1)
          }
          if case .int = part {} else { columns[place].isNumber = false }
          row[place] = columns[place].texts.number(of: part.description)
        }
      }
      rows.append(row)
    }
    // States that came before a column was met do not have it.
    for index in rows.indices where rows[index].count < columns.count {
      rows[index] += repeatElement(-1, count: columns.count - rows[index].count)
    }
  }

  var json: JSONValue {
    .array(
      columns.map { column in
        [
          "name": .string(column.name), "number": .bool(column.isNumber),
          "owner": column.owner.map { .string($0) } ?? .null, "values": column.texts.json,
        ]
      })
  }

  private static func forEachPart(
    of value: Value, _ name: String, owner: String?, depth: Int,
    _ body: (String, String?, Value) -> Void
  ) {
    switch value {
    case .record(let record) where depth < deepest && record.values.count <= mostEntries:
      for (field, part) in zip(record.shape.names, record.values) {
        forEachPart(of: part, "\(name).\(field.text)", owner: owner, depth: depth + 1, body)
      }
    case .map(let map) where depth < deepest && map.count <= mostEntries && map.count > 0:
      for (key, part) in zip(map.keyArray, map.values) {
        forEachPart(of: part, "\(name)[\(key)]", owner: owner ?? key.firstText, depth: depth + 1, body)
      }
    default: body(name, owner, value)
    }
  }
}

extension Value {
  /// The text itself, or the first one in a tuple.
  fileprivate var firstText: String? {
    switch self {
    case .string(let text): text.text
    case .tuple(let entries): entries.lazy.compactMap(\.firstText).first
    default: nil
    }
  }
}
