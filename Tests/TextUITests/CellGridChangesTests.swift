import Testing
import TextUI

@Suite struct CellGridChangesTests {
  @Test func `equal grids differ nowhere`() {
    var grid = CellGrid(width: 5, height: 2)
    grid.write("hello", at: Point(x: 0, y: 1))
    #expect(grid.changes(since: grid).isEmpty)
  }

  @Test func `a run holds neighbouring changes, and rows are runs of their own`() {
    let before = CellGrid(width: 6, height: 2)
    var after = before
    after.write("ab", at: Point(x: 1, y: 0))
    after.write("c", at: Point(x: 5, y: 0))
    after.write("d", at: Point(x: 0, y: 1))
    let runs = after.changes(since: before)
    #expect(runs.map { [$0.x, $0.y, $0.cells.count] } == [[1, 0, 2], [5, 0, 1], [0, 1, 1]])
  }

  @Test func `a change of style alone is a change`() {
    let before = CellGrid(width: 2, height: 1)
    var after = before
    after.paint(Rect(x: 1, y: 0, width: 1, height: 1), .rgb(1, 1, 1))
    #expect(after.changes(since: before).map(\.x) == [1])
  }

  @Test func `a wide character whose second half moves is sent whole`() {
    var before = CellGrid(width: 4, height: 1)
    before.write("ab", at: Point(x: 0, y: 0))
    var after = before
    after.write("a日", at: Point(x: 0, y: 0))
    let runs = after.changes(since: before)
    #expect(runs.map(\.x) == [1])
    #expect(runs[0].cells.map(\.isContinuation) == [false, true])
    #expect(before.changes(since: after).map { $0.cells.count } == [2])
  }

  @Test func `another size counts as changed everywhere`() {
    let runs = CellGrid(width: 3, height: 2).changes(since: CellGrid(width: 2, height: 2))
    #expect(runs.map { $0.cells.count } == [3, 3])
  }

  @Test(arguments: 0..<40)
  func `applying the changes to the old picture gives the new one`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let before = CellGrid.random(&random)
    let after = CellGrid.random(&random)
    #expect(before.applying(after.changes(since: before), of: after) == after)
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension CellGrid {
  static func random(_ random: inout SplitMix) -> CellGrid {
    var grid = CellGrid(width: 12, height: 3)
    for _ in 0..<12 {
      grid.write(
        ["a", "bc", "日", "x日y", "e\u{301}", " "].randomElement(using: &random) ?? "",
        at: Point(x: .random(in: -2...12, using: &random), y: .random(in: 0...2, using: &random)),
        style: Bool.random(using: &random) ? .plain : Style(.rgb(1, 2, 3)))
    }
    return grid
  }
}
