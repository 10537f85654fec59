import Glibc
import NIOCore

/// Whether a TCP port can be listened on: binds it as the server will, and lets go of it at once.
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
    let address: SocketAddress
    do {
      // By the same rules as the server's own bind: a name may stand for several addresses.
      address = try SocketAddress.makeAddressResolvingHost(host, port: port)
    } catch let error as SocketAddressError.UnknownHost {
      return .noSuchAddress(reason: error.errorDescription)
    } catch {
      return .noSuchAddress(reason: "it is no address of TCP")
    }
    let descriptor = socket(address.protocol.rawValue, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else {
      return .noSuchAddress(reason: "this machine has no such kind of address")
    }
    defer { close(descriptor) }
    // A connection that lingers from the last run does not count.
    set(SO_REUSEADDR, of: SOL_SOCKET, to: 1, descriptor)
    if case .v6 = address { set(IPV6_V6ONLY, of: Int32(IPPROTO_IPV6), to: 0, descriptor) }
    // The address is valid until the call returns.
    let result = unsafe address.withSockAddr { unsafe bind(descriptor, $0, socklen_t($1)) }
    guard result == 0 else {
      switch errno {
      case EADDRINUSE: return .inUse
      case EACCES, EPERM: return .denied
      // strerror's text is static or thread-local in glibc, and is copied at once.
      case let number: return .noSuchAddress(reason: unsafe String(cString: strerror(number)))
      }
    }
    return .free
  }

  private static func set(_ option: Int32, of level: Int32, to value: Int32, _ descriptor: Int32) {
    var value = value
    unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}
