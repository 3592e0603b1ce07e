import Foundation
import ProtocolModel
import TestSupport
import Testing

/// The protocols that come with the project become machines.
@Suite struct SpecFlatteningTests {
  static let files: [String] = {
    let specs = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Specs").standardizedFileURL.path()
    let found = FileManager.default.enumerator(atPath: specs)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(".qnt") }.sorted().map { specs + "/" + $0 }
  }()

  @Test(arguments: files) func everyModuleWithAStepBecomesAListOfTransitions(file: String) {
    let complaints = runOnLargeStack { () -> [String] in
      let loaded = ProgramLoader.load(file)
      var result = loaded.diagnostics.map(\.message)
      for module in loaded.program.modules where module.isInMainFile && module.scope["step"] != nil {
        let flattened = Flattened(loaded, main: module.name)
        result += flattened.diagnostics.map { "\(module.name): \($0.message)" }
        if flattened.machine.step == nil { result.append("\(module.name): no step") }
        for transition in flattened.machine.initialTransitions + flattened.machine.transitions {
          if transition.isOpaque { result.append("\(module.name): \(transition.id) is opaque") }
          if !transition.unassigned.isEmpty {
            result.append("\(module.name): \(transition.id) forgets a variable")
          }
        }
      }
      return result
    }
    #expect(complaints == [])
  }
}
