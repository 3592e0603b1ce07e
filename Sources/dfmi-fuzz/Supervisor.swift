import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Starts workers one after the other and tells what became of them.
struct Supervisor {
  private let inputs: FuzzInputs
  private let options: FuzzOptions
  private let path: String
  /// Inputs of a worker: what it leaks or clutters goes away with it.
  private static let batch = 20_000
  /// Findings after which it makes no sense to go on.
  private static let findingLimit = 100

  init(_ inputs: FuzzInputs, _ options: FuzzOptions) {
    self.inputs = inputs
    self.options = options
    mkdir(options.findings, 0o755)
    path = "\(options.findings)/progress-\(getpid())"
  }

  /// True if no input crashed or hung.
  func run() -> Bool {
    guard let progress = SharedProgress(path) else {
      print("cannot write `\(path)`")
      return false
    }
    defer { unlink(path) }
    var next = options.from
    var findings = 0
    while next < options.range.upperBound, findings < Self.findingLimit {
      let range = next..<min(next + Self.batch, options.range.upperBound)
      progress[.number] = range.lowerBound
      let status = wait(for: range)
      if status == 0 {
        next = range.upperBound
      } else {
        let number = progress[.number]
        findings += 1
        report(Self.description(of: status), inputs[number], number, options)
        next = number + 1
      }
      print(summary(progress, upTo: next, findings))
      fflush(nil)
    }
    return findings == 0
  }

  /// Runs a worker to its end.
  private func wait(for range: Range<Int>) -> Int32 {
    let arguments = [CommandLine.arguments[0]] + options.workerArguments(range, progress: path)
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    guard posix_spawnp(&process, arguments[0], nil, nil, &pointers, environ) == 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  private static func description(of status: Int32) -> String {
    let signal = status & 0x7F
    if signal == SIGPROF { return "hang" }
    return signal == 0 ? "exit with status \((status >> 8) & 0xFF)" : "crash, signal \(signal)"
  }

  private func summary(_ progress: SharedProgress, upTo next: Int, _ findings: Int) -> String {
    let done = next - options.from
    var parts: [String] = []
    for kind in FuzzInput.Kind.allCases {
      let counts = FuzzRun.Outcome.allCases.map { progress.counter(kind, $0) }
      parts.append("\(kind.rawValue) \(counts.map(String.init).joined(separator: "/"))")
    }
    let average = done == 0 ? 0 : progress[.milliseconds] * 1_000 / done
    return
      "\(done) inputs, \(findings) crashes and hangs, \(average) us each, longest \(progress[.longest]) ms; "
      + "refused/ill-typed/accepted/run: " + parts.joined(separator: ", ")
  }
}
