import Domain
import Foundation
import Synchronization

/// Sends the replay's requests at their times, whether earlier ones are answered or not, and their labels later.
package struct LoadClient: Sendable {
  /// Connections kept open; requests in flight beyond them wait for one.
  package static let connectionLimit = 16
  /// Past this, requests are skipped and counted: an overloaded server must not fill this process's memory.
  package static let inFlightLimit = 256

  /// One model's traffic.
  package struct Lane: Sendable {
    package var model: DemoManifest.Model
    package var stream: DemoStream

    package init(model: DemoManifest.Model, stream: DemoStream) {
      self.model = model
      self.stream = stream
    }

    package var plan: DemoReplay.Lane {
      DemoReplay.Lane(
        share: model.share, rowCount: stream.rowCount, startRow: model.startRow,
        firstUnseenRow: model.firstUnseenRow, incidentRow: model.incidentRow,
        canBreak: model.brokenFeature != nil)
    }
  }

  private let lanes: [Lane]
  private let options: DemoOptions
  private let transport: DemoTransport
  private let recording: PredictionFile?
  package let ledger = DemoLedger()

  package init(
    lanes: [Lane], options: DemoOptions, transport: DemoTransport,
    recording: PredictionFile? = nil
  ) {
    self.lanes = lanes
    self.options = options
    self.transport = transport
    self.recording = recording
  }

  /// Runs for the duration, or until the task is cancelled, and returns when all that was sent is answered.
  package func run(for duration: Duration?, clock: some Clock<Duration>) async {
    let shouldStop = Stop()
    // Not a child: a cancelled child would tear down the requests in flight, and count them as failed.
    let loop = Task { await send(for: duration, clock: clock, until: shouldStop) }
    await withTaskCancellationHandler {
      await loop.value
    } onCancel: {
      shouldStop.request()
    }
  }

  private final class Stop: Sendable {
    private let flag = Atomic(false)
    var isRequested: Bool { flag.load(ordering: .relaxed) }
    func request() { flag.store(true, ordering: .relaxed) }
  }

  private func send(for duration: Duration?, clock: some Clock<Duration>, until stop: Stop) async {
    let start = clock.now
    let end = duration.map { $0 / .seconds(1) } ?? .infinity
    var replay = DemoReplay(lanes: lanes.map(\.plan), options: options)
    var nextLabels = 1.0
    await withDiscardingTaskGroup { group in
      while !stop.isRequested {
        let elapsed = start.duration(to: clock.now) / .seconds(1)
        for request in replay.due(at: min(elapsed, end))
        where ledger.admit(limit: Self.inFlightLimit) {
          group.addTask { await perform(request, since: start, clock: clock) }
        }
        if elapsed >= nextLabels {
          nextLabels = elapsed.rounded(.down) + 1
          let due = ledger.dueLabels(at: elapsed)
          recording?.flush()
          if !due.isEmpty { group.addTask { await post(due) } }
        }
        if elapsed >= end { break }
        // At high rates requests go in small bursts, two milliseconds apart, rather than one wake-up each.
        let wake = min(max(replay.nextTime, elapsed + 0.002), nextLabels, end)
        try? await clock.sleep(until: start.advanced(by: .seconds(wake)), tolerance: nil)
      }
    }
  }

  private func perform<C: Clock<Duration>>(
    _ request: DemoReplay.Request, since start: C.Instant, clock: C
  ) async {
    let lane = lanes[request.lane]
    let body = lane.stream.body(
      row: request.row, id: "demo-\(request.sequence)",
      without: request.isBroken ? lane.model.brokenFeature : nil)
    let sentAt = clock.now
    let answer = await transport.post("/v2/models/\(lane.model.name)/infer", body)
    let now = clock.now
    let isSuccess = answer?.status == 200
    let content =
      isSuccess
      ? answer.flatMap {
        InferAnswer.read($0.body, output: lane.model.output, task: lane.model.task)
      } : nil
    let truth = lane.stream.label(row: request.row)
    let version = (answer?.version ?? content?.version).map {
      ModelVersion(model: lane.model.name, version: $0)
    }
    ledger.record(
      version: version, latency: sentAt.duration(to: now), isFailure: content == nil,
      result: lane.model.task == .classification
        ? content?.prediction?.error(against: truth) : nil)
    guard let content else { return }
    recording?.append(
      model: lane.model.name, row: request.row, version: version?.version ?? "",
      prediction: content.prediction)
    let elapsed = start.duration(to: now) / .seconds(1)
    ledger.expectLabel(
      DemoLedger.PendingLabel(
        due: elapsed + DemoOptions.labelDelay / options.speed, lane: request.lane,
        label: LabelBatch.Label(
          id: answer?.requestID ?? "demo-\(request.sequence)", values: [truth])))
  }

  private func post(_ labels: [DemoLedger.PendingLabel]) async {
    for (index, lane) in lanes.enumerated() {
      let batch = LabelBatch(labels: labels.filter { $0.lane == index }.map(\.label))
      if batch.labels.isEmpty { continue }
      guard let body = try? JSONEncoder().encode(batch) else { continue }
      let answer = await transport.post("/vigia/v1/models/\(lane.model.name)/labels", [UInt8](body))
      ledger.countLabels(batch.labels.count, arrived: answer?.status == 200)
    }
  }
}
