import Foundation
import Testing

/// Pages in a real browser, where there is one: the script runs under the page's own policy, and what
/// a spec says does not.
@Suite(.enabled(if: Browser.path != nil)) struct BrowserTests {
  @Test func linkToAStepOpensIt() throws {
    let page = try Browser.page(swapSpec, fragment: "i0p0s2")
    #expect(page.contains(/<article id="i0p0" class="finding bad stepping"/))
    #expect(page.contains(/<li id="i0p0s2" [^>]*class="now" aria-current="step"/))
    #expect(page.contains("<output>step 2 of 3</output>"))
    // The source of the action is marked, too.
    #expect(page.contains(/<tr id="f0l18" class="now">/))
  }

  @Test func lastStepIsShownFirst() throws {
    let page = try Browser.page(swapSpec, fragment: "")
    #expect(page.contains("<output>step 3 of 3</output>"))
  }

  @Test func walkOfAnAddressIsShown() throws {
    let (_, folder) = try ToolRun.run(
      ["report", "swap.qnt", "--explore", "--out", "a.html", "--invariant", "held.get(\"ann\") < 3"],
      files: ["swap.qnt": swapSpec.replacing("now > 1", with: "now > 9")])
    let page = try Browser.contents(of: folder.url.appending(path: "work/a.html"), fragment: "w0.2.2")
    #expect(page.contains(/<h3 class="where">State \d+, 2 steps from the start<\/h3>/))
    #expect(page.contains("<td>1 -&gt; 2</td>"))
    #expect(page.contains("<button type=\"button\">pay(payer = \"ann\", payee = \"bob\")</button>"))
    #expect(page.contains("now &lt; 2   (2 &lt; 2)"))
  }

  @Test func textOfASpecIsNoScript() throws {
    let spec = swapSpec.replacing(
      "\"bob\"",
      with: "\"</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>\"")
    let page = try Browser.page(spec, fragment: "")
    #expect(page.contains("stepping") && !page.contains("<title>taken"))
  }
}

enum Browser {
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome"] {
      for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
        return "\(folder)/\(name)"
      }
    }
    return nil
  }()

  /// The report of a spec after its script ran.
  static func page(_ spec: String, fragment: String, _ more: [String] = []) throws -> String {
    let (_, folder) = try ToolRun.run(
      ["check", "swap.qnt", "--report", "html=a.html"] + more, files: ["swap.qnt": spec])
    return try contents(of: folder.url.appending(path: "work/a.html"), fragment: fragment)
  }

  static func contents(of file: URL, fragment: String) throws -> String {
    let profile = FileManager.default.temporaryDirectory.appending(path: "browser-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: profile) }
    let process = Process()
    process.executableURL = URL(filePath: path ?? "")
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile.path)", "--dump-dom",
      file.absoluteString + (fragment.isEmpty ? "" : "#\(fragment)"),
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
