/// One or more declarations that are added to a module as if they stood at its end: what is
/// typed at a prompt.
public struct SourceAddition: Sendable {
  /// Name of a module of the main file; a new module if there is none.
  public var module: String
  /// For messages.
  public var path: String
  /// One declaration; or nothing, which only makes the module.
  public var text: String

  public init(module: String, path: String, text: String) {
    self.module = module
    self.path = path
    self.text = text
  }
}

/// An expression that is typed at a prompt.
public struct SourceInput: Sendable {
  /// For messages.
  public var path: String
  public var text: String

  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}

extension String {
  /// True for a name, qualified or not, and nothing else.
  var isName: Bool {
    !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"):
          true
        default: false
        }
      }
  }
}
