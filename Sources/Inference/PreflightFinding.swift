import Domain

/// What a version's answers to a model's recent requests say of it, beside those of the champion where it stumbled.
///
/// What the champion does no better is no reason to hold a version back: a client that sends nonsense must not stop a promotion.
struct PreflightFinding {
  let answers: [PreflightAnswer]
  /// The champion's, for the places where the version stumbled; nil when it was not asked.
  let reference: [PreflightAnswer]?
  let champion: ModelVersion?
  /// Requests that were remembered, and how many of them do not fit the version's signature.
  let remembered: Int
  let unfit: Int
  /// `load_check: { nan: warn }`: numbers that are not finite are told, and hold nothing back.
  let toleratesNaN: Bool

  var check: PreflightReport.Check {
    let missing = answers.count { $0 == .missing }
    let reasons = blame
    return .init(
      name: "recent requests", passed: reasons.isEmpty && missing == 0,
      detail: ([summary] + reasons.prefix(1) + remarks).joined(separator: "; "))
  }

  private var summary: String {
    let answered = answers.count {
      switch $0 {
      case .finite, .notFinite: true
      case .failed, .missing: false
      }
    }
    let finite = answers.allSatisfy { $0 == .finite } ? ", all finite" : ""
    let late = answers.contains(.missing) ? " in time" : ""
    return "\(answered) of \(answers.count) answered\(finite)\(late)"
  }

  /// Whether the champion answered this place as badly.
  private func isExcused(_ place: Int) -> Bool {
    reference.map { answers[place].isAs($0[place]) } ?? false
  }

  /// A line for each kind of bad answer that is the version's own.
  private var blame: [String] {
    let own = answers.indices.filter { answers[$0].isStumble && !isExcused($0) }
    var failures = 0
    var infinite = 0
    var reason: String?
    var output: String?
    for place in own {
      switch answers[place] {
      case .failed(let why):
        failures += 1
        reason = reason ?? why
      case .notFinite(let name) where !toleratesNaN:
        infinite += 1
        output = output ?? name
      case .finite, .notFinite, .missing: break
      }
    }
    let isBetter = reference.map { reference in own.allSatisfy { reference[$0] == .finite } }
    let better = isBetter == true ? champion.map { ", where \($0) does better" } ?? "" : ""
    var lines: [String] = []
    if let reason { lines.append("\(failures) failed\(better): \(reason)") }
    if let output {
      lines.append("\(infinite) with numbers in \"\(output)\" that are not finite\(better)")
    }
    return lines
  }

  /// What is no reason to hold it back, but should be known.
  private var remarks: [String] {
    var lines: [String] = []
    let excused = answers.indices.count { answers[$0].isStumble && isExcused($0) }
    if excused > 0, let champion {
      lines.append("\(excused) no worse than \(champion), which fails or gives such numbers too")
    }
    let tolerated = answers.indices.count {
      if case .notFinite = answers[$0] { toleratesNaN && !isExcused($0) } else { false }
    }
    if tolerated > 0 {
      lines.append(
        "\(tolerated) with numbers that are not finite, which load_check: { nan: warn } lets pass")
    }
    if unfit == remembered {
      let why =
        switch remembered {
        case 0: "no request is remembered"
        case 1: "the one remembered request does not fit it"
        default: "none of the \(remembered) remembered requests fits it"
        }
      lines.append("\(why), so it was asked with zeros")
    } else if unfit > 0 {
      lines.append("\(unfit) more that are remembered do not fit its signature, and were not asked")
    }
    return lines
  }
}
