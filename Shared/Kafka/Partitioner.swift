/// Java's murmur2 hash (seed 0x9747b28c), by which Kafka's Java clients choose a record's partition.
public func murmur2(_ key: [UInt8]) -> UInt32 {
    let multiplier: UInt32 = 0x5bd1_e995
    var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: key.count)
    let whole = key.count & ~3
    for index in stride(from: 0, to: whole, by: 4) {
        var word = UInt32(key[index]) | UInt32(key[index + 1]) << 8
        word |= UInt32(key[index + 2]) << 16 | UInt32(key[index + 3]) << 24
        word = word &* multiplier
        word ^= word >> 24
        hash = hash &* multiplier ^ (word &* multiplier)
    }
    let rest = key[whole...]
    if !rest.isEmpty {
        for (place, byte) in rest.enumerated() { hash ^= UInt32(byte) << (8 * UInt32(place)) }
        hash = hash &* multiplier
    }
    hash ^= hash >> 13
    hash = hash &* multiplier
    return hash ^ hash >> 15
}

/// The partition of `count` that a record with this key goes to: the same one as with Java's default partitioner, and
/// with every producer of this module.
public func partition(forKey key: [UInt8], count: Int32) -> Int32 {
    precondition(count > 0, "a topic has at least one partition")
    // Java makes the hash positive by dropping the sign, not by its absolute value.
    return Int32(murmur2(key) & 0x7fff_ffff) % count
}
