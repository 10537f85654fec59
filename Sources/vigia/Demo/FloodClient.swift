import Synchronization

/// Sends the overload incident's bursts, and counts what became of them. It waits for nobody and heeds no Retry-After: what
/// keeps such a client off others is a limit.
package struct FloodClient: Sendable {
  /// Past this, requests of a burst are left out.
  package static let inFlightLimit = 64
  /// Different requests that it sends in turn.
  private static let bodyCount = 8

  package struct Totals: Sendable, Equatable {
    package var requests = 0
    package var answered = 0
    /// By a full queue, or by a limit.
    package var refused = 0
    package var failed = 0

    package init() {}
  }

  package let client: String
  private let path: String
  private let bodies: [[UInt8]]
  private let plan: DemoFlood
  private let transport: DemoTransport
  private let counts: Counts

  private final class Counts: Sendable {
    let state = Mutex((totals: Totals(), inFlight: 0))
  }

  /// - Parameters:
  ///   - modelRate: the model's own requests per second on the wall.
  ///   - transport: makes one that sends under a client's name, with this length of the JSON part in its headers.
  package init?(
    _ lane: LoadClient.Lane, modelRate: Double, begin: Double,
    transport: (_ client: String, _ headerLength: Int) -> DemoTransport
  ) {
    guard let flood = lane.model.flood else { return nil }
    client = flood.client
    path = "/v2/models/\(lane.model.name)/infer"
    plan = DemoFlood(flood, modelRate: modelRate, begin: begin)
    counts = Counts()
    let head = Self.head(lane.model, rows: flood.rowsPerRequest)
    // From rows like those that the others send: what floods is the number of requests, not their content.
    let first = lane.model.startRow % lane.stream.rowCount
    let end = lane.model.incidentRow.map { min($0, lane.stream.rowCount) } ?? lane.stream.rowCount
    let span = max(1, end - first)
    bodies = (0..<Self.bodyCount).map { number in
      var body = head
      for row in 0..<flood.rowsPerRequest {
        let values = lane.stream.values(
          row: first + (number * flood.rowsPerRequest + row) % span)
        for value in values {
          let bits = value.bitPattern.littleEndian
          for shift in stride(from: 0, to: 32, by: 8) {
            body.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift)))
          }
        }
      }
      return body
    }
    self.transport = transport(flood.client, head.count)
  }

  /// The JSON part: V2's binary tensor extension, in which large batches are sent.
  private static func head(_ model: DemoManifest.Model, rows: Int) -> [UInt8] {
    let width = model.features.count
    return Array(
      (#"{"inputs":[{"name":"\#(model.input)","shape":[\#(rows),\#(width)],"datatype":"FP32","#
        + #""parameters":{"binary_data_size":\#(rows * width * 4)}}],"#
        + #""outputs":[{"name":"\#(model.output)","parameters":{"binary_data":true}}]}"#).utf8)
  }

  package var totals: Totals { counts.state.withLock { $0.totals } }

  /// Runs until the task is cancelled, and returns when all that was sent is answered.
  package func run(clock: some Clock<Duration>) async {
    let start = clock.now
    var plan = plan
    var next = 0
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let due = plan.due(at: start.duration(to: clock.now) / .seconds(1))
        for _ in 0..<due where admit() {
          let body = bodies[next % bodies.count]
          next += 1
          // Not a child of the cancelled task: what is in flight is to be answered, and counted.
          group.addTask { await Task { await send(body) }.value }
        }
        try? await clock.sleep(
          until: start.advanced(by: .seconds(plan.nextTime)), tolerance: nil)
      }
    }
  }

  private func admit() -> Bool {
    counts.state.withLock { state in
      guard state.inFlight < Self.inFlightLimit else { return false }
      state.inFlight += 1
      return true
    }
  }

  private func send(_ body: [UInt8]) async {
    let status = await transport.post(path, body)?.status
    counts.state.withLock { state in
      state.inFlight -= 1
      state.totals.requests += 1
      switch status {
      case 200: state.totals.answered += 1
      case 429, 503: state.totals.refused += 1
      default: state.totals.failed += 1
      }
    }
  }
}
