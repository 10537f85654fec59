import Domain
import Foundation
import Synchronization
import vigia

/// Answers as a server would, and keeps what it was sent.
final class FakeServer: Sendable {
  private let received = Mutex<[(path: String, body: [UInt8])]>([])
  private let answer: @Sendable (_ path: String, _ number: Int) -> DemoTransport.Answer?

  init(answer: @escaping @Sendable (_ path: String, _ number: Int) -> DemoTransport.Answer?) {
    self.answer = answer
  }

  var transport: DemoTransport {
    DemoTransport { path, body in
      let number = self.received.withLock { received in
        received.append((path, body))
        return received.count
      }
      return path.hasSuffix("/labels")
        ? DemoTransport.Answer(status: 200, body: []) : self.answer(path, number)
    }
  }

  func bodies(_ suffix: String) -> [[UInt8]] {
    received.withLock { $0.filter { $0.path.hasSuffix(suffix) }.map(\.body) }
  }

  static func prediction(_ value: String, version: String, number: Int) -> DemoTransport.Answer {
    let body = """
      {"model_name":"m","model_version":"\(version)","outputs":[\
      {"name":"probabilities","shape":[1,2],"datatype":"FP32","data":[0.25,0.75]},\
      {"name":"label","shape":[1],"datatype":"INT64","data":[\(value)]}]}
      """
    return DemoTransport.Answer(
      status: 200, requestID: "r\(number)", version: version, body: Array(body.utf8))
  }
}
