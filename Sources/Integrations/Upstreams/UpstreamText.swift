import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What other servers say, made fit to be shown: short, and without a character that steers a terminal.
package enum UpstreamText {
  package static let limit = 200

  /// One line of at most `limit` characters; control and bidi characters become visible escapes.
  package static func line(_ text: some StringProtocol) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
        line += scalar == "\n" || scalar == "\t" ? " " : scalar.escaped(asASCII: true)
      default: line.unicodeScalars.append(scalar)
      }
    }
    return text.unicodeScalars.count > limit ? line + "..." : line
  }

  /// What a body says is wrong: V2's `error`, FastAPI's `detail` (a text, or a list of findings), else its beginning.
  package static func problem(in body: [UInt8]) -> String {
    guard !body.isEmpty else { return "an empty body" }
    let head = Data(body.prefix(65_536))
    if let object = try? JSONSerialization.jsonObject(with: head) as? [String: Any] {
      if let text = (object["error"] ?? object["detail"] ?? object["message"]) as? String {
        return line(text)
      }
      if let findings = object["detail"] as? [[String: Any]] {
        return line(findings.prefix(3).map(finding).joined(separator: "; "))
      }
    }
    return line(String(decoding: head.prefix(1_024), as: UTF8.self))
  }

  private static func finding(_ finding: [String: Any]) -> String {
    let place = (finding["loc"] as? [Any])?.map { "\($0)" }.joined(separator: ".")
    let message = finding["msg"] as? String ?? "invalid"
    return place.map { "\($0): \(message)" } ?? message
  }

  /// Why a connection was not made or did not last.
  static func reason(of error: any Error) -> String {
    switch error {
    case let error as IOError: return explain(error.errnoCode)
    case let error as NIOConnectionError:
      if let code = error.connectionErrors.lazy.compactMap({ ($0.error as? IOError)?.errnoCode })
        .first
      {
        return explain(code)
      }
      if error.dnsAError != nil || error.dnsAAAAError != nil { return "its name is not known" }
      return "it cannot be reached"
    case let error as HTTPClientError:
      return explain(error)
    case let error as HTTPParserError: return explain(error)
    case let error as NIOHTTPDecoderError:
      return error == .unsolicitedResponse ? "it sent an answer before it was asked" : noHTTP
    case is NIOSSLError, is BoringSSLError: return explain(tls: "\(error)")
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      return "its certificate is for another name"
    case ChannelError.connectTimeout: return "it does not answer the call to connect"
    case ChannelError.eof, ChannelError.alreadyClosed, ChannelError.ioOnClosedChannel:
      return "it closed the connection"
    default: return line("\(error)")
    }
  }

  private static let noHTTP = "what it sends is not HTTP/1.1"

  private static func explain(_ error: HTTPClientError) -> String {
    switch error {
    case .connectTimeout: "it does not answer the call to connect"
    case .remoteConnectionClosed, .uncleanShutdown: "it closed the connection"
    case .readTimeout, .writeTimeout, .deadlineExceeded: "it does not answer in time"
    case .tlsHandshakeTimeout: "no TLS connection in time: is it http?"
    case .cancelled, .alreadyShutdown, .requestStreamCancelled: "it was given up"
    default: line(error.shortDescription)
    }
  }

  /// The parser's own words name its states.
  private static func explain(_ error: HTTPParserError) -> String {
    switch error {
    case .closedConnection, .invalidEOFState: "it closed the connection within its answer"
    case .headerOverflow: "the head of its answer is too long"
    default: noHTTP
    }
  }

  /// BoringSSL's own words are for those who write it.
  private static func explain(tls words: String) -> String {
    func say(_ names: String...) -> Bool { names.contains(where: words.contains) }
    if say("CERTIFICATE_VERIFY_FAILED") {
      return
        "its certificate is not trusted: no authority that is known here vouches for it, or its time is over"
    }
    if say("WRONG_VERSION_NUMBER", "HTTP_REQUEST") {
      return "it does not speak TLS: is it http?"
    }
    if say("NO_CERTIFICATE_OR_CRL_FOUND", "failedToLoadCertificate", "noSuchFilesystemObject") {
      return "the file of authorities holds no certificate"
    }
    return line("no TLS connection: \(words)")
  }

  private static func explain(_ code: CInt) -> String {
    switch code {
    case ECONNREFUSED: "nobody listens there"
    case ECONNRESET, EPIPE: "it broke the connection off"
    case EHOSTUNREACH, ENETUNREACH: "there is no way to it"
    default: "errno \(code)"
    }
  }
}
