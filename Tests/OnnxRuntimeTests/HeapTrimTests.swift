import Inference
import Testing

@testable import OnnxRuntime

struct HeapTrimTests {
  private static func time(_ seconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: seconds * 1_000_000_000)
  }

  @Test func `the heap is trimmed once enough was freed, and every ten seconds at most`() {
    var plan = TrimPlan()
    #expect(plan.freed(20 << 20, at: Self.time(1)) == nil)
    #expect(plan.freed(20 << 20, at: Self.time(2)) == .zero)
    #expect(plan.freed(90 << 20, at: Self.time(2)) == nil)
    plan.trimmed(at: Self.time(3))
    #expect(plan.freed(31 << 20, at: Self.time(4)) == nil)
    #expect(plan.freed(1 << 20, at: Self.time(5)) == .seconds(8))
    #expect(plan.freed(90 << 20, at: Self.time(6)) == nil)
    plan.trimmed(at: Self.time(13))
    #expect(plan.freed(40 << 20, at: Self.time(99)) == .zero)
  }
}
