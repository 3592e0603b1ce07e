/// Instances: a copy of a module has its own types where the types of the module's
/// constants and variables were left open.
///
/// A type variable of a module (`const N: a`) is one unknown for the module and all
/// that import it plainly. When a reference crosses an instance declaration, the
/// variables that the module itself left unsolved are replaced, by the same new ones
/// for every reference through that declaration. What some other importer has found
/// out about the original is not looked at: `Frozen` keeps it apart.
extension TypeInferrer {
  /// A definition's type as seen through instance declarations, outermost first.
  func cross(_ scheme: Term, _ instances: [NodeID]) -> Term {
    var term = scheme
    for id in instances.reversed() {
      guard let instance = program.instances[id], !unifier.isGround(term) else { continue }
      term = unifier.rename(
        term, &renamings[id, default: [:]], modules: plainClosure(of: instance.prototype))
    }
    return term
  }

  /// The overrides of a module's instances, against the constants' types in those instances.
  func checkInstances(of module: ResolvedModule) {
    for id in module.instances {
      guard let instance = program.instances[id] else { continue }
      for (constant, name, value) in instance.overrides {
        unifier.level = 1
        let reference = Reference(instances: [id] + constant.instances, target: constant.target)
        let declared = constantPlace(constant)
        check(value, Expectation(use(reference), .override(name.text, declared)))
        checkOperatorPlaces(in: value)
        unifier.level = 0
      }
    }
  }

  private func constantPlace(_ constant: Reference) -> SourceRange {
    guard case .global(let id) = constant.target, let definition = program.definitions[id] else {
      return .none
    }
    return definition.nameRange
  }

  /// A module and the modules that it imports plainly, directly or not.
  private func plainClosure(of module: Int) -> Set<Int> {
    if let known = plainImports[module] { return known }
    var closure: Set<Int> = [module]
    var open = [module]
    while let next = open.popLast() {
      for declaration in program.modules[next].syntax.declarations {
        guard case .importing(let imported) = declaration.kind,
          let index = program.module(named: imported.module.text), closure.insert(index).inserted
        else { continue }
        open.append(index)
      }
    }
    plainImports[module] = closure
    return closure
  }
}
