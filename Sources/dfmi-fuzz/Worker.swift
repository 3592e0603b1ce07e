import ProtocolModel
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a range of inputs one after the other.
///
/// The operating system ends the worker when an input takes too much processor time
/// (`SIGPROF`).
struct Worker: Sendable {
  private let inputs: FuzzInputs
  private let options: FuzzOptions
  /// Milliseconds beyond which an input is reported as slow, though it came back.
  private static let slow = 1_500

  init(_ inputs: FuzzInputs, _ options: FuzzOptions) {
    self.inputs = inputs
    self.options = options
  }

  func run() {
    guard let path = options.progress, let progress = SharedProgress(path) else { exit(2) }
    runOnLargeStack {
      for number in options.range {
        progress[.number] = number
        let input = inputs[number]
        limitTime()
        let (start, memory) = (Self.milliseconds, Self.peakMegabytes)
        let outcome = FuzzRun.run(input)
        let time = Self.milliseconds - start
        progress.count(input.kind, outcome)
        progress[.milliseconds] += time
        progress[.longest] = max(progress[.longest], time)
        if time > Self.slow { report("slow, \(time) ms", input, number, options) }
        if memory < options.megabytes, Self.peakMegabytes >= options.megabytes {
          report("large, \(Self.peakMegabytes) MiB", input, number, options)
        }
      }
    }
  }

  private func limitTime() {
    var timer = itimerval()
    timer.it_value.tv_sec = options.seconds
    #if canImport(Glibc)
      setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
    #else
      setitimer(ITIMER_PROF, &timer, nil)
    #endif
  }

  /// Processor time of this process.
  private static var milliseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
  }

  private static var peakMegabytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(RUSAGE_SELF.rawValue, &usage)
      return Int(usage.ru_maxrss) >> 10
    #else
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss) >> 20
    #endif
  }
}
