/// The Exact and Prefix paths of all hosts, as a tree of path elements.
///
/// Each host has a root; an edge is an element of a path (what stands between two slashes). The edges of all nodes lie in
/// one open-addressing hash table keyed by node and element, so that a step costs the same however many there are. A
/// walk ends at the first element that no rule has: its length is bounded by the request and by the host's deepest rule,
/// whichever is less. Every node knows the next node above it that ends a Prefix path, so that the way back visits no
/// others.
struct PathTree: Sendable {
    struct Node: Sendable {
        /// The nearest node above that ends a Prefix path, or -1.
        var shorter: Int32 = -1
        /// The routes whose Prefix path ends here, as a range of the table's candidates.
        var prefix: Range<Int32> = 0..<0
        /// The routes whose Exact path ends here.
        var exact: Range<Int32> = 0..<0
    }

    struct Edge: Sendable {
        var hash: UInt32 = 0
        var parent: Int32 = -1
        /// The node that the edge leads to, or -1 in an empty slot.
        var child: Int32 = -1
        /// The element in the text.
        var start: Int32 = 0
        var count: Int32 = 0
    }

    /// How far into the tree a path leads.
    struct Position {
        /// The deepest node on the path.
        var node: Int
        /// Whether the whole path led there, and not only its first elements.
        var isWhole: Bool
    }

    let hash: SeededHash
    let nodes: [Node]
    let edges: [Edge]
    let text: [UInt8]
    let longestElement: Int

    /// Follows the elements of `path` from `root` as far as they lead.
    ///
    /// A path that does not begin with a slash, such as `*`, leads nowhere; an empty one to the root.
    func walk(_ path: borrowing Span<UInt8>, from root: Int) -> Position? {
        guard path.count > 0 else { return Position(node: root, isWhole: false) }
        guard path[0] == Octet.slash else { return nil }
        var node = root
        var start = 1
        while true {
            var state = hash.begin(node)
            var end = start
            let limit = min(path.count, start &+ longestElement &+ 1)
            while end < limit {
                let octet = path[end]
                if octet == Octet.slash { break }
                state = hash.add(octet, to: state)
                end &+= 1
            }
            guard end &- start <= longestElement, let child = child(of: node, path, start, end, hash.finish(state))
            else { return Position(node: node, isWhole: false) }
            node = child
            if end == path.count { return Position(node: node, isWhole: true) }
            start = end &+ 1
        }
    }

    @inline(__always)
    private func child(
        of node: Int,
        _ path: borrowing Span<UInt8>,
        _ start: Int,
        _ end: Int,
        _ hash: UInt32
    ) -> Int? {
        let mask = edges.count &- 1
        var index = Int(hash) & mask
        while true {
            let edge = edges[index]
            if edge.child < 0 { return nil }
            if edge.hash == hash, Int(edge.parent) == node, Int(edge.count) == end &- start,
                equals(path, start, edge)
            {
                return Int(edge.child)
            }
            index = (index &+ 1) & mask
        }
    }

    @inline(__always)
    private func equals(_ path: borrowing Span<UInt8>, _ start: Int, _ edge: Edge) -> Bool {
        var index = 0
        while index < Int(edge.count) {
            guard path[start &+ index] == text[Int(edge.start) &+ index] else { return false }
            index &+= 1
        }
        return true
    }
}

/// Builds a ``PathTree``.
struct PathTreeBuilder {
    private struct Step: Hashable {
        var parent: Int
        var element: ArraySlice<UInt8>
    }

    private var children: [Step: Int] = [:]
    /// In order of creation, so that a parent stands before its children.
    private var steps: [Step?] = []
    private var prefix: [[Int32]] = []
    private var exact: [[Int32]] = []

    init() {}

    /// Adds the root of a host and returns it.
    mutating func addRoot() -> Int {
        addNode(nil)
    }

    /// Adds a route with an Exact path in normal form.
    mutating func addExact(_ path: [UInt8], route: Int32, root: Int) {
        exact[node(for: path[1...], from: root)].append(route)
    }

    /// Adds a route with a Prefix path in normal form. One trailing slash takes no part: `/` has no element at all.
    mutating func addPrefix(_ path: [UInt8], route: Int32, root: Int) {
        let elements = path.last == Octet.slash ? path.dropLast() : path[...]
        let node = elements.isEmpty ? root : node(for: elements.dropFirst(), from: root)
        prefix[node].append(route)
    }

    private mutating func node(for elements: ArraySlice<UInt8>, from root: Int) -> Int {
        var node = root
        for element in elements.split(separator: Octet.slash, omittingEmptySubsequences: false) {
            let step = Step(parent: node, element: element)
            if let child = children[step] {
                node = child
            } else {
                node = addNode(step)
                children[step] = node
            }
        }
        return node
    }

    private mutating func addNode(_ step: Step?) -> Int {
        steps.append(step)
        prefix.append([])
        exact.append([])
        return steps.count - 1
    }

    /// Freezes the tree. The routes of the nodes are appended to `candidates`.
    func build(candidates: inout [Int32]) throws(RouteTableError) -> PathTree {
        let hash = SeededHash()
        var nodes: [PathTree.Node] = []
        nodes.reserveCapacity(steps.count)
        var size = 8
        while size < steps.count * 2 { size *= 2 }
        var edges = Array(repeating: PathTree.Edge(), count: size)
        var text: [UInt8] = []
        var longest = 0
        for (index, step) in steps.enumerated() {
            var node = PathTree.Node()
            node.prefix = candidates.appendRange(prefix[index])
            node.exact = candidates.appendRange(exact[index])
            if let step {
                let parent = nodes[step.parent]
                node.shorter = parent.prefix.isEmpty ? parent.shorter : Int32(clamping: step.parent)
                guard text.count + step.element.count < Int32.max, index < Int32.max else { throw .tooLarge }
                Self.insert(step, child: index, hash: hash, text: &text, edges: &edges)
                longest = max(longest, step.element.count)
            }
            nodes.append(node)
        }
        return PathTree(hash: hash, nodes: nodes, edges: edges, text: text, longestElement: longest)
    }

    private static func insert(
        _ step: Step,
        child: Int,
        hash: SeededHash,
        text: inout [UInt8],
        edges: inout [PathTree.Edge]
    ) {
        var state = hash.begin(step.parent)
        for octet in step.element { state = hash.add(octet, to: state) }
        let edge = PathTree.Edge(
            hash: hash.finish(state), parent: Int32(clamping: step.parent), child: Int32(clamping: child),
            start: Int32(clamping: text.count), count: Int32(clamping: step.element.count))
        text.append(contentsOf: step.element)
        var slot = Int(edge.hash) & (edges.count - 1)
        while edges[slot].child >= 0 { slot = (slot + 1) & (edges.count - 1) }
        edges[slot] = edge
    }
}

extension [Int32] {
    /// Appends `elements` and returns where they stand.
    mutating func appendRange(_ elements: some Collection<Int32>) -> Range<Int32> {
        let start = Int32(clamping: count)
        append(contentsOf: elements)
        return start..<Int32(clamping: count)
    }
}
