import ProtocolModel

/// What `parse` and `typecheck` share: they check specs and report, and are silent
/// where there is nothing to say.
struct DiagnosticsRun {
  let command: String
  /// Quint's name of the stage, for `--out`.
  let stage: String
  let lastStage: Spec.Stage

  init(command: String, stage: String, through lastStage: Spec.Stage) {
    self.command = command
    self.stage = stage
    self.lastStage = lastStage
  }

  func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let report = arguments.text(.out)
    let files = try report == nil ? SpecFile.all(of: arguments) : [SpecFile.single(of: arguments)]
    var document = ResultDocument(command: command)
    var status = ExitStatus.success
    for file in files {
      let (diagnostics, sources) = diagnostics(of: file)
      if diagnostics.hasErrors { status = max(status, .badInput) }
      if let report {
        guard Console.write(QuintReport.text(stage: stage, diagnostics, sources), toFile: report) else {
          throw UsageError("cannot write `\(report)`")
        }
        return status
      }
      console.report(diagnostics, sources)
      document.add(
        ResultDocument.result(
          spec: file.path, main: nil, outcome: diagnostics.hasErrors ? "error" : "holds",
          diagnostics: diagnostics, sources: sources))
    }
    if arguments[.json] { console.print(document.text) }
    return status
  }

  /// Where modules carry `@expect` or `@size`, what their machines have to say is part of it.
  private func diagnostics(of file: SpecFile) -> ([Diagnostic], SourceMap) {
    Spec.withSpec(file.path, through: lastStage) { spec in
      var diagnostics = spec.diagnostics
      if spec.hasInstances, let machines = try? spec.machinesToCheck() {
        diagnostics += machines.flatMap(\.result.diagnostics)
      }
      return (diagnostics.sortedByPlace(), spec.sources)
    }
  }
}
