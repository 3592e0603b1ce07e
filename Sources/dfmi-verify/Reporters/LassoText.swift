import Checker
import ProtocolModel

/// How a behavior goes on forever: the end of a story whose last step leads back.
enum LassoText {
  static func text(of lasso: LassoStory, _ trace: Trace, isFull: Bool) -> String {
    guard let start = trace.loopStart else { return "" }
    var text = ""
    if let closing = lasso.closing {
      let title = StoryText.title(
        of: closing.action ?? closing.enclosingAction, picks: closing.picks, default: "step")
      text += "  loop  \(title)   back to state \(start), and so on forever\n"
    } else if start == trace.length {
      text += "  loop  state \(start) stays as it is forever\n"
    } else {
      text += "  loop  back to state \(start), and so on forever\n"
    }
    for reason in lasso.fairness { text += "  fair  \(reason.description)\n" }
    if let advice = advice(on: lasso) { text += "  hint  \(advice)\n" }
    return text
  }

  /// "a loop of 3 steps after 2 steps"
  static func length(of lasso: LassoStory?, _ trace: Trace?) -> String {
    guard let trace, let start = trace.loopStart else { return "" }
    let stem = start == 0 ? "from the first state" : "after \(CheckText.count(start, "step"))"
    if lasso?.closing == nil, start == trace.length { return "nothing happens any more \(stem)" }
    let loop = trace.length - start + (lasso?.closing == nil ? 0 : 1)
    return "a loop of \(CheckText.count(loop, "step")) \(stem)"
  }

  /// Which fairness would help.
  private static func advice(on lasso: LassoStory) -> String? {
    guard lasso.isAdvised else { return nil }
    guard let remedy = lasso.remedy else { return nil }
    let more = lasso.fairness.isEmpty ? "" : " as well"
    return remedy.isEmpty
      ? nil : "it would hold with weak fairness of \(remedy.joined(separator: ", "))\(more)"
  }
}

extension FairnessReason: CustomStringConvertible {
  /// `weak fairness of claim: not enabled in state 4`
  public var description: String {
    switch kind {
    case .taken(let state): "\(condition): taken in state \(state)"
    case .disabled(let state): "\(condition): not enabled in state \(state)"
    case .neverEnabled: "\(condition): never enabled in the loop"
    }
  }
}
