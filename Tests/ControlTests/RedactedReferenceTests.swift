import Domain
import Foundation
import InferenceProtocol
import Statistics
import Testing

@testable import Control
@testable import Storage

/// A feature that is redacted after its version's reference was made.
struct RedactedReferenceTests {
  private static func reference(_ version: String) -> FrozenReference {
    var builder = ReferenceBuilder(
      [
        FeatureDeclaration(name: "age", kind: .numeric),
        FeatureDeclaration(name: "price", kind: .numeric),
        FeatureDeclaration(name: "score", kind: .numeric, role: .score),
      ], seed: 1)
    for index in 0..<1_000 {
      for column in 0..<3 { builder.add(Double(index), to: column) }
    }
    return FrozenReference(
      id: 1, version: ModelVersion(model: "m", version: version), madeAt: Timestamp(seconds: 5),
      source: "2 d of live traffic", rows: 1_000, features: builder.references())
  }

  @Test
  func `it leaves the reference, and the ledger says so`() async throws {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let earlier = try StateStore(directory: folder.path)
    try earlier.store(Self.reference("1"))
    earlier.close()
    let metrics = try MetricStore(directory: folder.path, now: Timestamp(seconds: 9))
    let rig = try await ControlRig(
      folder: folder,
      judgement: JudgementServices(
        metrics: metrics, useReference: { _ in },
        withoutRedacted: { reference, _ in reference.without(["age"], FeatureTypes()) }))
    await rig.control.lookForTrainingReferences()
    #expect(
      try await rig.entries().contains {
        $0.summary == "age taken out of the reference of 1: redacted"
      })
    let kept = try #require(try rig.store.references().first)
    #expect(kept.id == 2 && kept.features.map(\.name) == ["price", "score"])
    #expect(kept.source == "2 d of live traffic" && kept.rows == 1_000)
    #expect(await rig.control.board.reference(of: kept.version) == kept)
    await rig.end()
  }

  @Test func `what a training file calls by another name is found by its place`() {
    let types = FeatureTypes([
      .init(name: "X", datatype: .fp32, shape: [-1, 2])
    ])
    let reference = Self.reference("1")
    #expect(
      reference.without(["X[1]"], types)?.features.map(\.name) == ["age", "score"])
    #expect(reference.without(["X"], types)?.features.map(\.name) == ["score"])
    #expect(reference.without(["other"], types) == nil && reference.without([], types) == nil)
  }
}
