import Foundation
import Statistics
import Testing

/// The golden streams also have Page-Hinkley, DDM, EDDM and HDDM. They are not implemented: on errors that follow each
/// other they alarm 5 to 83 times in 10,000 stationary points, so they are not fit to wake anybody.
struct ADWINTests {
  private struct Streams: Decodable {
    struct Stream: Decodable {
      var n: Int
      var drifts: [String: [Int]] = [:]
      /// Index, width, total, mean.
      var trace: [[Double]] = []

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        n = try container.decode(Int.self, forKey: Key(stringValue: "n"))
        for key in container.allKeys where key.stringValue.hasPrefix("ADWIN(") {
          let found = try container.decode([String: [Int]].self, forKey: key)
          drifts[key.stringValue] = found["drift"]
        }
        for key in container.allKeys where key.stringValue.hasPrefix("ADWIN_trace") {
          trace = try container.decode([[Cell]].self, forKey: key).map { $0.compactMap(\.number) }
        }
      }
    }

    /// A trace's line ends with a truth value.
    struct Cell: Decodable {
      var number: Double?

      init(from decoder: any Decoder) throws {
        number = try? decoder.singleValueContainer().decode(Double.self)
      }
    }

    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }

      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    var expected: [String: Stream]
  }

  @Test(arguments: ["abrupt", "stationary", "improving", "all_zero"])
  func `changes are found where river finds them`(name: String) throws {
    let golden = Golden("streams")
    let stream = try #require(try golden.expected(Streams.self).expected[name])
    let values = try golden.text("\(name).txt").compactMap { $0.wholeNumberValue.map(Double.init) }
    #expect(values.count == stream.n)
    let settings: [(name: String, delta: Double, clock: Int)] = [
      ("ADWIN(delta=0.002,clock=32,max_buckets=5,min_window_length=5,grace_period=10)", 0.002, 32),
      ("ADWIN(delta=0.002,clock=1)", 0.002, 1), ("ADWIN(delta=1e-6,clock=32)", 1e-6, 32),
    ]
    for setting in settings {
      var adwin = ADWIN(delta: setting.delta, clock: setting.clock)
      let found = values.indices.filter { adwin.add(values[$0]) != nil }
      #expect(found == (try #require(stream.drifts[setting.name])), "\(setting.name)")
    }
  }

  @Test(arguments: ["abrupt", "stationary", "improving", "all_zero"])
  func `the window is river's at each step of its trace`(name: String) throws {
    let golden = Golden("streams")
    let trace = try #require(try golden.expected(Streams.self).expected[name]).trace
    #expect(!trace.isEmpty)
    let values = try golden.text("\(name).txt").compactMap { $0.wholeNumberValue.map(Double.init) }
    var adwin = ADWIN(delta: 0.002)
    var rest = trace[...]
    for (index, value) in values.enumerated() {
      _ = adwin.add(value)
      guard let line = rest.first, Int(line[0]) == index else { continue }
      rest = rest.dropFirst()
      #expect(adwin.width == line[1], "width at \(index)")
      #expect(abs(adwin.total - line[2]) < 1e-9, "total at \(index)")
      #expect(abs((adwin.mean ?? .nan) - line[3]) < 1e-9, "mean at \(index)")
    }
    #expect(rest.isEmpty)
  }

  /// Real day means: not 0 or 1, and with changes up and down.
  @Test func `on the day means of a real stream it is river's too`() throws {
    let electricity = try Electricity.load()
    #expect(electricity.adwin.count == 4)
    for expected in electricity.adwin {
      var adwin = ADWIN(delta: expected.delta, clock: expected.clock)
      var found: [(index: Int, change: ADWIN.Change, width: Double)] = []
      for (index, wrong) in electricity.wrongByDay.enumerated() {
        if let change = adwin.add(wrong / 48) { found.append((index, change, adwin.width)) }
      }
      #expect(found.map(\.index) == expected.drift)
      for (one, other) in zip(found, expected.widthAndMean) {
        #expect(one.width == other[0])
        #expect(abs(one.change.after - other[1]) < 1e-9)
      }
      #expect(abs((adwin.mean ?? .nan) - expected.lastMean) < 1e-9)
    }
  }

  @Test func `a change knows the mean before and after it`() {
    var adwin = ADWIN(delta: 1e-5, clock: 1)
    var changes: [ADWIN.Change] = []
    for step in 0..<200 {
      if let change = adwin.add(step < 100 ? 0.1 : 0.9) { changes.append(change) }
    }
    #expect(changes.count == 1)
    #expect(abs((changes.first?.before ?? .nan) - 0.1) < 0.1)
    #expect(changes.first.map { $0.after > $0.before } == true)
    #expect(abs((adwin.mean ?? .nan) - 0.9) < 1e-9)
  }

  @Test func `a stored window goes on as if it had not been stored`() throws {
    var adwin = ADWIN(delta: 1e-5, clock: 1)
    let days = try Electricity.load().wrongByDay
    for wrong in days.prefix(300) { _ = adwin.add(wrong / 48) }
    var restored = try JSONDecoder().decode(ADWIN.self, from: JSONEncoder().encode(adwin))
    for wrong in days.dropFirst(300) {
      #expect(adwin.add(wrong / 48) == restored.add(wrong / 48))
    }
    #expect(adwin == restored)
  }
}
