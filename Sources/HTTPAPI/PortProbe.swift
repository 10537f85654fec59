import Glibc

/// Whether a TCP port can be listened on: binds it, and lets go of it at once.
///
/// It does not listen. A client that came in that moment, as those of a server that starts again do, would be connected to
/// nobody, and wait for an answer for ever.
package enum PortProbe {
  package enum Finding: Sendable, Equatable {
    case free
    case inUse
    case denied
    case noSuchAddress(reason: String)
  }

  /// Blocks for as long as the host's name takes to be looked up.
  package static func probe(host: String, port: Int) -> Finding {
    // A C structure with pointers, all of them nil.
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    // Both texts live until the call returns; what it gives is ours until `freeaddrinfo`.
    let code = unsafe getaddrinfo(host, "\(port)", &hints, &found)
    guard code == 0, let first = unsafe found else {
      // A static text.
      return .noSuchAddress(reason: unsafe String(cString: gai_strerror(code)))
    }
    defer { unsafe freeaddrinfo(first) }
    let descriptor = unsafe socket(first.pointee.ai_family, first.pointee.ai_socktype, 0)
    guard descriptor >= 0 else {
      return .noSuchAddress(reason: "this machine has no such kind of address")
    }
    defer { close(descriptor) }
    // As the server does: a connection that lingers from the last run does not count.
    var yes: Int32 = 1
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard unsafe bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
      switch errno {
      case EADDRINUSE: return .inUse
      case EACCES: return .denied
      // strerror's text is static or thread-local in glibc, and is copied at once.
      case let number: return .noSuchAddress(reason: unsafe String(cString: strerror(number)))
      }
    }
    return .free
  }
}
