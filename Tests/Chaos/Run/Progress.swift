import JSON
import Kafka
import Model
import Pipeline
import Synchronization

/// How far every request has come, from the topics: what the run waits for. The judge has a view of its own.
final class Progress: Sendable {
    struct Standing: Sendable {
        var state: RequestState
        var remediation: String?
        /// What the request is about, as its result says: where it is parked, somebody has to look for that.
        var malop: String?
        var actions: Set<String> = []
        /// What a person is asked, where one is.
        var question: Question?
    }

    /// What a person has to know who is asked for an approval.
    struct Question: Sendable {
        let id: String
        let digest: String?
        let requester: String?
        let notAfter: Timestamp?
    }

    /// Where a record of the request topic stands.
    private struct Place: Hashable {
        let partition: Int64
        let offset: Int64
    }

    private struct Books {
        /// Every record of the request topic, with the id that it gives itself.
        var asked: [Place: String?] = [:]
        var standings: [String: Standing] = [:]
        var sources: [Place: String] = [:]
        var buried: Set<Place> = []
        var detected: Set<String> = []
        var records = 0
    }

    struct Summary: Sendable {
        var ended = 0
        var parked = 0
        var open = 0
        var detected = 0
        var records = 0
    }

    private let books = Mutex(Books())

    // MARK: - Reading

    func takeRequests(_ records: [KafkaRecord]) {
        let asked = records.map { record in
            (Place(partition: Int64(record.partition), offset: record.offset), Self.requestID(record.value ?? []))
        }
        books.withLock { books in
            for (place, id) in asked { books.asked[place] = id }
            books.records += records.count
        }
    }

    func takeResults(_ records: [KafkaRecord]) {
        let results = records.compactMap { try? RemediationResult(json: $0.value ?? []) }
        books.withLock { books in
            books.records += records.count
            for result in results {
                if let source = result.source {
                    let place = Place(partition: Int64(source.partition), offset: source.offset)
                    books.sources[place] = result.requestId
                }
                if books.standings[result.requestId]?.state.isEnd == true, !result.state.isEnd { continue }
                let isParked = result.state == .parked
                books.standings[result.requestId] = Standing(
                    state: result.state, remediation: result.remediationId, malop: result.malopId,
                    actions: isParked ? Set(result.actions.map { JournalEntry.name(of: $0.target) }) : [],
                    question: Self.question(of: result))
            }
        }
    }

    func takeDeadLetters(_ records: [KafkaRecord], requests: String) {
        let letters = records.compactMap { try? DeadLetter(json: $0.value ?? []) }
        books.withLock { books in
            books.records += records.count
            for letter in letters where letter.origin.topic == requests {
                let origin = letter.origin
                books.buried.insert(Place(partition: Int64(origin.partition), offset: origin.offset))
            }
        }
    }

    func takeDetections(_ records: [KafkaRecord]) {
        let malops = records.compactMap { $0.key.map { String(decoding: $0, as: UTF8.self) } }
        books.withLock { books in
            books.records += records.count
            books.detected.formUnion(malops)
        }
    }

    private static func question(of result: RemediationResult) -> Question? {
        guard result.state == .held, result.reason == .approvalRequired else { return nil }
        return Question(
            id: result.requestId, digest: result.digest, requester: result.requestedBy, notAfter: result.notAfter)
    }

    private static func requestID(_ value: [UInt8]) -> String? {
        let id: String?? = try? withJSON(value) { (root) throws(JSONError) in root["requestId"]?.asString }
        return id ?? nil
    }

    // MARK: - Answers

    var summary: Summary {
        books.withLock { books in
            var summary = Summary()
            for (place, id) in books.asked {
                let known = id.flatMap { books.standings[$0] } ?? books.sources[place].flatMap { books.standings[$0] }
                if let known, known.state.isEnd {
                    summary.ended += 1
                } else if known?.state == .parked {
                    summary.parked += 1
                } else if books.buried.contains(place) {
                    summary.ended += 1
                } else {
                    summary.open += 1
                }
            }
            summary.detected = books.detected.count
            summary.records = books.records
            return summary
        }
    }

    /// The requests that wait for a person.
    var parked: [(id: String, standing: Standing)] {
        books.withLock { books in
            books.standings.filter { $0.value.state == .parked }.sorted { $0.key < $1.key }
                .map { (id: $0.key, standing: $0.value) }
        }
    }

    /// What people are asked to approve.
    var questions: [Question] {
        books.withLock { $0.standings.values.compactMap(\.question) }.sorted { $0.id < $1.id }
    }

    /// Every remediation that a result names.
    var remediations: Set<String> {
        books.withLock { Set($0.standings.values.compactMap(\.remediation)) }
    }

    /// Requests that have neither ended nor been parked, at most so many.
    func open(atMost count: Int) -> [String] {
        books.withLock { books in
            let open = books.asked.filter { place, id in
                let known = id.flatMap { books.standings[$0] } ?? books.sources[place].flatMap { books.standings[$0] }
                let isOver = known.map { $0.state.isEnd || $0.state == .parked } ?? books.buried.contains(place)
                return !isOver
            }
            return open.prefix(count).map { place, id in "\(id ?? "no id") (\(place.partition)/\(place.offset))" }
        }
    }
}
