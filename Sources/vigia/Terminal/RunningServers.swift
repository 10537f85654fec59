import Foundation
import Glibc

/// Servers that run on this machine, found without being told where their data folders are: whoever was paged has a
/// shell on the host, and the words of a page.
package enum RunningServers {
  /// Of a control socket that no configuration has renamed.
  private static let name = "/vigia.sock"

  /// Paths of control sockets that somebody listens on and this user may reach, of this user's servers and root's: anybody
  /// may listen under that name, and would be told what is to be done.
  package static func sockets() -> [String] {
    guard let table = try? String(contentsOfFile: "/proc/net/unix", encoding: .utf8) else {
      return []
    }
    return sockets(in: table).filter { access($0, R_OK | W_OK) == 0 && isTrusted($0) }
  }

  /// Sockets of other users that this one may reach, with the owner's number: to be named by whoever knows them.
  package static func others() -> [(path: String, owner: UInt32)] {
    guard let table = try? String(contentsOfFile: "/proc/net/unix", encoding: .utf8) else {
      return []
    }
    return sockets(in: table).compactMap { path in
      guard access(path, R_OK | W_OK) == 0, !isTrusted(path), let owner = owner(of: path) else {
        return nil
      }
      return (path, owner)
    }
  }

  private static func owner(of path: String) -> UInt32? {
    let owner = try? FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID]
    return (owner as? NSNumber)?.uint32Value
  }

  private static func isTrusted(_ path: String) -> Bool {
    owner(of: path).map { [0, geteuid()].contains($0) } ?? false
  }

  /// - Parameter table: the kernel's list of Unix sockets: number, references, protocol, flags, type, state, inode and, where
  ///   it has one, path. Source: unix(5) of proc_pid_net.
  package static func sockets(in table: String) -> [String] {
    let paths = table.split(separator: "\n").dropFirst().compactMap { line -> String? in
      let words = line.split(separator: " ", maxSplits: 7)
      // __SO_ACCEPTCON: it is listened on.
      guard words.count == 8, let flags = UInt32(words[3], radix: 16), flags & 0x10000 != 0,
        words[7].hasPrefix("/"), words[7].hasSuffix(name)
      else { return nil }
      return String(words[7])
    }
    return Set(paths).sorted()
  }
}
