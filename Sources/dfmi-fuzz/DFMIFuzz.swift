import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The fuzzer: damaged and random specs, each taken through all stages with small limits.
/// None may crash the program or keep it busy.
///
/// A supervisor starts workers, programs of their own, for a range of inputs each. A
/// worker notes in a shared file which input it is at; when it dies, the supervisor knows
/// the input, saves it as a file, and goes on behind it. An input is made from the seed
/// and its number alone, so `--seed S --from N --count 1` repeats it.
@main
struct DFMIFuzz {
  static func main() {
    guard let options = FuzzOptions(CommandLine.arguments) else {
      print(FuzzOptions.help)
      exit(2)
    }
    let inputs = FuzzInputs(seed: options.seed, corpus: FuzzCorpus(specs: options.sources()))
    if options.prints {
      for number in options.range { print(inputs[number].text) }
    } else if options.isWorker {
      Worker(inputs, options).run()
    } else {
      exit(Supervisor(inputs, options).run() ? 0 : 1)
    }
  }
}

/// What the command line says.
struct FuzzOptions {
  static let help = """
    dfmi-fuzz [--seed S] [--from N] [--count N] [--seconds N] [--megabytes N] [--findings FOLDER] \
    [--print] [SPEC...]

    """

  var seed: UInt64 = 1
  var from = 0
  var count = 20_000
  /// Seconds of processor time for an input, beyond which it counts as a hang.
  var seconds = 10
  /// Memory of a worker beyond which an input is reported.
  var megabytes = 2_000
  var findings = ".build/fuzz"
  /// The inputs are printed, not run.
  var prints = false
  /// The file that a worker shares with its supervisor.
  var progress: String?
  var specs: [String] = []

  var range: Range<Int> { from..<(from + count) }
  var isWorker: Bool { progress != nil }

  init?(_ arguments: [String]) {
    var rest = arguments.dropFirst()[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else {
        specs.append(argument)
        continue
      }
      if argument == "--print" {
        prints = true
        continue
      }
      guard let value = rest.popFirst() else { return nil }
      let number = Int(value).flatMap { $0 >= 0 ? $0 : nil }
      switch argument {
      case "--seed":
        guard let number = UInt64(value) else { return nil }
        seed = number
      case "--from":
        guard let number else { return nil }
        from = number
      case "--count":
        guard let number, number < Int.max / 2 else { return nil }
        count = number
      case "--seconds":
        guard let number else { return nil }
        seconds = number
      case "--megabytes":
        guard let number else { return nil }
        megabytes = number
      case "--findings": findings = value
      case "--progress": progress = value
      default: return nil
      }
    }
  }

  /// The arguments that make a worker for a range of inputs.
  func workerArguments(_ range: Range<Int>, progress: String) -> [String] {
    let numbers = [
      "--seed", "\(seed)", "--from", "\(range.lowerBound)", "--count", "\(range.count)", "--seconds",
      "\(seconds)", "--megabytes", "\(megabytes)",
    ]
    return numbers + ["--findings", findings, "--progress", progress] + specs
  }

  func sources() -> [FuzzCorpus.Source] {
    specs.compactMap { path in
      guard let bytes = Files.read(path) else { return nil }
      return FuzzCorpus.Source(path: path, text: String(decoding: bytes, as: UTF8.self))
    }
  }
}

/// Files on the disk.
enum Files {
  static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer.prefix(count)
    }
    return bytes
  }

  static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "wb") else { return }
    defer { fclose(file) }
    _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
  }
}

/// Saves an input and says where it is and how to repeat it.
func report(_ what: String, _ input: FuzzInput, _ number: Int, _ options: FuzzOptions) {
  mkdir(options.findings, 0o755)
  let path = "\(options.findings)/\(options.seed)-\(number).qnt"
  Files.write(input.files[input.path] ?? [], to: path)
  print("\(what): \(path) (\(input.kind.rawValue); again: --seed \(options.seed) --from \(number) --count 1)")
  fflush(nil)
}
