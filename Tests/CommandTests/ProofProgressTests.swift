import Foundation
import Testing

/// What `verify` tells while it works, on a terminal.
@Suite struct ProofProgressTests {
  /// Two of twelve share one of eleven holes: no solver sees that soon.
  private static let spec = """
    module holes {
      var home: int -> int
      action init = {
        nondet homes = 1.to(12).setOfMaps(1.to(11)).oneOf()
        home' = homes
      }
      action step = home' = home
      /// @invariant
      val shared = 1.to(12).exists(i => 1.to(12).exists(j => i < j and home.get(i) == home.get(j)))
    }
    """

  @Test func lineTellsEngineOpenPropertiesCallsAndTime() throws {
    let text = try Terminal.run(
      ["verify", "holes.qnt", "--no-deadlock", "--timeout", "2"], files: ["holes.qnt": Self.spec],
      columns: 120)
    let line =
      /holes   [^\r]*   open: shared[^\r]*   \d+ solver calls?(, this one for \d\.\d s)?   [^\r]*\d\.\d s of 2/
    #expect(text.contains(line), "\(text)")
    // The line is gone when the answer comes.
    #expect(text.contains("\r\u{1B}[Kholes   inconclusive: shared"))
  }

  @Test func lineFitsInTheTerminal() throws {
    let text = try Terminal.run(
      ["verify", "holes.qnt", "--no-deadlock", "--timeout", "2"], files: ["holes.qnt": Self.spec], columns: 30
    )
    let lines = text.components(separatedBy: "\r\u{1B}[K").filter { $0.hasPrefix("holes   ") }
    #expect(lines.count > 1)
    for line in lines.dropLast() { #expect(line.count < 30, "\(line)") }
  }

  @Test func nothingIsToldWithoutATerminal() throws {
    let run = try tool(
      "verify", "holes.qnt", "--no-deadlock", "--timeout", "1", files: ["holes.qnt": Self.spec])
    #expect(run.status == 3 && run.errors == "")
  }
}

/// A terminal that the program believes to be real.
enum Terminal {
  private typealias Opener =
    @convention(c) (
      UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<CChar>?,
      UnsafeMutableRawPointer?, UnsafeMutablePointer<winsize>?
    ) -> Int32

  /// Both ends of a new terminal; `openpty` is in no module that Swift knows.
  private static func pair(columns: UInt16) throws -> (leader: Int32, follower: Int32) {
    guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "openpty") else {
      throw ToolRun.Failure(description: "no terminal can be had")
    }
    let open = unsafeBitCast(symbol, to: Opener.self)
    var (leader, follower): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard open(&leader, &follower, nil, nil, &size) == 0 else {
      throw ToolRun.Failure(description: "the terminal cannot be opened")
    }
    return (leader, follower)
  }

  /// All that the program writes, on both outputs, in its order.
  static func run(_ arguments: [String], files: [String: String], columns: UInt16) throws -> String {
    let folder = try ToolRun.Folder()
    for (path, text) in files { try folder.write(text, to: path) }
    let (leader, follower) = try pair(columns: columns)
    let process = Process()
    process.executableURL = try ToolRun.executable()
    process.arguments = arguments
    process.currentDirectoryURL = folder.place(of: "")
    let end = FileHandle(fileDescriptor: follower, closeOnDealloc: false)
    (process.standardOutput, process.standardError) = (end, end)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    close(follower)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    // A terminal whose other end is closed gives an error, not an end.
    while true {
      let count = read(leader, &chunk, chunk.count)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    close(leader)
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }
}
