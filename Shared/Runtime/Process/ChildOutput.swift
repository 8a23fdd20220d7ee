internal import Glibc

/// Reads what a child prints, on a thread of its own, until the child is over and its pipes are empty.
///
/// The end of the pipes alone is not enough: a grandchild that fled its group may keep them open for ever.
struct ChildOutput: Sendable {
    let output: OwnedDescriptor
    let errors: OwnedDescriptor
    /// Its other end is closed when the child is over.
    let over: OwnedDescriptor

    func read(_ take: (ChildProcess.Line) -> Void) {
        var sources = [
            Source(descriptor: output, kind: .output), Source(descriptor: errors, kind: .errors),
        ]
        var isOver = false
        while sources.contains(where: { !$0.isAtEnd }) {
            let ready = poll(sources, isOver: isOver)
            if isOver && ready.isEmpty { break }
            for index in sources.indices where ready.contains(sources[index].descriptor.number) {
                sources[index].readBlock(take)
            }
            if ready.contains(over.number) { isOver = true }
        }
        for index in sources.indices { sources[index].finish(take) }
    }

    /// The descriptors that can be read now. While the child runs, waits for one; afterwards takes what is there.
    private func poll(_ sources: [Source], isOver: Bool) -> [Int32] {
        var descriptors = sources.filter { !$0.isAtEnd }.map(\.descriptor.number)
        if !isOver { descriptors.append(over.number) }
        var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while unsafe Glibc.poll(&requests, nfds_t(requests.count), isOver ? 0 : -1) < 0 && errno == EINTR {}
        return requests.filter { $0.revents != 0 }.map(\.fd)
    }

    private struct Source {
        let descriptor: OwnedDescriptor
        let kind: ChildProcess.Line.Source
        var splitter = LineSplitter()
        var isAtEnd = false

        mutating func readBlock(_ take: (ChildProcess.Line) -> Void) {
            guard let block = Descriptor.read(descriptor.number, atMost: 16384), !block.isEmpty else {
                isAtEnd = true
                return
            }
            for text in splitter.append(block) { take(ChildProcess.Line(source: kind, text: text)) }
        }

        mutating func finish(_ take: (ChildProcess.Line) -> Void) {
            if let rest = splitter.finish() { take(ChildProcess.Line(source: kind, text: rest)) }
        }
    }
}

/// Cuts bytes into lines.
struct LineSplitter {
    /// A line longer than this is given in pieces.
    static let maxBytes = 1 << 20
    private var pending: [UInt8] = []

    /// The lines that are complete with `block`.
    mutating func append(_ block: [UInt8]) -> [String] {
        var lines: [String] = []
        var rest = block[...]
        while let end = rest.firstIndex(of: 0x0A) {
            pending += rest[..<end]
            lines.append(take())
            rest = rest[(end + 1)...]
        }
        pending += rest
        if pending.count >= Self.maxBytes { lines.append(take()) }
        return lines
    }

    /// What is left without a newline; nil if nothing.
    mutating func finish() -> String? { pending.isEmpty ? nil : take() }

    private mutating func take() -> String {
        defer { pending.removeAll(keepingCapacity: true) }
        return String(decoding: pending, as: UTF8.self)
    }
}
