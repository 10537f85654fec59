import Foundation

/// An answer as it came over the wire, taken apart.
struct RawAnswer: Equatable {
  var status: Int
  /// Names in small letters, in the order in which they came.
  var fields: [(name: String, value: String)]
  var body: [UInt8]

  /// Reads one answer with a `Content-Length`; nil for anything else.
  init?(_ bytes: [UInt8]) {
    let end: [UInt8] = Array("\r\n\r\n".utf8)
    guard let range = bytes.firstRange(of: end) else { return nil }
    let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      return nil
    }
    self.status = status
    fields = lines.dropFirst().map { line in
      let name = line.prefix { $0 != ":" }
      return (
        name.lowercased(),
        line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
      )
    }
    body = Array(bytes[range.upperBound...])
  }

  subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  var text: String { String(decoding: body, as: UTF8.self) }

  /// All but what differs from request to request, in an order of its own.
  var comparable: [String] {
    fields.filter { !["vigia-request-id", "vigia-total-us", "date"].contains($0.name) }
      .map { "\($0.name): \($0.value)" }.sorted() + ["\(status)", text]
  }

  static func == (left: RawAnswer, right: RawAnswer) -> Bool { left.comparable == right.comparable }
}

/// The two ways in for an infer request: the handler that reads plain ones from their bytes, and the router, which gets
/// all others.
enum WayIn: String, CaseIterable {
  case door, router

  /// A request for a prediction that goes this way, and closes its connection.
  ///
  /// - Parameter host: the whole line or lines of it.
  func request(
    _ fields: [String] = [], body: [UInt8], host: String = "Host: localhost",
    path: String = "/v2/models/m/infer"
  ) -> [UInt8] {
    var lines = ["POST \(path) HTTP/1.1"]
    if !host.isEmpty { lines.append(host) }
    lines += fields + ["Connection: close"]
    switch self {
    case .door:
      lines.append("Content-Length: \(body.count)")
      return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    case .router:
      lines.append("Transfer-Encoding: chunked")
      let head = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
      let size = Array("\(String(body.count, radix: 16))\r\n".utf8)
      let chunk = body.isEmpty ? [] : size + body + Array("\r\n".utf8)
      return head + chunk + Array("0\r\n\r\n".utf8)
    }
  }
}

extension LiveServer {
  /// Sends the same request both ways.
  ///
  /// - Returns: the door's answer and the router's.
  func bothWays(
    _ fields: [String] = [], body: String = FrontDoorTests.body, host: String = "Host: localhost",
    path: String = "/v2/models/m/infer"
  ) async throws -> (door: RawAnswer?, router: RawAnswer?) {
    try await bothWays(fields, body: Array(body.utf8), host: host, path: path)
  }

  func bothWays(
    _ fields: [String] = [], body: [UInt8], host: String = "Host: localhost",
    path: String = "/v2/models/m/infer"
  ) async throws -> (door: RawAnswer?, router: RawAnswer?) {
    let door = try await RawClient.send(
      port: port, bytes: WayIn.door.request(fields, body: body, host: host, path: path))
    let router = try await RawClient.send(
      port: port, bytes: WayIn.router.request(fields, body: body, host: host, path: path))
    return (RawAnswer(door), RawAnswer(router))
  }
}
