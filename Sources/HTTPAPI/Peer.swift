import Foundation
import Glibc
import NIOCore

/// What is at the other end of a connection.
package enum Peer: Sendable, Equatable {
  /// Anybody who reaches the TCP port.
  case network
  /// A process on this machine, over the control socket.
  case user(SocketUser)
  /// The control socket, where the kernel did not say who.
  case unknownUser
}

/// The user of a control socket's peer, as the kernel recorded it when the connection was made.
package struct SocketUser: Sendable, Equatable {
  package var id: UInt32
  package var name: String
  /// Whether it may act: the server's own user, or root.
  package var isTrusted: Bool

  package init(id: UInt32, name: String, isTrusted: Bool) {
    self.id = id
    self.name = name
    self.isTrusted = isTrusted
  }

  init(id: UInt32) {
    self.init(id: id, name: Self.name(of: id) ?? "uid \(id)", isTrusted: id == geteuid() || id == 0)
  }

  private static func name(of id: UInt32) -> String? {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    // Room for the strings of one entry; a longer one is shown by its number.
    var storage = [CChar](repeating: 0, count: 4_096)
    // `entry` points into `storage`, so the name is copied out before the closure ends.
    return unsafe storage.withUnsafeMutableBufferPointer { strings -> String? in
      guard
        unsafe getpwuid_r(id, &entry, strings.baseAddress!, strings.count, &found) == 0,
        unsafe found != nil
      else { return nil }
      return unsafe String(cString: entry.pw_name)
    }
  }
}

extension Peer {
  /// Asks the kernel who is there.
  static func of(_ channel: any Channel) async -> Peer {
    guard case .unixDomainSocket? = channel.localAddress else { return .network }
    guard let options = channel as? any SocketOptionProvider else { return .unknownUser }
    // `struct ucred` of unix(7): three 32-bit integers, of which the second is the user.
    let credentials: EventLoopFuture<PeerCredentials> = options.unsafeGetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    guard let user = try? await credentials.get().user, user != UInt32.max else {
      return .unknownUser
    }
    return .user(SocketUser(id: user))
  }
}

/// The layout of `struct ucred`.
private struct PeerCredentials: Sendable {
  var process: Int32 = 0
  var user: UInt32 = 0
  var group: UInt32 = 0
}
