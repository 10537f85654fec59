import Testing

@testable import Control

struct PercentTests {
  @Test(arguments: [
    (1.0, "100 %"), (0.999_96, "over 99.99 %"), (0.9995, "99.95 %"), (0.9, "90 %"), (0, "0 %"),
    (0.000_03, "under 0.01 %"), (-0.12, "-12 %"), (-0.000_01, "0 %"),
  ])
  func `a share is all or none only where it is`(share: Double, text: String) {
    #expect(percent(share) == text)
  }
}
