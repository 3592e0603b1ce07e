import Testing

@testable import ProtocolModel

@Suite struct SourceReaderTests {
  @Test(arguments: [
    ("a/./b/../c", "a/c"), ("../a", "../a"), ("a/../../b", "../b"), ("/../a", "/a"), ("a/..", "."),
    ("//a//b", "/a/b"),
  ])
  func pathsAreNormalized(_ path: String, _ expected: String) {
    #expect(SourcePath.normalized(path) == expected)
  }

  @Test func importsAreRelativeToTheDirectoryOfTheImporter() {
    #expect(SourcePath.resolve("../b", importer: "lib/a.qnt") == "b.qnt")
    #expect(SourcePath.resolve("b", importer: "a.qnt") == "b.qnt")
    #expect(SourcePath.resolve("b", importer: "/a.qnt") == "/b.qnt")
  }

  @Test func diskGivesBytesOfFilesOnly() {
    let reader = DiskSourceReader()
    #expect(reader.read(path: #filePath)?.isEmpty == false)
    #expect(reader.read(path: "/") == nil)
    #expect(reader.read(path: #filePath + "\0") == nil)
    #expect(reader.read(path: #filePath + ".absent") == nil)
  }

  @Test func canonicalPathIsOneForAllSpellings() {
    let reader = DiskSourceReader()
    let directory = SourcePath.directory(of: #filePath)
    #expect(
      reader.canonicalPath(directory + "/./../Names/SourceReaderTests.swift")
        == reader.canonicalPath(#filePath))
    #expect(
      reader.canonicalPath(directory + "/../Names/absent") == reader.canonicalPath(directory) + "/absent")
  }
}
