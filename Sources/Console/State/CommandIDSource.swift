package import Domain

/// The ids of a console's commands, drawn from a random seed so that `update` stays a function.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014), SplitMix64.
package struct CommandIDSource: Sendable, Equatable {
  private var high: UInt64
  private var low: UInt64

  package init(seed: (UInt64, UInt64)) {
    high = seed.0
    low = seed.1
  }

  package mutating func next() -> CommandID {
    CommandID(random: (CommandIDSource.draw(&high), CommandIDSource.draw(&low)))
  }

  private static func draw(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
