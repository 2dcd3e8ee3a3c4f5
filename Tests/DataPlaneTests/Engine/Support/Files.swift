import Glibc

/// The lines of a file, which is removed.
func readLines(_ path: String) throws -> [String] {
    let fd = open(path, O_RDONLY)
    guard fd >= 0 else { throw TestSocketError.broken }
    defer {
        close(fd)
        unlink(path)
    }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(fd, &part, part.count)
        if count <= 0 { break }
        bytes += part[..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}
