import Checker

/// Options that say how far a search goes.
extension Option {
  static let maxSteps = Option("--max-steps", .number, "search no deeper than so many steps")
  static let maxStates = Option("--max-states", .number, "stop after so many distinct states (status 3)")
  static let maxMemory = Option(
    "--max-memory", .text("SIZE"),
    "stop when the process holds more, as 512M or 4G (default: nine tenths of what is free; status 3)")
  static let maxSeconds = Option("--max-seconds", .number, "stop a search after so many seconds (status 3)")
  static let deadlock = Option("--deadlock", .flag, "a state without successor is a violation")
  static let keepGoing = Option(
    "--keep-going", .flag, "search on after the first violation, for the other properties")
  static let threads = Option("--threads", .number, "threads of the search (default: one a core)")
  static let noNative = Option(
    "--no-native", .flag, "never call the C compiler; compiled to bytecode alone")
  static let engine = Option(
    "--engine", .choice(["auto", "evaluator", "bytecode"]),
    "what takes the steps of the model (default: auto, native code where it pays)")
  static let spill = Option(
    "--spill", .text("DIR"), "keep states in files there, so that the memory may be smaller than they are")
  static let keepNative = Option("--keep-native", .text("DIR"), "keep the C text of the step in a folder")

  static let progress = Option(
    "--progress", .flag, "tell how far the search is, a line every ten seconds where there is no terminal")

  static let ofSearch: [Option] = [
    .maxSteps, .maxStates, .maxMemory, .maxSeconds, .deadlock, .keepGoing, .threads, .noNative,
    .engine, .keepNative, .spill, .progress,
  ]
}

extension SearchOptions {
  /// What the options of `Option.ofSearch` say.
  init(_ arguments: Arguments) throws(UsageError) {
    self.init()
    maxSteps = arguments.number(.maxSteps)
    checksDeadlock = arguments[.deadlock]
    keepsGoing = arguments[.keepGoing]
    maxSeconds = arguments.number(.maxSeconds)
    limits.states = arguments.number(.maxStates)
    if let states = limits.states, states == 0 { throw UsageError("option `--max-states` needs at least 1") }
    if let threads = arguments.number(.threads), !(1...Self.mostThreads).contains(threads) {
      throw UsageError("option `--threads` needs a number from 1 to \(Self.mostThreads)")
    }
    threads = arguments.number(.threads) ?? Process.processorCount
    switch arguments.text(.engine) {
    case "evaluator"?: engine = .evaluator
    case "bytecode"?: engine = .bytecode
    default: engine = arguments[.noNative] ? .bytecode : .automatic
    }
    keptNativeFolder = arguments.text(.keepNative)
    if let folder = keptNativeFolder { try OutputPath.makeFolder(folder, of: .keepNative) }
    tellsProgress = arguments[.progress]
    if let text = arguments.text(.maxMemory) {
      guard let bytes = Self.bytes(text) else {
        throw UsageError("option `--max-memory` needs a size as 512M or 4G, not `\(text)`")
      }
      limits.memory = bytes
    } else {
      limits.memory = Process.availableBytes.map { $0 / 10 * 9 }
    }
    spillFolder = arguments.text(.spill)
    if let folder = spillFolder { try OutputPath.makeFolder(folder, of: .spill) }
    // Pages of files can be had back at any time.
    let spills = spillFolder != nil
    limits.memoryInUse = { spills ? Process.privateBytes : Process.residentBytes }
    limits.isInterrupted = { Process.isInterrupted }
  }

  private static let mostThreads = 256

  /// `512M`, `4G`, `100K`, or a number of bytes.
  private static func bytes(_ text: String) -> Int? {
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
    var digits = text[...]
    var shift = 0
    if let last = text.last, let found = shifts[Character(last.uppercased())] {
      shift = found
      digits.removeLast()
    }
    guard let number = Int(digits), number > 0, number <= Int.max >> shift else { return nil }
    return number << shift
  }
}
