import ProtocolModel

/// The machines of a file that a command is to look at, with what is wrong with them.
struct SpecInstances {
  private(set) var machines: [(main: String, result: MachineResult)] = []
  private(set) var diagnostics: [Diagnostic]
  /// Those that the diagnostics speak of.
  private(set) var sources: SourceMap

  /// - Parameters:
  ///   - main: the module that was asked for; nil for all instances.
  ///   - sizes: other instances are left out.
  init(
    of spec: Spec, _ file: SpecFile, main: String?, _ options: MachineOptions, _ sizes: [Expectations.Size]
  ) {
    diagnostics = spec.diagnostics
    sources = spec.sources
    do throws(Diagnostic) {
      machines = try spec.machinesToCheck(main: main, isInFolder: file.isInFolder, options) {
        sizes.contains($0?.size ?? .small)
      }
    } catch {
      diagnostics.append(error)
    }
    for result in machines.map(\.result) {
      diagnostics += result.diagnostics
      if !result.diagnostics.isEmpty { sources = result.sources }
    }
  }
}
