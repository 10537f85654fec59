import Domain
import Foundation
import Statistics
import Storage
import Testing

@testable import Control
@testable import vigia

/// The feature-break incident against the watch that has to see it, on the demo's own rows and in the stream's time.
@Suite struct FeatureBreakTests {
  private static let examples = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Examples/electricity").path()

  @Test func `the column that comes empty is called missing within two minutes of the stream`()
    throws
  {
    let examples = try DemoExamples(folder: Self.examples)
    let model = try #require(examples.manifest.models.first { $0.brokenFeature != nil })
    let broken = try #require(model.brokenFeature)
    let path = examples.streamPath(of: model)
    let stream = try DemoStream(StreamReader.read(path), model: model, path: path)
    let reference = try #require(
      try TrainingReference.read(
        repository: examples.modelRepository,
        version: ModelVersion(model: model.name, version: model.champion), id: 1,
        now: Timestamp(seconds: 0)))
    var watch = DriftWatch(reference.version, reference: reference)
    let lane = LoadClient.Lane(model: model, stream: stream)
    var replay = DemoReplay(
      lanes: [lane.plan], options: DemoOptions(rate: 100, incident: .featureBreak))
    var (openedAt, missingAt): (Int?, Int?) = (nil, nil)
    for second in 1...240 where missingAt == nil {
      var counts = FeatureCounts(
        reference: reference.id, features: reference.features.map { BinCounts($0.bins) })
      for request in replay.due(at: Double(second)) {
        for (index, value) in stream.values(row: request.row).enumerated() {
          let isMissing = request.isBroken && index == broken
          counts.features[index].add(
            isMissing
              ? FrozenBins.missingCell : reference.features[index].bins.cell(of: Double(value)))
        }
      }
      watch.add(counts, at: Int64(second))
      for event in watch.step(now: Timestamp(seconds: Int64(second))) {
        switch event {
        case .opened: openedAt = openedAt ?? second
        case .window(let window):
          let verdict = window.features.first { $0.name == model.featureNames[broken] }?.verdict
          if verdict == .missing { missingAt = second }
        default: break
        }
      }
    }
    let begin = Int(DemoOptions.incidentTime)
    #expect(try (begin...begin + 60).contains(#require(openedAt)))
    #expect(try (begin...begin + 120).contains(#require(missingAt)))
  }
}
