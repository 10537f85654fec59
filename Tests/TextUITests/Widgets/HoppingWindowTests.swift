import Testing
import TextUI

@Suite struct HoppingWindowTests {
  @Test func `the window stands still until its last columns are full, then hops`() {
    let windows = (96...104).map { HoppingWindow.moments(newest: $0, width: 20, hop: 4) }
    #expect(windows.map(\.upperBound) == [100, 100, 100, 100, 104, 104, 104, 104, 108])
    #expect(windows.allSatisfy { $0.count == 20 })
  }

  @Test(arguments: -30...30, [1, 3, 8, 50])
  func `the newest moment is always inside`(newest: Int, hop: Int) {
    let window = HoppingWindow.moments(newest: newest, width: 8, hop: hop)
    #expect(window.contains(newest))
    #expect(window.count == 8)
    #expect(window.upperBound - newest <= min(hop, 8))
  }

  @Test func `a picture without columns shows nothing`() {
    #expect(HoppingWindow.moments(newest: 5, width: 0, hop: 3).isEmpty)
  }
}
