import ProtocolModel

// Traces: as a list of steps that reads by itself, with a diagram beside it.
extension HTMLReport {
  /// True for a property that has more to show than its row.
  func hasFinding(_ property: ReportedProperty) -> Bool {
    property.trace != nil || property.error != nil || !property.distribution.isEmpty
  }

  /// A trace with its steps; nothing for a property without one.
  func finding(_ property: ReportedProperty, _ instance: ReportedInstance, _ id: String) -> String {
    guard hasFinding(property) else { return "" }
    let title = "\(property.name) \(property.headline)"
    var text = "<article id=\"\(id)\" class=\"finding \(property.mark)\" aria-labelledby=\"\(id)h\">\n"
    text += "<h3 id=\"\(id)h\">\(title.htmlEscaped)</h3>\n"
    text += "<p>\(property.remark.htmlEscaped) \(link(property.range, instance))</p>\n"
    if !property.constants.isEmpty {
      let constants = property.constants.map { "<code>\($0.description.htmlEscaped)</code>" }
      text += "<p>with \(constants.joined(separator: ", "))</p>\n"
    }
    if !property.explanations.isEmpty {
      text += "<p class=\"because\">false because</p>\n<ul class=\"because\">\n"
      for explanation in property.explanations {
        text +=
          "<li><code>\(explanation.description.htmlEscaped)</code> \(link(explanation.range, instance))</li>\n"
      }
      text += "</ul>\n"
    }
    if let error = property.error {
      let renderer = DiagnosticRenderer(sources: instance.sources)
      text += "<pre class=\"messages\">\(renderer.render(error).htmlEscaped)</pre>\n"
    }
    text += distribution(of: property)
    if let trace = property.trace, let machine = instance.machine {
      text += steps(trace, machine, property, instance, id)
    }
    return text + "</article>\n"
  }

  /// A bar for each value.
  private func distribution(of property: ReportedProperty) -> String {
    guard let most = property.distribution.map(\.states).max() else { return "" }
    var text =
      "<table class=\"bars\"><thead><tr><th scope=\"col\">value</th><th scope=\"col\">states</th><th></th>"
      + "</tr></thead><tbody>\n"
    for (value, states) in property.distribution {
      text +=
        "<tr><th scope=\"row\">\(value.description.htmlEscaped)</th><td>\(CheckText.grouped(states))</td>"
        + "<td><progress max=\"\(most)\" value=\"\(states)\" aria-hidden=\"true\"></progress></td></tr>\n"
    }
    return text + "</tbody></table>\n"
  }

  private func steps(
    _ trace: Trace, _ machine: Machine, _ property: ReportedProperty, _ instance: ReportedInstance,
    _ id: String
  ) -> String {
    let story = TraceStory(trace, machine)
    let last = story.steps.count - 1
    var text = ""
    if last > 0 { text += Self.controls(id, last) }
    text += "<div class=\"beside\">\n<ol class=\"steps\" start=\"0\">\n"
    for (number, step) in story.steps.enumerated() {
      let place = place(of: step.range, instance)
      let data = place.map {
        " data-file=\"\($0.file)\" data-line=\"\($0.line)\" data-end=\"\($0.line + step.lineCount - 1)\""
      }
      text += "<li id=\"\(id)s\(number)\" data-step=\"\(number)\"\(data ?? "")>"
      text += "<p class=\"title\"><a href=\"#\(id)s\(number)\" aria-label=\"Step \(number)\">\(number)</a> "
      text += "<b>\(step.title.htmlEscaped)</b>"
      if story.loopStart == number { text += " <i>the loop begins behind this state</i>" }
      text += "</p>\n<ul class=\"changes\">"
      for change in step.changes { text += "<li>\(change.htmlEscaped)</li>" }
      if step.changes.isEmpty { text += "<li>nothing changes</li>" }
      text += "</ul>\n" + state(step) + "</li>\n"
    }
    text += "</ol>\n"
    text += diagram(trace, machine, property, instance)
    text += "</div>\n"
    if !property.ending.isEmpty { text += "<pre class=\"ending\">\(property.ending.htmlEscaped)</pre>\n" }
    return text
  }

  /// Shown by the script alone: they do nothing without it.
  private static func controls(_ id: String, _ last: Int) -> String {
    func button(_ name: String, _ label: String, _ sign: String) -> String {
      "<button type=\"button\" data-go=\"\(name)\" aria-label=\"\(label)\" title=\"\(label)\">\(sign)</button>"
    }
    return "<div class=\"controls\" hidden>\(button("first", "First step", "|&lt;"))"
      + button("back", "Previous step", "&lt;") + button("next", "Next step", "&gt;")
      + button("last", "Last step", "&gt;|")
      + "<input type=\"range\" min=\"0\" max=\"\(last)\" value=\"\(last)\" aria-label=\"Step\">"
      + "<output>step \(last) of \(last)</output> <span class=\"hint\">arrow keys step</span></div>\n"
  }

  private func state(_ step: TraceStory.Step) -> String {
    var text = "<details><summary>state</summary><table class=\"state\"><tbody>"
    for variable in step.state {
      text +=
        "<tr\(variable.isChanged ? " class=\"changed\"" : "")><th scope=\"row\">\(variable.name.htmlEscaped)</th>"
      text += "<td>\(variable.value.htmlEscaped)</td></tr>"
    }
    return text + "</tbody></table></details>"
  }

  private func diagram(
    _ trace: Trace, _ machine: Machine, _ property: ReportedProperty, _ instance: ReportedInstance
  ) -> String {
    var diagram = SequenceDiagram(trace, machine, closing: property.closing)
    if diagram.lanes.isEmpty || diagram.events.isEmpty { return "" }
    diagram.title = "\(instance.title): \(property.name)"
    if property.isViolated { diagram.verdict = "\(property.name) is false" }
    return "<figure class=\"lanes\">\(SequenceSVG(diagram).element)</figure>\n"
  }
}
