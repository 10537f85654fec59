/// What an hour of this machine costs, all its cores together.
package struct MachinePrice: Sendable, Equatable, CustomStringConvertible {
  package var perHour: Double
  /// As "EUR".
  package var currency: String

  package init(perHour: Double, currency: String) {
    self.perHour = perHour
    self.currency = currency
  }

  package var description: String { "\(perHour) \(currency) an hour" }
}
