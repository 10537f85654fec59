/// Which of ncurses' numbered pairs stands for which two colours. Pairs are given out as they are
/// needed, and never changed while they may be on the screen.
package struct PairTable: Sendable {
  package struct Colors: Hashable, Sendable {
    package let foreground: Int32
    package let background: Int32

    package init(foreground: Int32, background: Int32) {
      self.foreground = foreground
      self.background = background
    }
  }

  package enum Answer: Equatable, Sendable {
    case known(Int32)
    /// To be defined before it is used.
    case new(Int32)
    /// All are taken: `removeAll` and paint everything again.
    case exhausted
  }

  /// Pairs 1 to capacity; pair 0 is the terminal's own colours.
  package let capacity: Int32
  private var numbers: [Colors: Int32] = [:]

  package init(capacity: Int32) {
    self.capacity = max(0, capacity)
  }

  package mutating func pair(_ colors: Colors) -> Answer {
    if colors.foreground < 0, colors.background < 0 { return .known(0) }
    if let number = numbers[colors] { return .known(number) }
    let number = Int32(numbers.count) + 1
    guard number <= capacity else { return .exhausted }
    numbers[colors] = number
    return .new(number)
  }

  package mutating func removeAll() {
    numbers.removeAll()
  }
}
