import Checker
import ProtocolModel

/// `mutate`: changes the step of a spec in small ways, and tells which changes no property notices.
enum MutateCommand: Command {
  static let name = "mutate"
  static let summary = "Change the step in small ways; tell which changes no property notices"
  static let operands = "SPEC..."
  static let options: [Option] = [
    .main, .size, .mutantLimit, .mutantSeed, .mutantKind, .maxStates, .mutantStrict, .json,
  ]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let files = try SpecFile.all(of: arguments)
    let request = try MutationRequest(arguments)
    Process.catchInterrupts()
    var status = ExitStatus.success
    var document = ResultDocument(command: name)
    for file in files where !Process.isInterrupted {
      let run = MutationRun.run(file, request, console)
      status = max(status, run.status(isStrict: arguments[.mutantStrict]))
      if arguments[.json] {
        document.add(run.json)
      } else if !run.hasBadInput, !run.isEmpty || files.count == 1 {
        console.print(MutationText(run: run).text)
      }
    }
    if arguments[.json] { console.print(document.text) }
    return Process.isInterrupted ? max(status, .inconclusive) : status
  }
}

extension Option {
  static let mutantStrict = Option("--strict", .flag, "a mutant that no property notices is a failure")
  static let mutantLimit = Option("--limit", .number, "try so many mutants, chosen at random (default: all)")
  static let mutantSeed = Option("--seed", .number, "which ones are chosen (default: 1)")
  static let mutantKind = Option(
    "--kind", .text("KIND,..."),
    "kinds of mutants: \(Mutation.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
}

/// What the command line asks of `mutate`.
struct MutationRequest: Sendable {
  var main: String?
  var sizes: [Expectations.Size]
  var limit: Int?
  var seed: UInt64
  var kinds: Set<Mutation.Kind>
  /// Instances with more states are left out.
  var maxStates: Int

  init(_ arguments: Arguments) throws(UsageError) {
    main = arguments.text(.main)
    sizes = Expectations.Size.upTo(arguments.text(.size) ?? "S")
    limit = arguments.number(.mutantLimit)
    if limit == 0 { throw UsageError("option `--limit` needs at least 1") }
    seed = UInt64(arguments.number(.mutantSeed) ?? 1)
    maxStates = arguments.number(.maxStates) ?? 20_000
    kinds = Set(Mutation.Kind.allCases)
    if let text = arguments.text(.mutantKind) {
      kinds = []
      for word in text.split(separator: ",") {
        guard let kind = Mutation.Kind(rawValue: String(word)) else {
          let names = Mutation.Kind.allCases.map(\.rawValue)
          throw UsageError(
            "there are no mutants of kind `\(word)`; the kinds are \(names.joined(separator: ", "))")
        }
        kinds.insert(kind)
      }
    }
  }

  /// The mutations to try, in order of place; a random choice among them that depends on the seed alone.
  func chosen(among all: [Mutation]) -> [Mutation] {
    let wanted = all.filter { kinds.contains($0.kind) }
    guard let limit, limit < wanted.count else { return wanted }
    var state = seed
    func next() -> UInt64 {
      // SplitMix64
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
    var places = Array(wanted.indices)
    for index in 0..<limit {
      places.swapAt(index, index + Int(next() % UInt64(places.count - index)))
    }
    return places[..<limit].sorted().map { wanted[$0] }
  }
}
