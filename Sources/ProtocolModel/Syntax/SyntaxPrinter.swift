public enum SyntaxPrinter {
  public static func text(of type: SyntaxType) -> String { "" }
}
