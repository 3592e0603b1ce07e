/// From a spec to its machines.
extension Spec {
  /// The machine of a main module, with its diagnostics. There is none if the spec has errors.
  public func machine(main: Int, _ options: MachineOptions = MachineOptions()) -> MachineResult {
    guard isSound else { return MachineResult(sources: sources) }
    return MachineAssembly(self, main: main, options).machine()
  }

  /// The machine of the module that `--main` names, or of the default one, with the
  /// diagnostics of the spec too.
  public func machine(named main: String?, _ options: MachineOptions = MachineOptions()) -> MachineResult {
    guard isSound else { return MachineResult(diagnostics: diagnostics, sources: sources) }
    do throws(Diagnostic) {
      var result = machine(main: try mainModule(named: main), options)
      result.diagnostics = (diagnostics + result.diagnostics).sortedByPlace()
      return result
    } catch {
      return MachineResult(diagnostics: diagnostics + [error], sources: sources)
    }
  }

  /// A machine with functions for tests, all of which must be runnable.
  public func machine(main: Int, tests: [TestCase]) -> MachineResult {
    guard isSound else { return MachineResult(sources: sources) }
    return MachineAssembly(self, main: main, MachineOptions()).machine(tests: tests)
  }

  /// Which modules `check` takes, when it is told none, and their machines.
  ///
  /// In a folder, or when a module of the file carries `@expect` or `@size`: every
  /// module of the file with `init` and `step` and no open constant, in order of
  /// declaration. A module that carries such a tag is meant to be checked, so what it
  /// lacks is an error. Otherwise: the main module.
  ///
  /// - Parameters:
  ///   - name: what `--main` says; then it is that module alone.
  ///   - isInFolder: true if the user named a folder that has this file.
  ///   - isWanted: leaves out modules whose machine is not asked for (`--size`).
  public func machinesToCheck(
    main name: String? = nil, isInFolder: Bool = false, _ options: MachineOptions = MachineOptions(),
    where isWanted: (Expectations?) -> Bool = { _ in true }
  ) throws(Diagnostic) -> [(main: String, result: MachineResult)] {
    guard isSound else { return [] }
    guard name == nil, isInFolder || hasInstances else {
      let main = try mainModule(named: name)
      return [(resolved.modules[main].name, machine(main: main, options))]
    }
    var machines: [(main: String, result: MachineResult)] = []
    for module in ownModules where isWanted(tags.expectations[module]) {
      let scope = resolved.modules[module].scope
      let isTagged = tags.expectations[module] != nil
      let hasTransitions =
        (options.initial != nil || scope["init"].map(isTransition) == true)
        && (options.step != nil || scope["step"].map(isTransition) == true)
      guard isTagged || hasTransitions else { continue }
      var result = machine(main: module, options)
      if let machine = result.machine, let open = machine.openConstants.first {
        guard isTagged else { continue }
        result.diagnostics.append(
          Diagnostic(
            .constantWithoutValue,
            "constant `\(open)` has no value in module `\(resolved.modules[module].name)`",
            at: resolved.modules[module].syntax.name.range,
            hint: "give it one where the module is imported: `import M(\(open) = ...).*`"))
        result.machine = nil
      }
      machines.append((resolved.modules[module].name, result))
    }
    return machines
  }
}

extension Spec {
  /// A machine with `init` and `step`, if the module has them, all its variables, and a function for each
  /// expression that was typed, in `tests`. There is none if an input has errors.
  public func machine(main: Int, inputs: [SourceInput]) -> MachineResult {
    guard isSound else { return MachineResult(sources: sources) }
    var options = MachineOptions()
    options.needsTransitions = false
    return MachineAssembly(self, main: main, options).machine(inputs: inputs)
  }
}
