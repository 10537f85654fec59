/// Which side of a comparison.
package enum Arm: Sendable, Codable { case champion, challenger }

extension ByArm {
  package subscript(_ arm: Arm) -> Value {
    get {
      switch arm {
      case .champion: champion
      case .challenger: challenger
      }
    }
    set {
      switch arm {
      case .champion: champion = newValue
      case .challenger: challenger = newValue
      }
    }
  }
}
