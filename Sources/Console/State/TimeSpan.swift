package import Domain

/// How much of the past the panels show: one choice for all of them.
package enum TimeSpan: Int64, Sendable, CaseIterable, Comparable {
  case fiveMinutes = 300
  case quarterHour = 900
  case hour = 3_600
  case sixHours = 21_600
  case day = 86_400

  package var seconds: Int64 { rawValue }

  package var name: String {
    switch self {
    case .fiveMinutes: "5 min"
    case .quarterHour: "15 min"
    case .hour: "1 h"
    case .sixHours: "6 h"
    case .day: "24 h"
    }
  }

  package static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.rawValue < right.rawValue
  }

  package var longer: TimeSpan? { TimeSpan.allCases.first { $0 > self } }
  package var shorter: TimeSpan? { TimeSpan.allCases.last { $0 < self } }

  /// The finest round step that gives at most so many columns.
  package func step(columns: Int) -> Int64 {
    let steps: [Int64] = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600]
    return steps.first { seconds / $0 <= Int64(max(1, columns)) } ?? 7_200
  }
}

/// The stretch of time that a chart covers, and how far into it there is data.
///
/// The right edge jumps ahead by several steps at a time and the columns fill in from the left: a
/// chart that scrolls with each column would send itself whole each time.
package struct ChartSpan: Sendable, Equatable {
  /// The steps by which the right edge jumps.
  package static let page: Int64 = 6
  /// How long the store may take to have a second.
  static let settle: Int64 = 2

  package let from: Int64
  package let to: Int64
  package let step: Int64
  /// The end of the newest whole step.
  package let filled: Int64

  /// - Parameter end: the newest moment to show, in seconds since 1970.
  package init(_ span: TimeSpan, columns: Int, end: Int64) {
    step = span.step(columns: columns)
    filled = (end - ChartSpan.settle) / step * step
    let jump = step * ChartSpan.page
    to = (filled + jump - 1) / jump * jump
    from = to - (span.seconds + step - 1) / step * step
  }

  package var columnCount: Int { Int((to - from) / step) }
  package var window: Window { Window(from: from, to: max(from, filled), step: step) }

  /// The column that a moment falls into; nil outside.
  package func column(of seconds: Int64) -> Int? {
    seconds >= from && seconds < to ? Int((seconds - from) / step) : nil
  }

  package func start(of column: Int) -> Int64 { from + Int64(column) * step }

  /// A line's values by column, the largest where several fall into one; gaps stay gaps.
  package func values(of line: [Double?], in window: Window) -> [Double?] {
    var result = [Double?](repeating: nil, count: columnCount)
    for (index, value) in line.enumerated() {
      guard let value, let column = column(of: window.from + Int64(index) * window.step) else {
        continue
      }
      result[column] = max(result[column] ?? value, value)
    }
    return result
  }
}
