import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What reports must be to be read by others, whatever a spec says.
@Suite struct ReportFormatTests {
  /// Every string that a reader of markup could take for markup.
  private static let hostile = """
    module hostile {
      // </pre></table></script><script>document.title = 'taken'</script> <!-- ]]> `'"
      /// <img src=x onerror="document.title = 'taken'"> | ``` </summary>
      type Party = str
      var owner: Party
      action init = owner' = "</script><script>document.title = 'taken'</script>"
      action give(p: Party): bool = all { p != owner, owner' = p }
      action step = {
        nondet p = Set("<b>&amp;\\'</b> ]]> %0A::error::\u{202E}", "a|b`c;end #1").oneOf()
        give(p)
      }
      /// <script>document.title = 'taken'</script>
      /// @invariant
      val safe = owner != "<b>&amp;\\'</b> ]]> %0A::error::\u{202E}"
    }
    """

  private static func report(_ kind: String, _ spec: String = hostile) throws -> String {
    let (run, folder) = try ToolRun.run(
      ["check", "a.qnt", "--no-times", "--report", "\(kind)=out"], files: ["a.qnt": spec])
    try #require(run.status == 1)
    return try folder.text(of: "out")
  }

  @Test func pageHasNoScriptButItsOwn() throws {
    let page = try Self.report("html")
    #expect(page.components(separatedBy: "<script").count == 2)
    #expect(!page.contains("<img") && !page.contains("<b>&amp;"))
    #expect(page.contains("&lt;script&gt;document.title = &#39;taken&#39;&lt;/script&gt;"))
    #expect(!page.unicodeScalars.contains("\u{202E}"))
    #expect(page.contains("default-src 'none'"))
    #expect(
      !page.contains("http:") && !page.contains("https:") || page.contains("http://www.w3.org/2000/svg"))
  }

  @Test(arguments: ["junit", "svg"]) func documentIsXML(kind: String) throws {
    let parser = XMLParser(data: Data(try Self.report(kind).utf8))
    #expect(parser.parse(), "\(parser.parserError as Any)")
  }

  @Test func annotationStaysOnItsLine() throws {
    let (run, _) = try ToolRun.run(
      ["check", "a.qnt", "--report", "github=out"], files: ["a.qnt": Self.hostile])
    let commands = run.output.split(separator: "\n").filter { $0.hasPrefix("::") }
    #expect(commands.count == 1 && commands[0].contains("%250A::error::"))
  }

  @Test func documentOfResultsFitsItsSchema() throws {
    for spec in [Self.hostile, swapSpec] {
      let document = try JSONSerialization.jsonObject(with: Data(try Self.report("json", spec).utf8))
      #expect(try JSONSchema.ofResults().complaints(about: document) == [])
    }
  }

  /// Names a file with the published schema of SARIF.
  private static let sarifSchema = ProcessInfo.processInfo.environment["DFMI_SARIF_SCHEMA"]

  @Test(.enabled(if: sarifSchema != nil)) func sarifFitsThePublishedSchema() throws {
    let data = try Data(contentsOf: URL(filePath: try #require(Self.sarifSchema)))
    let schema = try JSONSchema(JSONSerialization.jsonObject(with: data))
    for spec in [Self.hostile, swapSpec] {
      let document = try JSONSerialization.jsonObject(with: Data(try Self.report("sarif", spec).utf8))
      #expect(schema.complaints(about: document) == [])
    }
  }

  @Test func sarifHasWhatReadersRequire() throws {
    let text = try Self.report("sarif", swapSpec)
    let log = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]]).map { $0["id"] as? String }
    for result in try #require(run["results"] as? [[String: Any]]) {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index] == result["ruleId"] as? String)
      #expect((result["message"] as? [String: Any])?["text"] is String)
      #expect((result["locations"] as? [Any])?.count == 1)
    }
    let violation = try #require((run["results"] as? [[String: Any]])?.first { $0["codeFlows"] != nil })
    let flow = try #require((violation["codeFlows"] as? [[String: Any]])?.first)
    let thread = try #require((flow["threadFlows"] as? [[String: Any]])?.first)
    // The initial state, three steps, and the property.
    #expect((thread["locations"] as? [Any])?.count == 5)
  }
}

/// So much of JSON Schema as the schemas of reports use.
struct JSONSchema {
  private let root: [String: Any]

  struct NotASchema: Error {}

  init(_ document: Any) throws {
    guard let root = document as? [String: Any] else { throw NotASchema() }
    self.root = root
  }

  /// The one in `docs`.
  static func ofResults() throws -> JSONSchema {
    let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs")
    let data = try Data(contentsOf: docs.appending(path: "result.schema.json"))
    return try JSONSchema(JSONSerialization.jsonObject(with: data))
  }

  func complaints(about document: Any) -> [String] { complaints(document, root, "") }

  private func complaints(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    if let reference = schema["$ref"] as? String {
      let target = reference.split(separator: "/").dropFirst().reduce(root as Any?) {
        ($0 as? [String: Any])?[String($1)]
      }
      guard let target = target as? [String: Any] else { return ["\(path): no \(reference)"] }
      found += complaints(value, target, path)
    }
    let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] }
    if let types, !types.contains(where: { Self.isOfType(value, $0) }) {
      found.append("\(path): not of type \(types)")
    }
    if let words = schema["enum"] as? [Any], !words.contains(where: { Self.isSame($0, value) }) {
      found.append("\(path): \(value) is not one of \(words)")
    }
    if let constant = schema["const"], !Self.isSame(constant, value) {
      found.append("\(path): \(value) is not \(constant)")
    }
    if let least = schema["minimum"] as? Double, let number = value as? Double, number < least {
      found.append("\(path): \(number) is below \(least)")
    }
    if let object = value as? [String: Any] {
      let known = schema["properties"] as? [String: Any] ?? [:]
      for name in schema["required"] as? [String] ?? [] where object[name] == nil {
        found.append("\(path): no \(name)")
      }
      for (name, member) in object.sorted(by: { $0.key < $1.key }) {
        if let schema = known[name] as? [String: Any] {
          found += complaints(member, schema, "\(path)/\(name)")
        } else if schema["additionalProperties"] as? Bool == false {
          found.append("\(path): \(name) is unknown")
        }
      }
    }
    if let array = value as? [Any], let items = schema["items"] as? [String: Any] {
      for (index, item) in array.enumerated() { found += complaints(item, items, "\(path)/\(index)") }
    }
    return found
  }

  private static func isSame(_ a: Any, _ b: Any) -> Bool { (a as? NSObject) == (b as? NSObject) }

  private static func isOfType(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": value is Bool
    case "integer": (value as? Double).map { $0 == $0.rounded() } ?? false
    case "number": value is Double
    case "null": value is NSNull
    default: false
    }
  }
}
