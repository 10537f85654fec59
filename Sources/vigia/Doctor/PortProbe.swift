import Foundation

/// Tries to bind an address, and lets go of it at once.
package enum PortProbe {
  package enum Finding: Sendable, Equatable {
    case free
    case inUse
    case denied
    case noSuchAddress(reason: String)
  }

  package static func probe(_ address: ListenAddress) -> Finding {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(address.host, "\(address.port)", &hints, &found)
    guard code == 0, let first = found else {
      return .noSuchAddress(reason: String(cString: gai_strerror(code)))
    }
    defer { freeaddrinfo(first) }
    let descriptor = socket(first.pointee.ai_family, first.pointee.ai_socktype, 0)
    guard descriptor >= 0 else {
      return .noSuchAddress(reason: "this machine has no such kind of address")
    }
    defer { close(descriptor) }
    // As the server does: a connection that lingers from the last run does not count.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
      switch errno {
      case EADDRINUSE: return .inUse
      case EACCES: return .denied
      default: return .noSuchAddress(reason: String(cString: strerror(errno)))
      }
    }
    return .free
  }
}
