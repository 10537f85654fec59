import Control
import Domain
import Testing

@testable import Storage

struct RedactionNoticeTests {
  @Test func `what is to be redacted and was not found is told until it is`() async throws {
    let rig = try await ControlRig()
    func notices(_ second: Int64, missing: [String]?) async -> [String] {
      var batch = SecondBatch(
        time: Timestamp(seconds: second + 1), from: second, to: second + 1)
      batch.redactions =
        missing.map {
          [.init(model: "m", version: "1"): RedactionResult(missing: $0, known: ["age", "X"])]
        } ?? [:]
      await rig.control.ingest(batch)
      return (rig.control.hub.latest?.notices ?? []).map(\.text)
        .filter { $0.contains("redact") }
    }
    let words =
      "m@1: redact names income, which none of its features and inputs has (age, X); "
      + "no request is kept with its tensors. Mend redact, or features, and start again"
    #expect(await notices(0, missing: ["income"]) == [words])
    #expect(await notices(1, missing: nil) == [words])
    #expect(await notices(2, missing: []) == [])
    await rig.end()
  }
}
