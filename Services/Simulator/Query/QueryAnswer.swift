/// The whole answer to a search, in the form of a new or of a legacy console.
struct QueryAnswer {
    let query: Query
    let slice: Pager.Slice
    let matches: QueryEngine.Matches
    let rows: [(guid: String, row: Document)]
    let envelope: QuerySwitches.Envelope
    /// Milliseconds since 1970.
    let now: Int64
    let executionUUID: String

    var document: Document {
        var data: Document = [
            "resultIdToElementDataMap": .object(rows.map { Document.Member(key: $0.guid, value: $0.row) }),
            "suspicionsMap": [:], "evidenceMap": [:],
            "totalPossibleResults": .integer(matches.elements.count),
            "guessedPossibleResults": .integer(matches.elements.count),
            "queryLimits": limits, "queryTerminated": false, "pathResultCounts": pathCounts,
        ]
        if envelope == .new { addNewMembers(to: &data) }
        var answer: Document = [
            "data": data, "status": "SUCCESS", "hidePartialSuccess": false, "message": "",
            "expectedResults": envelope == .new ? 0 : 1, "failures": 0,
        ]
        if envelope == .new { answer["failedServersInfo"] = .null }
        return answer
    }

    private func addNewMembers(to data: inout Document) {
        data["totalResults"] = .integer(slice.totalResults)
        data["guids"] = .strings(rows.map(\.guid))
        data["paginationToken"] = .string(slice.token)
        data["executionUUID"] = .string(executionUUID)
        data["quapiMeasurementData"] = [
            "timeToGetGuids": [1], "timeToGetData": [1], "timeToGetAdditionalData": [0], "totalQuapiQueryTime": [2],
            "startTime": [.integer(now - 2)], "endTime": [.integer(now)],
        ]
    }

    private var limits: Document {
        [
            "totalResultLimit": .integer(slice.appliedLimit), "perGroupLimit": .integer(query.perGroupLimit),
            "perFeatureLimit": .integer(query.perFeatureLimit),
            "groupingFeature": [
                "elementInstanceType": .string(query.groupingType), "featureName": .string(query.groupingFeature),
            ],
            "sortInGroupFeature": nil,
        ]
    }

    private var pathCounts: Document {
        .array(
            zip(query.path, matches.pathCounts).map { step, count in
                let feature = step.connection.map { Document.string($0.feature) } ?? .null
                return [
                    "featureDescriptor": ["elementInstanceType": .string(step.type), "featureName": feature],
                    "count": .integer(count),
                ]
            })
    }
}
