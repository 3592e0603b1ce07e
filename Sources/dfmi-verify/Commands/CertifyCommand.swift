import ProtocolModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `certify`: has the obligations of a proof checked by a solver that shares no code with Z3.
enum CertifyCommand: Command {
  static let name = "certify"
  static let summary = "Check a certificate of `verify` again with another solver"
  static let operands = "DIR..."
  static let options: [Option] = [.with, .timeoutOfCheck]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    guard !arguments.operands.isEmpty else {
      throw UsageError("needs a folder that `verify --certificate` wrote")
    }
    let solver = arguments.text(.with) ?? "cvc5"
    let seconds = max(1, arguments.number(.timeoutOfCheck) ?? 60)
    var files: [String] = []
    for operand in arguments.operands {
      let found = SMTLIBFiles.below(operand)
      if found.isEmpty { throw UsageError("there is no `.smt2` file below `\(operand)`") }
      files += found
    }
    Process.catchInterrupts()
    var status = ExitStatus.success
    for file in files where !Process.isInterrupted {
      let start = Process.seconds
      let answer = ExternalSolver(command: solver, seconds: seconds).answer(to: file)
      switch answer {
      case .unsatisfiable: break
      case .satisfiable: status = max(status, .violated)
      case .none: status = max(status, .inconclusive)
      case .cannotRun:
        throw UsageError("cannot run `\(solver)`: install it, or name another solver with --with")
      }
      console.print("\(answer.word)   \(CheckText.seconds(Process.seconds - start))   \(file)\n")
    }
    let count = CheckText.count(files.count, "obligation")
    switch status {
    case .success: console.print("certified: \(count), all unsatisfiable by \(solver)\n")
    case .violated: console.print("NOT certified: \(solver) refutes an obligation\n")
    default: console.print("not certified: \(solver) did not decide all of \(count)\n")
    }
    return Process.isInterrupted ? max(status, .inconclusive) : status
  }
}

extension Option {
  static let with = Option("--with", .text("SOLVER"), "the solver's command (default: cvc5)")
  static let timeoutOfCheck = Option("--timeout", .number, "seconds for each obligation (default: 60)")
}

/// A solver that is run as a process: one file, one answer.
struct ExternalSolver {
  var command: String
  var seconds: Int

  enum Answer {
    case satisfiable, unsatisfiable
    /// Neither, or not in time.
    case none
    case cannotRun

    var word: String {
      switch self {
      case .satisfiable: "sat    "
      case .unsatisfiable: "unsat  "
      case .none: "unknown"
      case .cannotRun: "error  "
      }
    }
  }

  func answer(to file: String) -> Answer {
    var pipes: [Int32] = [0, 0]
    guard pipe(&pipes) == 0 else { return .cannotRun }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclose(&actions, pipes[0])
    posix_spawn_file_actions_addclose(&actions, pipes[1])
    let words = [command, file]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let code = posix_spawnp(&process, command, &actions, nil, &arguments, environ)
    close(pipes[1])
    defer { close(pipes[0]) }
    guard code == 0 else { return .cannotRun }
    let text = read(from: pipes[0], endingAt: Process.seconds + Double(seconds))
    var status: Int32 = 0
    if text == nil { kill(process, SIGKILL) }
    waitpid(process, &status, 0)
    if text == nil { return .none }
    // A shell's way to say that there is no such command.
    if (status >> 8) & 0xff == 127 { return .cannotRun }
    let lines = (text ?? "").split(separator: "\n").map(String.init)
    if lines.contains("unsat") { return .unsatisfiable }
    return lines.contains("sat") ? .satisfiable : .none
  }

  /// All that comes from a descriptor; nil when the time is over first.
  private func read(from descriptor: Int32, endingAt deadline: Double) -> String? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      if Process.seconds >= deadline || Process.isInterrupted { return nil }
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, 50) > 0 else { continue }
      #if canImport(Glibc)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
      #else
        let count = Darwin.read(descriptor, &buffer, buffer.count)
      #endif
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }
}

/// Files of a certificate.
enum SMTLIBFiles {
  /// The operand itself, or all `.smt2` files below it, by path.
  static func below(_ path: String) -> [String] {
    if path.hasSuffix(".smt2") { return [path] }
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var result: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      if name.hasSuffix(".smt2") {
        result.append(path + "/" + name)
      } else if !name.contains(".") {
        result += below(path + "/" + name)
      }
    }
    return result.sorted()
  }
}
