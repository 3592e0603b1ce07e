import Checker
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The counters of a running search on standard error: redrawn in place on a terminal, a line every ten
/// seconds elsewhere if that was asked for.
///
/// It answers whether it is worth while to wait: how the levels grow, which action has the most
/// ways in a state and which variable the most values, when the memory will be full.
struct ProgressLine {
  private let console: Console
  private let name: String
  private let start: Double
  private let isTerminal: Bool
  private let isShown: Bool
  private let interval: Double
  private var lastTime: Double
  /// States at the last profile.
  private var profiledStates = 0
  private(set) var profile: SearchProfile?
  /// Bytes that the process may hold, and what it held when the line was drawn last.
  private let memoryLimit: Int?
  private var lastBytes = 0
  /// Smaller models are done before anybody asks what makes them large.
  private static let profiledFrom = 100_000

  init(_ console: Console, name: String, start: Double, memoryLimit: Int?, isWanted: Bool = false) {
    self.memoryLimit = memoryLimit
    self.console = console
    self.name = name
    self.start = start
    isTerminal = isatty(STDERR_FILENO) == 1
    isShown = isTerminal || isWanted
    interval = isTerminal ? 0.2 : 10
    lastTime = start
  }

  /// Whether to find out what multiplies the states: each time that there are twice as many.
  mutating func wantsProfile(_ statistics: SearchStatistics) -> Bool {
    guard statistics.distinct >= max(Self.profiledFrom, 2 * profiledStates) || isLast(statistics) else {
      return false
    }
    profiledStates = statistics.distinct
    return true
  }

  /// At the end all states are known, and nothing is left to expand.
  private func isLast(_ statistics: SearchStatistics) -> Bool {
    statistics.distinct >= Self.profiledFrom && statistics.frontier == 0
      && statistics.distinct > profiledStates
  }

  mutating func note(_ profile: SearchProfile) { self.profile = profile }

  mutating func show(_ statistics: SearchStatistics) {
    guard isShown else { return }
    let now = Process.seconds
    guard now - lastTime >= interval else { return }
    let bytes = Process.residentBytes
    let forecast = forecast(bytes, after: now - lastTime)
    (lastTime, lastBytes) = (now, bytes)
    let rate = Int(Double(statistics.distinct) / max(0.001, now - start))
    let trend = statistics.growth.map { "   " + Self.trend($0) } ?? ""
    let causes = profile.map { "   " + $0.shortText } ?? ""
    let line =
      "\(name)   depth \(statistics.depth)   \(CheckText.grouped(statistics.distinct)) states   "
      + "\(CheckText.grouped(statistics.generated)) transitions   "
      + "frontier \(CheckText.grouped(statistics.frontier))   \(CheckText.grouped(rate))/s   "
      + "\(bytes >> 20) MiB\(forecast)   \(CheckText.seconds(now - start))\(trend)\(causes)"
    if isTerminal { console.redraw(line) } else { console.error(line + "\n") }
  }

  /// `frontier x0.93, shrinking`
  static func trend(_ growth: Double) -> String {
    let hundredths = Int((min(growth, 1_000) * 100).rounded())
    let digits = String(hundredths % 100)
    let number = "\(hundredths / 100)." + (digits.count == 1 ? "0" + digits : digits)
    return "frontier x\(number)" + (growth < 0.98 ? ", shrinking" : growth > 1.02 ? ", growing" : "")
  }

  /// When the memory will be used up if it goes on like this, if that is soon.
  private func forecast(_ bytes: Int, after seconds: Double) -> String {
    guard let memoryLimit, lastBytes > 0, bytes > lastBytes else { return "" }
    let rest = Double(memoryLimit - bytes) / (Double(bytes - lastBytes) / seconds)
    return rest < 3_600 ? " (full in \(CheckText.seconds(max(0, rest))))" : ""
  }

  func clear() {
    if isTerminal { console.eraseLine() }
  }
}

/// The number of random runs so far, redrawn in place on standard error; silent when
/// that is no terminal. Any thread may call it.
final class SampleProgress: Sendable {
  private let console: Console
  private let count: Int
  private let start: Double
  private let isShown: Bool
  private let lastTime: Mutex<Double>
  private static let interval = 0.2

  init(_ console: Console, of count: Int, start: Double) {
    self.console = console
    self.count = count
    self.start = start
    isShown = isatty(STDERR_FILENO) == 1
    lastTime = Mutex(start)
  }

  func show(_ samples: Int) {
    guard isShown else { return }
    lastTime.withLock { lastTime in
      let now = Process.seconds
      guard now - lastTime >= Self.interval else { return }
      lastTime = now
      let rate = Int(Double(samples) / max(0.001, now - start))
      console.redraw(
        "\(CheckText.grouped(samples)) of \(CheckText.grouped(count)) runs   "
          + "\(CheckText.grouped(rate))/s   \(CheckText.seconds(now - start))")
    }
  }

  func clear() {
    if isShown { console.eraseLine() }
  }
}

extension SearchProfile {
  /// The action with the most ways and the variable with the most values.
  var shortText: String {
    [
      actions.first.map { "\($0.name) \(Self.tenths($0.perState))/state" },
      variables.first.map { "\($0.name) \($0.values) values" },
    ].compactMap { $0 }.joined(separator: ", ")
  }

  /// The first few of both.
  var text: String {
    var ways = actions.prefix(4).map { "\($0.name) \(Self.tenths($0.perState))" }
    if let uncountedWays { ways = ["more than \(CheckText.grouped(uncountedWays))"] }
    let variables = variables.prefix(4).map { "\($0.name) \($0.values)" }
    return (ways.isEmpty ? "" : "ways a state: \(ways.joined(separator: ", ")); ")
      + "values: \(variables.joined(separator: ", "))"
      + " (in a sample of \(CheckText.count(sampledStates, "state")))"
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
