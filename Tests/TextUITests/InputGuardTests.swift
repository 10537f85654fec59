import Testing
import TextUI

@Suite struct InputGuardTests {
  private let start = ContinuousClock.now

  private func batch(_ milliseconds: Int, _ keys: Key...) -> InputBatch {
    InputBatch(keys.map { .key($0) }, at: start + .milliseconds(milliseconds))
  }

  @Test func `keys are ignored until the dialog has been seen`() {
    var guardian = InputGuard(openedAt: start)
    #expect(guardian.admit(batch(299, .character("y"))).isEmpty)
    #expect(guardian.admit(batch(400, .character("y"))) == [.key(.character("y"))])
  }

  @Test func `escape always passes`() {
    var guardian = InputGuard(openedAt: start)
    #expect(guardian.admit(batch(1, .escape)) == [.key(.escape)])
  }

  @Test func `a burst in one batch is dropped whole`() {
    var guardian = InputGuard(openedAt: start)
    let keys = batch(900, .character("y"), .character("e"), .character("s"), .enter)
    #expect(guardian.admit(keys).isEmpty)
  }

  @Test func `a burst over several batches is dropped once it is one, until it ends`() {
    var guardian = InputGuard(openedAt: start)
    _ = guardian.admit(batch(900, .character("a"), .character("b")))
    _ = guardian.admit(batch(910, .character("c")))
    #expect(guardian.admit(batch(920, .character("y"))).isEmpty)
    #expect(guardian.admit(batch(940, .character("y"))).isEmpty)
    #expect(guardian.admit(batch(1_100, .character("y"))) == [.key(.character("y"))])
  }

  @Test func `keys in a row from before the dialog are restless until a pause`() {
    var guardian = InputGuard(openedAt: start)
    guardian.follow(keyAt: start - .milliseconds(400))
    for time in [400, 800, 1_200] {
      #expect(guardian.admit(batch(time, .character("y"))) == [.key(.character("y"))])
      #expect(guardian.isRestless)
    }
    _ = guardian.admit(batch(2_000, .character("y")))
    #expect(!guardian.isRestless)
    _ = guardian.admit(batch(2_400, .character("y")))
    #expect(!guardian.isRestless)
  }

  @Test func `a key that is no answer makes the hand restless until a pause`() {
    var guardian = InputGuard(openedAt: start)
    _ = guardian.admit(batch(1_000, .character("j")))
    guardian.unsettle()
    _ = guardian.admit(batch(1_400, .character("y")))
    #expect(guardian.isRestless)
    _ = guardian.admit(batch(2_200, .character("y")))
    #expect(!guardian.isRestless)
  }

  @Test func `a hand that was calm before the dialog is not restless`() {
    var guardian = InputGuard(openedAt: start)
    guardian.follow(keyAt: start - .milliseconds(800))
    _ = guardian.admit(batch(400, .character("y")))
    #expect(!guardian.isRestless)
  }

  @Test func `a paste never acts, a resize always passes`() {
    var guardian = InputGuard(openedAt: start)
    let size = Size(width: 80, height: 24)
    let events = InputBatch([.paste("y"), .resized(size)], at: start + .seconds(2))
    #expect(guardian.admit(events) == [.resized(size)])
  }
}
