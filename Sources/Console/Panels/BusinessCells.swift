import Domain
import TextUI

/// The columns of the business page, the same for models, days and weeks, so that figures stand under their like.
struct BusinessCells {
  let isWide: Bool
  let look: Look

  /// - Parameters:
  ///   - first: what the lines are.
  ///   - accuracy: what stands in the column of accuracies.
  ///   - last: what stands in the last column, which goes first where there is no room.
  func columns(first: String, accuracy: String = "ACCURACY", last: String) -> [Table.Column] {
    [
      Table.Column(first, .flexible(minimum: 11, maximum: 24), keepsEnds: true),
      Table.Column(isWide ? "PREDICTIONS" : "PREDICT.", .fixed(isWide ? 11 : 8), align: .right),
      Table.Column(accuracy, .fixed(8), align: .right),
      Table.Column("LABELLED", .fixed(8), align: .right, dropOrder: 3),
      Table.Column(isWide ? "COST PER 1M" : "PER 1M", .fixed(isWide ? 13 : 11), align: .right),
      Table.Column("WITH IDLE TIME", .fixed(14), align: .right, dropOrder: 2),
      Table.Column(isWide ? "SATISFACTION" : "SATISF.", .fixed(isWide ? 14 : 7), align: .right),
      Table.Column(isWide ? "AVAILABILITY" : "AVAILABLE", .fixed(isWide ? 12 : 10)),
      Table.Column("IN TIME", .fixed(isWide ? 12 : 10)),
      // Room for "▲ empty in 42 min".
      Table.Column(last, .fixed(isWide ? 17 : 11), align: .right, dropOrder: 1),
    ]
  }

  /// From the predictions to satisfaction; dashes where nothing is known.
  ///
  /// - Parameters:
  ///   - meanError: stands in the place of an accuracy, which a regression has not.
  ///   - isWaiting: requests are answered, and none is counted yet.
  func cells(
    _ figures: BusinessFigures?, meanError: Double? = nil, isWaiting: Bool = false
  ) -> [StyledText] {
    guard let figures else { return Array(repeating: dash, count: 6) }
    let count =
      isWide
      ? Format.count(Int(figures.predictions)) : Format.compact(Double(figures.predictions))
    return [
      isWaiting ? look.text("not yet", .quiet) : look.text(count),
      meanError.map { look.text(Figures.magnitude($0)) }
        ?? figures.accuracy.map { look.text(Format.score($0)) } ?? dash,
      look.text(Format.compact(Double(figures.labelled)), .quiet),
      cost(figures.costPerThousand, figures), cost(figures.fullCostPerThousand, figures),
      satisfaction(figures),
    ]
  }

  /// A share of requests that was good, beside its target where there is one.
  func attained(_ share: Double?, tone: Tone) -> StyledText {
    share.map { look.status(tone, Figures.nines($0, isNarrow: !isWide).text) }
      ?? look.text("no request", .quiet)
  }

  var dash: StyledText { look.text("-", .quiet) }

  /// Of a million predictions: a thousand of a small model cost less than can be read.
  ///
  /// - Parameter perThousand: as it was measured.
  private func cost(_ perThousand: Double?, _ figures: BusinessFigures) -> StyledText {
    guard let perThousand else {
      return figures.currency != nil ? dash : look.text("no price", .quiet)
    }
    return Figures.money(perThousand * 1_000, figures.currency ?? "").styled(look)
  }

  /// The mean of the scores in their own unit, and of how many.
  private func satisfaction(_ figures: BusinessFigures) -> StyledText {
    guard let mean = figures.satisfaction else { return dash }
    let count =
      isWide ? look.text(" of \(Format.compact(Double(figures.satisfactionCount)))", .quiet) : ""
    return look.text(Figures.magnitude(mean)) + count
  }
}
