import Testing

@testable import Inference

@Suite struct MemoryPlanTests {
  private func use(
    _ version: String, _ bytes: Int64, pinned: Bool = false, at time: Int64 = 0
  ) -> MemoryPlan.Use {
    MemoryPlan.Use(
      version: version, model: "m", bytes: bytes, isPinned: pinned,
      lastUse: MonotonicTime(nanoseconds: time))
  }

  @Test func `nothing leaves while all fits, nor without a budget`() {
    let uses = [use("1", 40, pinned: true), use("2", 60)]
    #expect(MemoryPlan(uses: uses, budget: 100).victims(keeping: nil).isEmpty)
    #expect(MemoryPlan(uses: uses, budget: nil).victims(keeping: nil).isEmpty)
  }

  @Test func `the least recently used leave first, and no more than has to`() {
    let plan = MemoryPlan(
      uses: [use("1", 50, at: 3), use("2", 50, at: 1), use("3", 50, at: 2), use("4", 50, at: 4)],
      budget: 120)
    #expect(plan.victims(keeping: nil).map(\.version) == ["2", "3"])
    #expect(plan.victims(keeping: ("m", "2")).map(\.version) == ["3", "1"])
    #expect(plan.victims(keeping: ("m", "2"), sparing: ["3"]).map(\.version) == ["1", "4"])
  }

  @Test func `what is pinned stays, although it alone exceeds the budget`() {
    let plan = MemoryPlan(
      uses: [use("1", 90, pinned: true), use("2", 90, pinned: true), use("3", 10)], budget: 100)
    #expect(plan.victims(keeping: nil).map(\.version) == ["3"])
    #expect(!plan.fits(1))
    #expect(plan.pinned == 180 && plan.used == 190)
  }
}
