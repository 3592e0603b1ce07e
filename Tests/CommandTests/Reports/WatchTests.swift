import Foundation
import Testing

@Suite struct WatchTests {
  private static func spec(_ limit: Int) -> String {
    """
    module a {
      var x: int
      action init = x' = 0
      action step = all { x < \(limit), x' = x + 1 }
      /// @invariant
      val small = x < 3
    }
    """
  }

  @Test func savedSpecIsCheckedAgain() throws {
    let folder = try ToolRun.Folder()
    try folder.write(Self.spec(2), to: "a.qnt")
    let process = Process()
    process.executableURL = try ToolRun.executable()
    process.arguments = ["watch", "a.qnt"]
    process.currentDirectoryURL = folder.place(of: "")
    let output = folder.url.appending(path: "stdout")
    let errors = folder.url.appending(path: "stderr")
    for url in [output, errors] { try Data().write(to: url) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    /// Waits up to ten seconds for a text.
    func waits(for text: String, in url: URL, count: Int = 1) throws -> Bool {
      for _ in 0..<200 {
        let found = try String(contentsOf: url, encoding: .utf8)
        if found.components(separatedBy: text).count > count { return true }
        usleep(50_000)
      }
      return false
    }
    try #require(try waits(for: "1 file watched", in: errors))
    try folder.write("not a spec", to: "notes.txt")
    try folder.write(Self.spec(4), to: "a.qnt")
    #expect(try waits(for: "violated small after 3 steps", in: output))
    #expect(try waits(for: "1 file watched", in: errors, count: 2))
    process.interrupt()
    for _ in 0..<200 where process.isRunning { usleep(50_000) }
    #expect(!process.isRunning)
    if !process.isRunning { #expect(process.terminationStatus == 1) }
  }
}
