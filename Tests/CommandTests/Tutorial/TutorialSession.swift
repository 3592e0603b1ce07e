import Foundation

/// A reader who does what a page says, in an empty folder with `Specs` and `docs` of the project in it.
struct TutorialSession {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private let folder: ToolRun.Folder
  private let programs: String
  /// Of the last command.
  private(set) var status: Int32 = 0

  init() throws {
    folder = try ToolRun.Folder()
    programs = try ToolRun.executable().deletingLastPathComponent().path
    for name in ["Specs", "docs"] {
      try FileManager.default.createSymbolicLink(
        at: folder.place(of: name),
        withDestinationURL: Self.root.appending(path: name))
    }
  }

  /// Does all that the page says; returns its commands with what they print.
  static func follow(_ page: TutorialPage) throws -> [(command: TutorialPage.Command, output: [String])] {
    var session = try TutorialSession()
    var outputs: [(TutorialPage.Command, [String])] = []
    for part in page.parts {
      switch part {
      case .file(let path, let text):
        try session.folder.write(text.joined(separator: "\n") + "\n", to: path)
      case .edit(let path, let text):
        var edit = SpecEdit(try session.folder.text(of: path))
        edit.merge(text)
        try session.folder.write(edit.text, to: path)
      case .command(let command):
        outputs.append((command, try session.run(command.text)))
      }
    }
    return outputs
  }

  /// Runs a command by the shell; `echo $?` is the status of the one before.
  mutating func run(_ command: String) throws -> [String] {
    if command == "echo $?" { return ["\(status)"] }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = folder.place(of: "")
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = programs + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    process.environment = environment
    let output = folder.url.appending(path: "output")
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      throw ToolRun.Failure(description: "\(command): ended by signal \(process.terminationStatus)")
    }
    status = process.terminationStatus
    let text = try String(contentsOf: output, encoding: .utf8)
    return TutorialPage.trimmed(
      text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }
}
