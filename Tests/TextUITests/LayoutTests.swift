import Testing
import TextUI

@Suite struct LayoutTests {
  @Test(arguments: [
    ([Track.fixed(1), .rest, .fixed(1)], 24, [1, 22, 1]),
    ([.rest, .rest, .rest], 10, [4, 3, 3]),
    ([.share(2), .share(1)], 9, [6, 3]),
    ([.share(1, minimum: 8), .share(1)], 10, [8, 2]),
    ([.fixed(5), .fixed(5)], 7, [5, 2]),
    ([.share(1, minimum: 5), .fixed(5)], 7, [5, 2]),
    ([.rest], 0, [0]),
    ([], 5, []),
  ])
  func `tracks share the room`(tracks: [Track], room: Int, expected: [Int]) {
    #expect(Layout.lengths(of: tracks, in: room) == expected)
  }

  @Test(arguments: 0..<200)
  func `parts never overlap and never leave the rectangle`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let rect = Rect(
      x: .random(in: 0...5, using: &random), y: 2, width: .random(in: 0...80, using: &random),
      height: 9)
    let tracks = (0..<Int.random(in: 1...6, using: &random)).map { _ -> Track in
      Bool.random(using: &random)
        ? .fixed(.random(in: 0...20, using: &random))
        : .share(.random(in: 0...3, using: &random), minimum: .random(in: 0...9, using: &random))
    }
    let parts = rect.columns(tracks, gap: .random(in: 0...2, using: &random))
    var edge = rect.x
    for part in parts {
      #expect(part.x >= edge && part.x + part.width <= rect.x + rect.width)
      #expect(part.y == 2 && part.height == 9)
      edge = part.x + part.width
    }
  }

  @Test func `a selection stays in sight with the least movement`() {
    #expect(Scroll.offset(previous: 0, selection: 4, count: 10, visible: 5) == 0)
    #expect(Scroll.offset(previous: 0, selection: 5, count: 10, visible: 5) == 1)
    #expect(Scroll.offset(previous: 4, selection: 3, count: 10, visible: 5) == 3)
    #expect(Scroll.offset(previous: 9, selection: nil, count: 10, visible: 5) == 5)
    #expect(Scroll.offset(previous: 3, selection: 1, count: 4, visible: 5) == 0)
  }

  @Test func `rectangles are cut and centred without turning inside out`() {
    let rect = Rect(x: 0, y: 0, width: 3, height: 3)
    #expect(rect.inset(horizontal: 2, vertical: 2).isEmpty)
    #expect(rect.centered(Size(width: 9, height: 1)) == Rect(x: 0, y: 1, width: 3, height: 1))
    #expect(rect.intersection(Rect(x: 5, y: 5, width: 2, height: 2)).isEmpty)
  }
}
