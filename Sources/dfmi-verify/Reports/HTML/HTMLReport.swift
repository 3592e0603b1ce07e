import Checker
import ProtocolModel

// One page with everything that a run found out. It is one file, asks nothing of the network, and
// says so to the browser: its policy allows no requests, and no script but the page's own, by its
// digest. All that a spec says goes through `htmlEscaped`.
//
// Every fact stands in the page as text, so it can be read, searched and printed without scripts.
// The script adds the stepper: it marks the current step in the list, in the diagram, and in the
// source, and takes keys, slider and links for it.

/// A run as one self-contained page.
struct HTMLReport {
  let report: RunReport
  /// The whole graph of a small model, to walk in; nil for a report of verdicts alone.
  var exploration: Exploration?
  /// How often what a line says happens; nil unless that was asked for.
  var counts: CoverageCounts?
  /// Files of the run by path, each with the number that its lines are named by.
  let files: [SourceFile]

  init(_ report: RunReport, exploration: Exploration? = nil) {
    self.report = report
    self.exploration = exploration
    files = report.inputs
  }

  /// - Complexity: O(length of the page).
  var text: String {
    let title = "dfmi-verify \(report.command): \(headline)"
    var script = HTMLAssets.stepper
    if exploration != nil { script += HTMLAssets.explorer }
    var page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    page +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      + "script-src 'sha256-\(Digest.base64SHA256(Array(script.utf8)))'; base-uri 'none'; form-action 'none'\">\n"
    page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    page += "<meta name=\"color-scheme\" content=\"light dark\">\n"
    page += "<title>\(title.htmlEscaped)</title>\n<style>\(HTMLAssets.style)</style>\n</head>\n<body>\n"
    page += "<a class=\"skip\" href=\"#main\">Skip to the results</a>\n"
    page += header + navigation
    page += "<main id=\"main\">\n"
    if let exploration { page += exploration.section }
    for (number, instance) in report.instances.enumerated() { page += section(instance, number) }
    page += provenance + "</main>\n" + sources
    page += "<p id=\"status\" class=\"visually-hidden\" role=\"status\" aria-live=\"polite\"></p>\n"
    if let exploration {
      page +=
        "<script type=\"application/json\" id=\"graph\">\(exploration.data.scriptEscaped)</script>\n"
    }
    return page + "<script>\(script)</script>\n</body>\n</html>\n"
  }

  private var headline: String {
    if report.instances.count == 1, let only = report.instances.first { return only.answer }
    return report.headline
  }

  private var header: String {
    let isGood = report.instances.allSatisfy(\.isAsExpected)
    let name = report.instances.count == 1 ? report.instances[0].title : "dfmi-verify \(report.command)"
    return "<header>\n<h1>\(name.htmlEscaped)</h1>\n"
      + "<p class=\"answer \(isGood ? "good" : "bad")\">\(headline.htmlEscaped)</p>\n</header>\n"
  }

  // MARK: Left

  private var navigation: String {
    var text = "<nav aria-label=\"Results\">\n<ul>\n"
    if exploration != nil { text += "<li><a href=\"#explore\">Explore</a></li>\n" }
    for (number, instance) in report.instances.enumerated() {
      text += "<li><a href=\"#i\(number)\">\(instance.title.htmlEscaped)</a> "
      text += instance.isAsExpected ? "" : "<b class=\"bad\">not as expected</b>"
      text += "\n<ul>\n"
      for (place, property) in instance.properties.enumerated() {
        text +=
          "<li class=\"\(property.mark)\"><a href=\"#i\(number)p\(place)\">\(property.name.htmlEscaped)</a> "
          + "<span>\(property.word.htmlEscaped)</span></li>\n"
      }
      text += "</ul></li>\n"
    }
    return text + "</ul>\n</nav>\n"
  }

  // MARK: Middle

  private func section(_ instance: ReportedInstance, _ number: Int) -> String {
    var text = "<section id=\"i\(number)\" aria-labelledby=\"i\(number)h\">\n"
    text += "<h2 id=\"i\(number)h\">\(instance.title.htmlEscaped)</h2>\n"
    text += "<p class=\"answer \(instance.isAsExpected ? "good" : "bad")\">\(instance.answer.htmlEscaped)"
    text += instance.statistics.isEmpty ? "" : ": \(counts(instance).htmlEscaped)"
    text += "</p>\n"
    for surprise in instance.surprises {
      text += "<p class=\"bad\">Not as expected: \(surprise.htmlEscaped)</p>\n"
    }
    if !instance.diagnostics.isEmpty {
      let renderer = DiagnosticRenderer(sources: instance.sources)
      text += "<pre class=\"messages\">\(renderer.render(instance.diagnostics).htmlEscaped)</pre>\n"
    }
    if !instance.properties.isEmpty { text += table(instance, number) }
    for notice in instance.notices {
      text +=
        "<p class=\"doubt\">Warning: \(notice.message.htmlEscaped) \(link(notice.range, instance))</p>\n"
    }
    for (place, property) in instance.properties.enumerated() {
      text += finding(property, instance, "i\(number)p\(place)")
    }
    return text + "</section>\n"
  }

  private func counts(_ instance: ReportedInstance) -> String {
    instance.statistics.map { "\($0.name) \($0.text)" }.joined(separator: ", ")
  }

  private func table(_ instance: ReportedInstance, _ number: Int) -> String {
    var text =
      "<div class=\"wide\"><table class=\"verdicts\">\n<thead><tr><th scope=\"col\">property</th>"
      + "<th scope=\"col\">kind</th><th scope=\"col\">verdict</th><th scope=\"col\">strength and scope</th>"
      + "<th scope=\"col\">source</th></tr></thead>\n<tbody>\n"
    for (place, property) in instance.properties.enumerated() {
      let id = "i\(number)p\(place)"
      let name = property.name.htmlEscaped
      let hasFinding = hasFinding(property)
      let expectation =
        property.isViolated && property.isAsExpected
        ? ", as expected" : property.isAsExpected ? "" : ", not as expected"
      text += "<tr class=\"\(property.mark)\"\(hasFinding ? "" : " id=\"\(id)\"")>"
      text += "<th scope=\"row\">\(hasFinding ? "<a href=\"#\(id)\">\(name)</a>" : name)</th>"
      text += "<td>\(property.kind.htmlEscaped)</td>"
      text += "<td class=\"verdict\">\((property.headline + expectation).htmlEscaped)</td>"
      let scope = [property.strength, property.remark].compactMap { $0 }.filter { !$0.isEmpty }
      text += "<td>\(scope.joined(separator: ", ").htmlEscaped)</td>"
      text += "<td>\(link(property.range, instance))</td></tr>\n"
    }
    return text + "</tbody></table></div>\n"
  }

  /// A place in the source, as a link to its line.
  func link(_ range: SourceRange, _ instance: ReportedInstance) -> String {
    guard let (file, line) = place(of: range, instance) else { return "" }
    let path = files[file].path
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let text = path == instance.spec ? "line \(line)" : "\(name):\(line)"
    return "<a href=\"#f\(file)l\(line)\">\(text.htmlEscaped)</a>"
  }

  /// The number of a file and a line in it.
  func place(of range: SourceRange, _ instance: ReportedInstance) -> (file: Int, line: Int)? {
    guard let source = instance.sources.file(of: range),
      let file = files.firstIndex(where: { $0.path == source.path })
    else { return nil }
    return (file, source.position(of: Int(range.start)).line)
  }

  // MARK: Below

  private var provenance: String {
    var text = "<section id=\"run\">\n<h2>This run</h2>\n<dl>\n"
    text += "<dt>Command</dt><dd><code>\(report.commandLine.htmlEscaped)</code></dd>\n"
    text += "<dt>Version</dt><dd>dfmi-verify \(DFMIVerify.version)</dd>\n"
    text += "<dt>Exit status</dt><dd>\(report.status.rawValue): \(report.status.meaning.htmlEscaped)</dd>\n"
    text +=
      "</dl>\n<table class=\"provenance\">\n<thead><tr><th scope=\"col\">input</th><th scope=\"col\">SHA-256</th></tr></thead>\n"
    text += "<tbody>\n"
    for (number, file) in files.enumerated() {
      text += "<tr><td><a href=\"#f\(number)\">\(file.path.htmlEscaped)</a></td>"
      text += "<td><code>\(Digest.sha256(file.bytes))</code></td></tr>\n"
    }
    return text + "</tbody></table>\n</section>\n"
  }
}

extension ReportedInstance {
  /// The module, or the file that has none.
  var title: String { main ?? spec }
}

extension ReportedProperty {
  /// The class of an element about it.
  var mark: String {
    if !isAsExpected { return verdict == .inconclusive ? "open" : "bad" }
    return isViolated ? "expected" : verdict == .inconclusive ? "open" : "good"
  }
}

extension String {
  /// For HTML. Characters that turn the direction of text are shown by their numbers, so that a
  /// source reads as it is.
  var htmlEscaped: String {
    guard unicodeScalars.contains(where: \.turnsDirection) else { return xmlEscaped }
    return mappingScalars { scalar in
      scalar.turnsDirection ? "[U+\(String(scalar.value, radix: 16, uppercase: true))]" : nil
    }.xmlEscaped
  }

  /// For JSON inside of a script element, which ends at the first `</`.
  var scriptEscaped: String {
    mappingScalars { scalar in
      switch scalar {
      case "<": "\\u003c"
      case ">": "\\u003e"
      case "&": "\\u0026"
      case "\u{2028}": "\\u2028"
      case "\u{2029}": "\\u2029"
      default: nil
      }
    }
  }
}

extension UnicodeScalar {
  fileprivate var turnsDirection: Bool {
    (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value) || value == 0x200E
      || value == 0x200F
  }
}

extension Digest {
  /// The digest in base 64, as policies of pages name scripts.
  static func base64SHA256(_ bytes: [UInt8]) -> String {
    let digits = Array(sha256(bytes).utf8)
    func number(_ digit: UInt8) -> UInt32 { UInt32(digit < 0x3A ? digit - 0x30 : digit - 0x57) }
    let raw = stride(from: 0, to: digits.count, by: 2).map {
      number(digits[$0]) << 4 | number(digits[$0 + 1])
    }
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: raw.count, by: 3) {
      let part = raw[start..<min(start + 3, raw.count)]
      var bits: UInt32 = 0
      for offset in 0..<3 { bits = bits << 8 | (offset < part.count ? part[start + offset] : 0) }
      for offset in 0..<4 {
        text.append(offset <= part.count ? letters[Int(bits >> (18 - 6 * UInt32(offset)) & 63)] : 0x3D)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
