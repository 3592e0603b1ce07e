#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A spec that the command line names, or that is below a folder that it names.
struct SpecFile: Hashable {
  var path: String
  var isInFolder: Bool

  /// The files of the operands, in their order; below a folder all `.qnt` files by path.
  static func all(of arguments: Arguments) throws(UsageError) -> [SpecFile] {
    guard !arguments.operands.isEmpty else { throw UsageError("needs a spec: a `.qnt` file or a folder") }
    var files: [SpecFile] = []
    var seen: Set<String> = []
    for operand in arguments.operands {
      guard isFolder(operand, followingLinks: true) else {
        if seen.insert(operand).inserted { files.append(SpecFile(path: operand, isInFolder: false)) }
        continue
      }
      let found = specs(below: operand)
      if found.isEmpty { throw UsageError("there is no `.qnt` file below `\(operand)`") }
      for path in found where seen.insert(path).inserted {
        files.append(SpecFile(path: path, isInFolder: true))
      }
    }
    return files
  }

  /// The one file that the operands must be.
  static func single(of arguments: Arguments) throws(UsageError) -> SpecFile {
    let files = try all(of: arguments)
    guard files.count == 1 else { throw UsageError("takes one spec, not \(files.count)") }
    return files[0]
  }

  /// Hidden files and folders, and links to folders, are passed over.
  private static func specs(below folder: String) -> [String] {
    var result: [String] = []
    var pending = [folder]
    while let folder = pending.popLast() {
      for name in names(in: folder) where !name.hasPrefix(".") {
        let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
        if isFolder(path, followingLinks: false) {
          pending.append(path)
        } else if name.hasSuffix(".qnt") {
          result.append(path)
        }
      }
    }
    return result.sorted()
  }

  private static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }

  private static func isFolder(_ path: String, followingLinks: Bool) -> Bool {
    var status = stat()
    guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFDIR
  }
}
