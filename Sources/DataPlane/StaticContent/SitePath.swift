/// Turns the path of a request into the name of a file or the key of an object.
enum SitePath {
    /// The part of `path` behind the mount path, without the slash between them. A path that the mount path isn't a prefix
    /// of, element by element, stays whole, without its leading slash.
    static func rest(of path: Span<UInt8>, behind mountPath: Span<UInt8>) -> Range<Int> {
        var length = mountPath.count
        while length > 0, mountPath[length - 1] == UInt8(ascii: "/") { length -= 1 }
        var isPrefix = path.count >= length
        if isPrefix {
            for index in 0..<length where path[index] != mountPath[index] {
                isPrefix = false
                break
            }
        }
        if isPrefix, path.count > length, path[length] != UInt8(ascii: "/") { isPrefix = false }
        var start = isPrefix ? length : 0
        if start < path.count, path[start] == UInt8(ascii: "/") { start += 1 }
        return start..<path.count
    }

    /// Decodes percent escapes into `output`, which must be as long as the source. Nil where an escape is malformed or
    /// stands for NUL.
    static func decode(_ source: Span<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        var count = 0
        var index = 0
        while index < source.count {
            var byte = source[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < source.count, let high = Hexadecimal.value(of: source[index]),
                    let low = Hexadecimal.value(of: source[index + 1])
                else { return nil }
                byte = high << 4 | low
                index += 2
            }
            guard byte != 0, count < output.count else { return nil }
            output.initializeElement(at: count, to: byte)
            count += 1
        }
        return count
    }
}
