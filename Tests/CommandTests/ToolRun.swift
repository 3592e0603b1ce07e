import Foundation

/// One run of the built program in a folder of its own.
struct ToolRun: Equatable {
  var status: Int32
  var output: String
  var errors: String

  init(status: Int32, output: String = "", errors: String = "") {
    self.status = status
    self.output = output
    self.errors = errors
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Runs the program on files by path; the folder has what it wrote.
  static func run(
    _ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:],
    input: String? = nil
  ) throws -> (run: ToolRun, folder: Folder) {
    let folder = try Folder()
    for (path, text) in files { try folder.write(text, to: path) }
    return (try run(arguments, in: folder, environment: environment, input: input), folder)
  }

  /// Runs the program in a folder where it may have run before.
  static func run(
    _ arguments: [String], in folder: Folder, environment: [String: String] = [:], input: String? = nil
  ) throws -> ToolRun {
    let process = Process()
    process.executableURL = try executable()
    process.arguments = arguments
    process.currentDirectoryURL = folder.place(of: "")
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files, not pipes: a full pipe would stop the program.
    let output = folder.url.appending(path: "stdout")
    let errors = folder.url.appending(path: "stderr")
    for url in [output, errors] { try Data().write(to: url) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    if let input {
      let url = folder.url.appending(path: "stdin")
      try Data(input.utf8).write(to: url)
      process.standardInput = try FileHandle(forReadingFrom: url)
    }
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      throw Failure(description: "ended by signal \(process.terminationStatus)")
    }
    return ToolRun(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// The built program: it lies beside the test bundle, or some folders above.
  static func executable() throws -> URL {
    var starts = [URL(filePath: CommandLine.arguments[0]), Bundle.main.bundleURL]
    starts += Bundle.allBundles.map(\.bundleURL)
    for start in starts {
      var folder = start.standardizedFileURL
      for _ in 0..<6 {
        folder.deleteLastPathComponent()
        let candidate = folder.appending(path: "dfmi-verify")
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder),
          !isFolder.boolValue,
          FileManager.default.isExecutableFile(atPath: candidate.path)
        {
          return candidate
        }
      }
    }
    throw Failure(description: "dfmi-verify is not beside the tests")
  }

  /// A temporary folder that goes away with its last reference. The program runs in `work`.
  final class Folder {
    let url: URL

    init() throws {
      url = FileManager.default.temporaryDirectory.appending(path: "dfmi-verify-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: place(of: ""), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Where the program finds a path that it is given.
    func place(of path: String) -> URL { url.appending(path: "work").appending(path: path) }

    func write(_ text: String, to path: String) throws {
      let file = place(of: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: false, encoding: .utf8)
    }

    func text(of path: String) throws -> String {
      try String(contentsOf: place(of: path), encoding: .utf8)
    }
  }
}

/// What a run leaves: exit status, standard output, standard error.
func tool(_ arguments: String..., files: [String: String] = [:], environment: [String: String] = [:]) throws
  -> ToolRun
{
  try ToolRun.run(arguments, files: files, environment: environment).run
}
