import ProtocolModel

// Who does what to whom in a trace.
//
// Each action is by a party, goes from one party to another, or concerns nobody. A `@party` or
// `@message` tag of the action says which; without a tag the action's parameters and picks do:
// the first one of a party's type is who acts, the second one whom it concerns. Runs of equal
// steps become one event.

/// A trace as lanes and what goes on in and between them.
struct SequenceDiagram: Sendable {
  /// Titles, in order of first appearance.
  private(set) var lanes: [String] = []
  private(set) var events: [Event] = []
  var title = ""
  /// What is false at the end; nil for a trace that refutes nothing.
  var verdict: String?
  /// The state to which the last step returns.
  private(set) var loopStart: Int?

  struct Event: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
      case message(from: Int, to: Int)
      /// Something that one party does.
      case local(Int)
      /// Something that no party does.
      case note
    }

    var kind: Kind
    var text: String
    /// Numbers of the steps; the one that makes the first state is 0.
    var steps: ClosedRange<Int>

    /// `tick x2` for two equal steps.
    var label: String { steps.count > 1 ? "\(text) x\(steps.count)" : text }

    /// `2-3`
    var stepLabel: String {
      steps.count > 1 ? "\(steps.lowerBound)-\(steps.upperBound)" : String(steps.lowerBound)
    }
  }

  /// - Parameter closing: the step from the last state of a lasso back to the first one of its loop.
  /// - Complexity: O(steps times functions).
  init(_ trace: Trace, _ machine: Machine, closing: Step? = nil) {
    loopStart = trace.loopStart
    let roles = PartyRoles(machine)
    let steps = trace.steps + [closing].compactMap { $0 }
    for (number, step) in steps.enumerated().dropFirst() {
      let part = roles.part(of: step)
      let kind: Event.Kind
      switch (part.actor.map { lane($0) }, part.partner.map { lane($0) }) {
      case (let from?, let to?): kind = from == to ? .local(from) : .message(from: from, to: to)
      case (let party?, nil), (nil, let party?): kind = .local(party)
      case (nil, nil): kind = .note
      }
      add(Event(kind: kind, text: part.text, steps: number...number))
    }
  }

  private mutating func lane(_ title: String) -> Int {
    if let known = lanes.firstIndex(of: title) { return known }
    lanes.append(title)
    return lanes.count - 1
  }

  private mutating func add(_ event: Event) {
    if let last = events.last, last.kind == event.kind, last.text == event.text,
      // A loop begins an event of its own.
      loopStart != last.steps.upperBound
    {
      events[events.count - 1].steps = last.steps.lowerBound...event.steps.upperBound
    } else {
      events.append(event)
    }
  }
}

extension ReportedInstance {
  /// The diagram of a property's counterexample; nil when it has none, or no party takes part.
  func diagram(of property: ReportedProperty) -> SequenceDiagram? {
    guard property.isViolated, let trace = property.trace, let machine else { return nil }
    var diagram = SequenceDiagram(trace, machine, closing: property.closing)
    if diagram.lanes.isEmpty { return nil }
    diagram.title = "\(main ?? spec): \(property.name)"
    diagram.verdict = "\(property.name) is false"
    return diagram
  }
}

// MARK: - Parts

/// Finds the parties of steps.
private struct PartyRoles {
  private let machine: Machine

  init(_ machine: Machine) { self.machine = machine }

  struct Part {
    var actor: String?
    var partner: String?
    var text: String
  }

  func part(of step: Step) -> Part {
    guard let call = step.action ?? step.enclosingAction else {
      return part(nil, [], step.picks.map { ($0, isParty($0, nil)) }, "step")
    }
    let function = machine.action(named: call.name).map { machine[$0] }
    let picks = step.picks.filter { !call.arguments.contains($0) }
    let names = call.arguments + picks
    let values = call.arguments.map { ($0, isParty($0, function)) } + picks.map { ($0, isParty($0, nil)) }
    return part(function?.role, names, values, call.shortName)
  }

  private func part(
    _ role: ActionRole?, _ names: [NamedValue], _ values: [(NamedValue, isParty: Bool)], _ name: String
  ) -> Part {
    if let role {
      var used: Set<String> = []
      let actor = role.actor.map { text($0, names, &used) }
      let partner = role.partner.map { text($0, names, &used) }
      if let template = role.text {
        return Part(actor: actor, partner: partner, text: text(template, names, &used))
      }
      return Part(
        actor: actor, partner: partner, text: Self.call(name, names.filter { !used.contains($0.name) }))
    }
    let parties = values.filter(\.isParty).map(\.0)
    let partner = parties.dropFirst().first { $0.value != parties[0].value }
    let shown = names.filter { $0 != parties.first && $0 != partner }
    return Part(
      actor: parties.first.map { laneTitle($0) }, partner: partner.map { laneTitle($0) },
      text: Self.call(name, shown))
  }

  /// `lockA(1)`: values without their names.
  private static func call(_ name: String, _ arguments: [NamedValue]) -> String {
    arguments.isEmpty ? name : "\(name)(\(arguments.map(\.value.description).joined(separator: ", ")))"
  }

  // MARK: Parties without tags

  /// Numbers alone would not tell who they stand for.
  private func laneTitle(_ party: NamedValue) -> String {
    if case .int = party.value { return "\(party.name) \(party.value)" }
    return party.value.plainText
  }

  private func isParty(_ value: NamedValue, _ function: Function?) -> Bool {
    let type =
      function?.parameters.first { $0.name == value.name }?.type
      ?? machine.picks.first { $0.name == value.name }?.type
    return type.map { isParty($0, named: value.name) } ?? false
  }

  private func isParty(_ type: Type, named name: String) -> Bool {
    switch type {
    case .alias(let alias, _, let meaning):
      return isPartyType(alias) || isParty(meaning, named: name)
    case .uninterpreted(_, let alias): return isPartyType(alias)
    case .sum(_, let alias): return alias.map(isPartyType) ?? false
    case .string: return Self.partyWords.contains(name.lowercased())
    case .boolean, .integer, .variable, .set, .list, .map, .tuple, .record, .operation: return false
    }
  }

  private func isPartyType(_ name: String) -> Bool {
    machine.partyTypes.contains(name) || Self.partyTypeWords.contains(name.lowercased())
  }

  /// What people call the types of those who act.
  private static let partyTypeWords: Set<String> = [
    "party", "partyid", "participant", "actor", "agent", "address", "addr", "account", "accountid", "user",
    "userid", "client", "server", "node", "nodeid", "process", "processid", "proc", "replica", "validator",
    "member", "player", "role", "trader", "bank", "owner", "peer", "principal", "signer",
  ]

  /// What people call a string that names who acts.
  private static let partyWords: Set<String> = [
    "p", "q", "party", "from", "src", "dst", "source", "target", "sender", "receiver", "recipient",
    "owner", "payer", "payee", "buyer", "seller", "who", "caller", "user", "node", "member", "validator",
    "creditor", "debtor", "borrower", "lender", "defaulter", "signer", "voter", "leader", "proposer",
    "counterparty", "spender", "client", "server", "process", "proc", "addr", "address",
  ]

  // MARK: Templates

  /// The value of a parameter or pick, if the template is its name; else the template with `{name}`
  /// replaced by values. A name may go on to a field: `leg.owner`. What is in braces may go on with
  /// what values stand for: `{asset: SEC = seller, CASH = buyer}`.
  private func text(_ template: String, _ names: [NamedValue], _ used: inout Set<String>) -> String {
    if let value = value(template[...], names, &used) { return value }
    var result = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      let hole = rest[rest.index(after: open)..<close]
      result += filled(hole, names, &used) ?? String(rest[open...close])
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// A name, or a name with a table of its values: `asset: SEC = seller, CASH = buyer`.
  private func filled(_ hole: Substring, _ names: [NamedValue], _ used: inout Set<String>) -> String? {
    guard let colon = hole.firstIndex(of: ":") else { return value(hole, names, &used) }
    guard let found = value(hole[..<colon], names, &used) else { return nil }
    for entry in hole[hole.index(after: colon)...].split(separator: ",") {
      let sides = entry.split(separator: "=", maxSplits: 1).map {
        $0.split(separator: " ").joined(separator: " ")
      }
      if sides.count == 2, sides[0] == found { return sides[1] }
    }
    return found
  }

  private func value(_ path: Substring, _ names: [NamedValue], _ used: inout Set<String>) -> String? {
    var parts = path.split(separator: ".", omittingEmptySubsequences: false)[...]
    guard let first = parts.popFirst(), var value = names.first(where: { $0.name == first })?.value else {
      return nil
    }
    for part in parts {
      guard case .record(let record) = value,
        let place = record.shape.names.firstIndex(where: { $0.text == part })
      else { return nil }
      value = record.values[place]
    }
    used.insert(String(first))
    return value.plainText
  }
}

extension ActionCall {
  /// The name without the instances before it.
  fileprivate var shortName: String { name.split(separator: ":").last.map(String.init) ?? name }
}

extension Value {
  /// A string without quotes, anything else as it is written.
  var plainText: String {
    if case .string(let text) = self { return text.text }
    return description
  }
}
