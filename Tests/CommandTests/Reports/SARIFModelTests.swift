import Foundation
import Testing

/// The SARIF report, read by an object model that others made from the published schema (Microsoft's
/// `sarif_om` for Python): every object has to fit its class, with all properties that it requires and none that it does
/// not know. What values are allowed is not in the model, and checked beside it.
@Suite(.enabled(if: SARIFModel.python != nil)) struct SARIFModelTests {
  private static let report = Result { () throws in
    let (run, folder) = try ToolRun.run(
      [
        "check", "swap.qnt", "lamp.qnt", "broken.qnt", "none.qnt", "--no-times", "--max-states", "9",
        "--report", "sarif=out",
      ],
      files: [
        "swap.qnt": swapSpec,
        // A loop as a counterexample, and an expected violation.
        "lamp.qnt": """
        module lamp {
          var isOn: bool
          action init = isOn' = false
          action switch = isOn' = not(isOn)
          action step = any { switch, all { isOn, not(isOn), isOn' = isOn } }
          temporal staysOn = eventually(always(isOn))
          /// Dark.
          /// @invariant
          val dark = not(isOn)
        }
        /// @size S
        /// @expect violated dark steps 1
        module lamp_small { import lamp.* }
        """,
        "broken.qnt": "module broken { val x = 1 + }",
      ])
    try #require(run.status == 2)
    return try folder.text(of: "out")
  }

  @Test func everyPartFitsItsClass() throws {
    #expect(try SARIFModel.complaints(about: Self.report.get()) == "")
  }

  @Test func verifyReportFits() throws {
    let (_, folder) = try ToolRun.run(
      ["verify", "swap.qnt", "--max-steps", "4", "--invariant", "conservation", "--report", "sarif=out"],
      files: ["swap.qnt": swapSpec])
    #expect(try SARIFModel.complaints(about: folder.text(of: "out")) == "")
  }

  /// The judge is no judge unless it finds what is wrong.
  @Test(arguments: [
    ("\"ruleId\"", "\"ruleID\"", "Result: unknown property ruleID"),
    ("\"driver\"", "\"drivers\"", "Tool: "),
    ("\"level\": \"error\"", "\"level\": \"fatal\"", "level: 'fatal'"),
    ("\"kind\": \"fail\"", "\"kind\": \"bad\"", "Result.kind: 'bad'"),
    ("\"importance\": \"essential\"", "\"importance\": \"most\"", "importance: 'most'"),
    ("\"version\": \"2.1.0\",\n  \"runs\"", "\"version\": \"2.2.0\",\n  \"runs\"", "version: '2.2.0'"),
    ("\"startLine\": ", "\"startLine\": -", "Region.startLine: -"),
    ("\"columnKind\": \"unicodeCodePoints\"", "\"columnKind\": 1", "columnKind: 1"),
  ]) func aDamagedReportDoesNotFit(old: String, new: String, complaint: String) throws {
    let text = try Self.report.get()
    let damaged = text.replacing(old, with: new, maxReplacements: 1)
    #expect(damaged != text)
    #expect(try SARIFModel.complaints(about: damaged).contains(complaint))
  }

  @Test func aMessageIsRequired() throws {
    let text = try Self.report.get()
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    var runs = try #require(document["runs"] as? [[String: Any]])
    var results = try #require(runs[0]["results"] as? [[String: Any]])
    results[0]["message"] = nil
    runs[0]["results"] = results
    let damaged = try JSONSerialization.data(
      withJSONObject: document.merging(["runs": runs]) { $1 })
    let complaints = try SARIFModel.complaints(about: String(decoding: damaged, as: UTF8.self))
    #expect(complaints.contains("Result: ") && complaints.contains("message"))
  }
}

/// The object model, where a Python has it.
enum SARIFModel {
  /// The first Python that has the package: that of the system has the packages of the system.
  static let python: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates = (folders + ["/usr/bin"]).map { $0 + "/python3" }
    return candidates.first { path in
      FileManager.default.isExecutableFile(atPath: path)
        && (try? run(path, ["-c", "import sarif_om"]))?.status == 0
    }
  }()

  /// One line for each part that does not fit.
  static func complaints(about report: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "sarif-\(UUID().uuidString)")
    try report.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    guard let python else { throw ToolRun.Failure(description: "no Python with the model") }
    let (status, output) = try run(python, ["-c", reader, file.path])
    guard status == 0 else { throw ToolRun.Failure(description: "the model's reader failed: \(output)") }
    return output
  }

  private static func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Builds the objects of a report. The model does not say of which class the value of a property is; that is
  /// in `parts`, and an object in any other place is a complaint, too.
  private static let reader = """
    import json, sys
    import attr, sarif_om

    parts = {
        'SarifLog': {'runs': 'Run'},
        'Run': {'tool': 'Tool', 'invocations': 'Invocation', 'artifacts': 'Artifact', 'results': 'Result'},
        'Tool': {'driver': 'ToolComponent'},
        'ToolComponent': {'rules': 'ReportingDescriptor'},
        'ReportingDescriptor': {'shortDescription': 'MultiformatMessageString',
                                'defaultConfiguration': 'ReportingConfiguration'},
        'Artifact': {'location': 'ArtifactLocation', 'hashes': None},
        'Result': {'message': 'Message', 'locations': 'Location', 'codeFlows': 'CodeFlow',
                   'suppressions': 'Suppression', 'partialFingerprints': None, 'properties': None},
        'Location': {'physicalLocation': 'PhysicalLocation', 'message': 'Message'},
        'PhysicalLocation': {'artifactLocation': 'ArtifactLocation', 'region': 'Region'},
        'CodeFlow': {'message': 'Message', 'threadFlows': 'ThreadFlow'},
        'ThreadFlow': {'locations': 'ThreadFlowLocation'},
        'ThreadFlowLocation': {'location': 'Location'},
    }
    levels = ['none', 'note', 'warning', 'error']
    words = {
        'SarifLog.version': ['2.1.0'],
        'Run.columnKind': ['utf16CodeUnits', 'unicodeCodePoints'],
        'ReportingConfiguration.level': levels,
        'Result.level': levels,
        'Result.kind': ['notApplicable', 'pass', 'fail', 'review', 'open', 'informational'],
        'Suppression.kind': ['inSource', 'external'],
        'ThreadFlowLocation.importance': ['important', 'essential', 'unimportant'],
    }
    least = {'Region.startLine': 1, 'Region.startColumn': 1, 'Region.endLine': 1, 'Region.endColumn': 1,
             'Result.ruleIndex': -1, 'ThreadFlowLocation.executionOrder': -1}

    def build(name, value):
        if not isinstance(value, dict):
            print(f'{name}: no object but {value!r}')
            return None
        model = getattr(sarif_om, name)
        names = {field.metadata['schema_property_name']: field.name for field in attr.fields(model)}
        members = {}
        for key, item in value.items():
            place = f'{name}.{key}'
            if key not in names:
                print(f'{name}: unknown property {key}')
                continue
            if place in words and item not in words[place]:
                print(f'{place}: {item!r}')
            if place in least and not (type(item) is int and item >= least[place]):
                print(f'{place}: {item!r}')
            kind = parts.get(name, {}).get(key, '')
            if kind is None:
                if not isinstance(item, dict):
                    print(f'{place}: {item!r}')
            elif kind:
                item = [build(kind, one) for one in item] if isinstance(item, list) else build(kind, item)
            elif isinstance(item, dict) or isinstance(item, list) and any(isinstance(i, dict) for i in item):
                print(f'{place}: an object that the table does not know')
            members[names[key]] = item
        try:
            return model(**members)
        except TypeError as error:
            print(f'{name}: {error}')

    build('SarifLog', json.load(open(sys.argv[1], encoding='utf-8')))
    """
}
