import Checker
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The counters of a running search, redrawn in place on standard error; silent
/// when that is no terminal.
struct ProgressLine {
  private let console: Console
  private let name: String
  private let start: Double
  private let isShown: Bool
  private var lastTime: Double
  /// Bytes that the process may hold, and what it held when the line was drawn last.
  private let memoryLimit: Int?
  private var lastBytes = 0
  private static let interval = 0.2

  init(_ console: Console, name: String, start: Double, memoryLimit: Int?) {
    self.memoryLimit = memoryLimit
    self.console = console
    self.name = name
    self.start = start
    isShown = isatty(STDERR_FILENO) == 1
    lastTime = start
  }

  mutating func show(_ statistics: SearchStatistics) {
    guard isShown else { return }
    let now = Process.seconds
    guard now - lastTime >= Self.interval else { return }
    let bytes = Process.residentBytes
    let forecast = forecast(bytes, after: now - lastTime)
    (lastTime, lastBytes) = (now, bytes)
    let rate = Int(Double(statistics.distinct) / max(0.001, now - start))
    console.error(
      "\r\u{1B}[K\(name)   depth \(statistics.depth)   \(CheckText.grouped(statistics.distinct)) states   "
        + "\(CheckText.grouped(statistics.generated)) transitions   "
        + "frontier \(CheckText.grouped(statistics.frontier))   \(CheckText.grouped(rate))/s   "
        + "\(bytes >> 20) MiB\(forecast)   \(CheckText.seconds(now - start))")
  }

  /// When the memory will be used up if it goes on like this, if that is soon.
  private func forecast(_ bytes: Int, after seconds: Double) -> String {
    guard let memoryLimit, lastBytes > 0, bytes > lastBytes else { return "" }
    let rest = Double(memoryLimit - bytes) / (Double(bytes - lastBytes) / seconds)
    return rest < 3_600 ? " (full in \(CheckText.seconds(max(0, rest))))" : ""
  }

  func clear() {
    if isShown { console.error("\r\u{1B}[K") }
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
      console.error(
        "\r\u{1B}[K\(CheckText.grouped(samples)) of \(CheckText.grouped(count)) runs   "
          + "\(CheckText.grouped(rate))/s   \(CheckText.seconds(now - start))")
    }
  }

  func clear() {
    if isShown { console.error("\r\u{1B}[K") }
  }
}
