import Foundation
import Testing

/// Places for files that cannot be had: an error before the work begins.
@Suite struct OutputPathTests {
  private static let spec = """
    module m {
      var x: int
      action init = x' = 0
      action step = x' = 1 - x
      /// @invariant
      val small = x < 2
    }
    """

  private func run(_ command: String, _ arguments: String...) throws -> ToolRun {
    try ToolRun.run([command, "m.qnt"] + arguments, files: ["m.qnt": Self.spec]).run
  }

  @Test(arguments: [
    ["check", "--report", "json=none/a.json"], ["check", "--out-itf", "none/a.json"],
    ["verify", "--report", "html=none/a.html"], ["run", "--out", "none/a.json"],
    ["report", "--out", "none/a.html"], ["graph", "--out", "none/a.dot"],
  ]) func aFolderThatIsNotThereIsToldAtOnce(words: [String]) throws {
    let run = try ToolRun.run([words[0], "m.qnt"] + words.dropFirst(), files: ["m.qnt": Self.spec]).run
    #expect(run.status == 2 && run.output == "")
    #expect(run.errors.contains("cannot write `none/a.") && run.errors.contains("there is no folder `none`"))
  }

  @Test func aFolderIsNoFile() throws {
    let run = try run("check", "--report", "sarif=.")
    #expect(run.status == 2 && run.errors.contains("cannot write `.`: it is a folder"))
  }

  @Test(arguments: ["--spill", "--keep-native"]) func foldersOfSearchesAreMadeOrRefused(option: String) throws
  {
    let (made, folder) = try ToolRun.run(["check", "m.qnt", option, "new"], files: ["m.qnt": Self.spec])
    #expect(made.status == 0)
    var isFolder: ObjCBool = false
    #expect(FileManager.default.fileExists(atPath: folder.place(of: "new").path, isDirectory: &isFolder))
    #expect(isFolder.boolValue)
    let file = try run("check", option, "m.qnt")
    #expect(file.status == 2 && file.errors.contains("option `\(option)`: `m.qnt` is no folder"))
    let deep = try run("check", option, "a/b")
    #expect(deep.status == 2 && deep.errors.contains("cannot make the folder `a/b`"))
  }

  @Test(arguments: ["--smt-dir", "--certificate"]) func foldersOfProofsAreMadeOrRefused(option: String) throws
  {
    let file = try run("verify", option, "m.qnt")
    #expect(file.status == 2 && file.output == "")
    #expect(file.errors.contains("option `\(option)`: `m.qnt` is no folder"))
  }
}
