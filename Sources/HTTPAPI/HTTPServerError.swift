import Foundation
import Glibc
import NIOCore

/// Why a server does not listen, each in one line.
package enum HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
  case inUse(address: String)
  case notPermitted(address: String)
  case socketPathTooLong(path: String, bytes: Int)
  /// Something else than a socket that nobody answers on stands at the path.
  case socketPathTaken(path: String, reason: String)
  case failed(address: String, reason: String)

  package var description: String {
    switch self {
    case .inUse(let address):
      "\(address) is in use by another program: choose another with --listen, or stop that one"
    case .notPermitted(let address):
      "there is no right to listen on \(address): ports below 1024 need root"
    case .socketPathTooLong(let path, let bytes):
      "\(path): a socket's path has at most \(SocketPath.limit) bytes, this one \(bytes): choose a shorter data_dir or socket"
    case .socketPathTaken(let path, let reason): "\(path): \(reason)"
    case .failed(let address, let reason): "cannot listen on \(address): \(reason)"
    }
  }

  init(_ error: any Error, listening address: String) {
    if let known = error as? HTTPServerError {
      self = known
      return
    }
    guard let system = error as? IOError else {
      self = .failed(address: address, reason: "\(error)")
      return
    }
    switch system.errnoCode {
    case EADDRINUSE: self = .inUse(address: address)
    case EACCES, EPERM: self = .notPermitted(address: address)
    case let number:
      // strerror's text is static or thread-local in glibc, and is copied at once.
      self = .failed(address: address, reason: unsafe String(cString: strerror(number)))
    }
  }
}
