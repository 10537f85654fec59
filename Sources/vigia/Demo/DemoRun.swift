/// A demo from its first request to its last: the traffic, the incident and the progress side by side.
package struct DemoRun: Sendable {
  private let manifest: DemoManifest
  private let options: DemoOptions
  private let client: LoadClient
  private let floods: [FloodClient]

  /// Reads the streams; nothing is sent yet.
  ///
  /// - Parameter floodTransport: how a client that floods reaches the server, as `FloodClient` asks for it.
  /// - Complexity: linear in the streams' bytes; about 0.1 s for the examples in a release build.
  package init(
    examples: DemoExamples, options: DemoOptions, transport: DemoTransport,
    recording: PredictionFile? = nil,
    floodTransport: (_ client: String, _ headerLength: Int) -> DemoTransport
  ) throws(DemoError) {
    guard examples.manifest.canShow(options.incident) else {
      throw .noIncident(options.incident, path: examples.manifestPath)
    }
    var lanes: [LoadClient.Lane] = []
    for model in examples.manifest.models {
      let path = examples.streamPath(of: model)
      do {
        let stream = try DemoStream(StreamReader.read(path), model: model, path: path)
        lanes.append(LoadClient.Lane(model: model, stream: stream))
      } catch {
        throw .stream(error)
      }
    }
    manifest = examples.manifest
    self.options = options
    let shares = lanes.reduce(0) { $0 + $1.model.share }
    floods =
      options.incident != .overload
      ? []
      : lanes.compactMap { lane in
        FloodClient(
          lane, modelRate: options.requestsPerSecond * lane.model.share / shares,
          begin: DemoOptions.incidentTime / options.speed, transport: floodTransport)
      }
    client = LoadClient(
      lanes: lanes, options: options, transport: transport, recording: recording)
  }

  /// Runs for the duration, or until the task is cancelled.
  ///
  /// - Parameters:
  ///   - promote: called when the incident's version is to be released; may take its time.
  ///   - report: called at each interval.
  /// - Returns: what was counted, and over how many seconds.
  package func run(
    for duration: Duration?, clock: some Clock<Duration> = ContinuousClock(),
    reportEvery interval: Duration = .seconds(1),
    promote: @escaping @Sendable (_ model: String, _ version: String) async -> Void,
    report: @escaping @Sendable (DemoProgress) -> Void = { _ in }
  ) async -> (totals: DemoLedger.Totals, floods: [String: FloodClient.Totals], elapsed: Double) {
    let start = clock.now
    await withTaskGroup { group in
      for flood in floods { group.addTask { await flood.run(clock: clock) } }
      group.addTask {
        let director = DemoDirector(acts: manifest.acts(options))
        await director.run(clock: clock, promote: promote)
      }
      group.addTask {
        var next = start.advanced(by: interval)
        while (try? await clock.sleep(until: next, tolerance: nil)) != nil {
          report(client.ledger.progress(elapsed: start.duration(to: clock.now) / .seconds(1)))
          next = next.advanced(by: interval)
        }
      }
      await client.run(for: duration, clock: clock)
      group.cancelAll()
    }
    let flooded = Dictionary(floods.map { ($0.client, $0.totals) }) { first, _ in first }
    return (client.ledger.totals, flooded, start.duration(to: clock.now) / .seconds(1))
  }
}
