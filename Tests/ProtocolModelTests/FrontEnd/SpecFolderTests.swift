import Foundation
import ProtocolModel
import TestSupport
import Testing

/// The specs of this project through the front end, compared with a plain scan of their lines.
@Suite struct SpecFolderTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Specs")

  static let files: [String] = {
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".qnt") }.sorted()
  }()

  @Test(arguments: files) func everyInstanceHasWhatItsTagsSay(file: String) throws {
    let path = Self.folder.appending(path: file).path
    let scan = try TagScan(path)
    let found = Spec.withSpec(path) { spec in
      do {
        #expect(spec.diagnostics == [])
        return try spec.machinesToCheck(isInFolder: true).map { main, result in
          #expect(result.diagnostics == [])
          return TagScan.Instance(main: main, result.machine)
        }
      } catch {
        Issue.record(error)
        return []
      }
    }
    #expect(found == scan.instances)
  }

  @Test func thereAreManyInstances() throws {
    let count = try Self.files.map { try TagScan(Self.folder.appending(path: $0).path).instances.count }
    #expect(count.reduce(0, +) > 100)
  }

  @Test(arguments: files.filter { $0.hasSuffix("_test.qnt") }) func everyTestIsFound(file: String) throws {
    let path = Self.folder.appending(path: file).path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let expected = text.split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      guard words.count > 1, words[0] == "run", words[1].hasSuffix("Test") else { return nil }
      return String(words[1])
    }
    let (own, functions) = Spec.withSpec(path) { spec in
      do {
        let main = try spec.mainModule()
        let tests = try spec.tests(inMain: main)
        return (tests.map(\.name), spec.machine(main: main, tests: tests).tests.count)
      } catch {
        Issue.record(error)
        return ([], 0)
      }
    }
    #expect(own == expected)
    #expect(functions == expected.count)
  }
}

/// The tags of a file, found line by line.
private struct TagScan {
  struct Instance: Equatable {
    var name: String
    var tags: [String] = []
    var properties: [String] = []
  }

  private(set) var instances: [Instance] = []

  init(_ path: String) throws {
    var tags: [String] = []
    var prototype = path
    for line in try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.first == "///", words.count > 1, words[1].hasPrefix("@") {
        tags.append(words.dropFirst().joined(separator: " "))
      } else if words.first == "module", words.count > 1 {
        if tags.contains(where: { $0.hasPrefix("@size") }) {
          instances.append(Instance(name: words[1], tags: tags.sorted()))
        }
        tags = []
      } else if words.first != "///" {
        tags = []
        if let from = line.range(of: "from \"./"), let end = line.lastIndex(of: "\"") {
          prototype =
            (path as NSString).deletingLastPathComponent + "/" + line[from.upperBound..<end] + ".qnt"
        }
      }
    }
    guard !instances.isEmpty else { return }
    let all = try Self.properties(prototype)
    for index in instances.indices {
      // What an instance defines itself is its own.
      let properties = all.filter { property in
        property.module == instances[index].name || !property.isOfInstance
      }.map(\.text)
      let tagged = properties.compactMap { $0.split(separator: " ").last.map(String.init) }
      let expected = instances[index].tags.filter {
        $0.hasPrefix("@expect ") && !$0.hasPrefix("@expect states")
      }
      .map { $0.split(separator: " ") }.filter { $0.count > 2 }.map { String($0[2]) }
      // A formula without a tag is a property of the instances that expect something of it.
      instances[index].properties =
        (properties + Set(expected).subtracting(tagged).map { "@temporal \($0)" }).sorted()
    }
  }

  /// Tagged definitions of a file, `@tag name`.
  private static func properties(
    _ path: String
  ) throws -> [(module: String, isOfInstance: Bool, text: String)] {
    var result: [(module: String, isOfInstance: Bool, text: String)] = []
    var module = ""
    var (isSized, isOfInstance) = (false, false)
    var tag: String?
    for line in try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n") {
      let words = line.split(whereSeparator: { " :".contains($0) }).map(String.init)
      if words.first == "///", words.count > 1, words[1].hasPrefix("@") {
        if words[1] == "@size" { isSized = true }
        guard ["@invariant", "@temporal", "@witness", "@bound", "@inductive"].contains(words[1]) else {
          continue
        }
        tag = words.dropFirst().joined(separator: " ")
      } else if words.first == "val" || words.first == "temporal", let found = tag, words.count > 1 {
        result.append((module, isOfInstance, "\(found) \(words[1])"))
        tag = nil
      } else if words.first == "module" {
        module = words.count > 1 ? words[1] : ""
        (isOfInstance, isSized) = (isSized, false)
        tag = nil
      }
    }
    return result
  }
}

extension TagScan.Instance {
  init(main: String, _ machine: Machine?) {
    name = main
    guard let machine else { return }
    let expectations = machine.expectations
    tags += expectations.violated.map { violation in
      "@expect violated \(violation.property)" + (violation.steps.map { " steps \($0)" } ?? "")
    }
    tags += expectations.holds.map { "@expect holds \($0.property)" }
    if let states = expectations.states { tags.append("@expect states \(states.count)") }
    if let size = expectations.size { tags.append("@size \(size.rawValue)") }
    if !expectations.symbolic.isEmpty {
      tags.append("@symbolic " + expectations.symbolic.joined(separator: ", "))
    }
    if let boundary = expectations.boundary {
      tags.append("@\(boundary.isLeast ? "least" : "greatest") \(boundary.constant) \(boundary.value)")
    }
    tags.sort()
    properties = machine.properties.map { property in
      switch property.kind {
      case .maximum: "@bound maximize \(property.name)"
      case .minimum: "@bound minimize \(property.name)"
      case .invariant, .temporal, .witness, .inductive: "@\(property.kind.rawValue) \(property.name)"
      }
    }.sorted()
  }
}
