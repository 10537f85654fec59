/// What is sent, and where to.
package struct LoadTarget: Sendable {
  package var host: String
  package var port: Int
  /// Whole requests, head and body; they are sent in turn.
  package var requests: [[UInt8]]
  /// Rows in each request.
  package var rows: Int
  package var connections: Int
  /// From the time at which a request was due.
  package var timeout: Duration
  package var security = LoadSecurity.none

  /// - Precondition: at least one request and one connection.
  package init(
    host: String, port: Int, requests: [[UInt8]], rows: Int, connections: Int, timeout: Duration
  ) {
    precondition(!requests.isEmpty && connections > 0, "there is something to send, on something")
    self.host = host
    self.port = port
    self.requests = requests
    self.rows = rows
    self.connections = connections
    self.timeout = timeout
  }

  /// One request in HTTP/1.1's form.
  package static func request(
    host: String, path: String, fields: [(name: String, value: String)], body: [UInt8]
  ) -> [UInt8] {
    var head = "POST \(path) HTTP/1.1\r\nhost: \(host)\r\ncontent-length: \(body.count)\r\n"
    for field in fields { head += "\(field.name): \(field.value)\r\n" }
    return Array((head + "\r\n").utf8) + body
  }
}
