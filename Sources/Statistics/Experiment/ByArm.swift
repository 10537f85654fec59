/// One value for each of the two versions of an experiment.
package struct ByArm<Value> {
  package var champion: Value
  package var challenger: Value

  package init(champion: Value, challenger: Value) {
    self.champion = champion
    self.challenger = challenger
  }

  func map<Other>(_ transform: (Value) -> Other) -> ByArm<Other> {
    ByArm<Other>(champion: transform(champion), challenger: transform(challenger))
  }
}

extension ByArm: Sendable where Value: Sendable {}
extension ByArm: Equatable where Value: Equatable {}
extension ByArm: Codable where Value: Codable {}

extension ByArm where Value: AdditiveArithmetic {
  package static var zero: ByArm { ByArm(champion: .zero, challenger: .zero) }
  package var total: Value { champion + challenger }

  static func += (left: inout ByArm, right: ByArm) {
    left.champion += right.champion
    left.challenger += right.challenger
  }
}
