import Checker
import Foundation
import ProtocolModel
import TestSupport
import Testing

private let classPath = ProcessInfo.processInfo.environment["TLC_CP"]

/// Random temporal formulas against TLC, on systems that are written out as TLA+.
///
/// Runs where `TLC_CP` is the class path of TLC (`tla2tools.jar`); `DFMI_TLC=100` takes so many.
@Suite(.enabled(if: classPath != nil)) struct TLCComparisonTests {
  private static let count = ProcessInfo.processInfo.environment["DFMI_TLC"].flatMap { Int($0) } ?? 20

  @Test func verdictsAreThoseOfTLC() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dfmi-tlc-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try "SPECIFICATION Spec\nPROPERTY P\nCHECK_DEADLOCK FALSE\n"
      .write(to: folder.appendingPathComponent("M.cfg"), atomically: true, encoding: .utf8)
    var compared = 0
    var violated = 0
    var seed: UInt64 = 0
    // TLC refuses some formulas; if it answers to fewer than these, it does not run.
    while compared < Self.count, seed < 20 + 10 * UInt64(Self.count) {
      seed += 1
      let system = TemporalSystem(seed: seed)
      var random = SplitMix(seed: seed &* 77)
      let formula = RandomFormula(system, depth: 1 + Int(seed % 4), isForTLC: true, &random)
      let text = system.tlaText(property: formula.tla)
      try text.write(to: folder.appendingPathComponent("M.tla"), atomically: true, encoding: .utf8)
      guard let theirs = try Self.verdictOfTLC(in: folder) else { continue }
      compared += 1
      if theirs == .violated { violated += 1 }
      let ours = Self.verdict(system.text(property: formula.text))
      #expect(ours == theirs, "seed \(seed)\n\(text)\(formula.text)")
    }
    try #require(compared == Self.count, "TLC has answered \(compared) times to \(seed) formulas")
    #expect(violated > Self.count / 10 && violated < Self.count * 9 / 10, "\(violated) violated")
  }

  private static func verdict(_ text: String) -> Verdict? {
    runOnLargeStack {
      guard let machine = SpecText(text).machine().machine else { return nil }
      return ExhaustiveSearch(machine: machine, options: SearchOptions()).run().properties.first?.verdict
    }
  }

  /// Nil where TLC does not accept the formula: a constant, or one that is no temporal formula.
  private static func verdictOfTLC(in folder: URL) throws -> Verdict? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath ?? "", "tlc2.TLC", "-workers",
      "1",
      "-nowarning", "-metadir", folder.path, "M",
    ]
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if output.contains("No error has been found") { return .holds }
    if output.contains("violated") { return .violated }
    return nil
  }
}
