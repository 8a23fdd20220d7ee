import Testing

/// What the vendor's tutorials print.
enum Tutorial {
    static let searchRequest = """
        {"queryPath":[{"requestedType":"MalopDetectionEvents","filters":[{"facetName":"decisionStatus",
        "values":["DDS_FAILED_TO_PREVENT","DDS_FAILED_TO_QUARANTINE"]}],"isResult": true}],
        "totalResultLimit":10000,"perGroupLimit":100,"perFeatureLimit":100,"templateContext":"SPECIFIC",
        "queryTimeout":120000,"pagination":{"pageSize":1000},"customFields":["elementDisplayName","decisionStatuses"]}
        """

    static let searchAnswer = """
        {"data": {"resultIdToElementDataMap": {"AAAA1kFkoAiE4Tf9": {"simpleValues": {
        "decisionStatuses": {"totalValues": 1, "values": ["DDS_FAILED_TO_PREVENT"]},
        "elementDisplayName": {"totalValues": 1, "values": [""]}},
        "elementValues": {}, "suspicions": {}, "filterData": {"sortInGroupValue": "", "groupByValue": ""},
        "isMalicious": false, "suspicionCount": 0, "guidString": "AAAA1kFkoAiE4Tf9", "labelsIds": null,
        "malopPriority": null, "suspect": false, "malicious": false}},
        "suspicionsMap": {}, "evidenceMap": {}, "totalResults": 1, "totalPossibleResults": 1,
        "guessedPossibleResults": 1, "queryLimits": {"totalResultLimit": 100, "perGroupLimit": 100,
        "perFeatureLimit": 100, "groupingFeature": {"elementInstanceType": "MalopDetectionEvents",
        "featureName": "self"}, "sortInGroupFeature": null}, "queryTerminated": false,
        "pathResultCounts": [{"featureDescriptor": {"elementInstanceType": "MalopDetectionEvents",
        "featureName": null}, "count": 1}], "guids": ["AAAA1kFkoAiE4Tf9"], "paginationToken": null,
        "executionUUID": "23505f1c-c6c2-42a9-8bc5-ab3a1f4137e4", "quapiMeasurementData": {
        "timeToGetGuids": [67], "timeToGetData": [24], "timeToGetAdditionalData": [0], "totalQuapiQueryTime": [93],
        "startTime": [1682008688827], "endTime": [1682008688921]}},
        "status": "SUCCESS", "hidePartialSuccess": false, "message": "", "expectedResults": 0, "failures": 0,
        "failedServersInfo": null}
        """

    static let killRequest = """
        {"malopId": "11.2718161727221199870", "initiatorUserName": "admin@myserver.com",
         "actionsByMachine": {"-1632138521.1198775089551518743": [
            {"targetId":"-1632138521.1198775089551518743", "actionType": "KILL_PROCESS"}]}}
        """

    static let killAnswer = """
        {"malopId": "11.2718161727221199870", "remediationId": "86f3faa1-bac0-4a17-9192-9d106b734664",
         "start": 1518604850656, "end": 1518604850744, "initiatingUser": "admin@myserver.com",
         "statusLog": [{"machineId": "-1632138521.1198775089551518743", "targetId": null, "status": "SUCCESS",
            "actionType": "KILL_PROCESS", "timestamp": 1518604850714}]}
        """

    static let quarantineRequest = """
        {"initiatorUserName": "admin@myserver.com", "actionsByMachine": {"1632138521.1198775089551518743": [
            {"targetId":"-1632138521.1198775089551518743", "actionType": "QUARANTINE_FILE"}]}}
        """

    struct Reputation: Sendable, CustomTestStringConvertible {
        var endpoint: String
        var request: String
        var answer: String
        var testDescription: String { endpoint }
    }

    static let reputations = [
        Reputation(
            endpoint: "file_batch",
            request: #"{"requestData": [{"requestKey": {"md5": "92f44e405db16ac55d97e3bfe3b132fa"}}]}"#,
            answer: """
                {"classificationResponses": [{"requestKey": {"sha1": null, "md5": "92f44e405db16ac55d97e3bfe3b132fa"},
                "ttl": 62957583, "aggregatedResult": {"maliciousClassification": {"type": "indifferent",
                "classificationScore": -1, "typeScore": -1}, "productClassification": {"productType": "SHELL",
                "type": "SHELL", "title": "Power Shell", "manufacturer": "Microsoft Windows",
                "signatureVerified": true,
                "externalSignatureVerificationStatus": "SIGNATURE_VERIFICATION_STATUS_SUCCESS", "signed": true},
                "link": "https://www.virustotal.com/file/6c05e111/analysis/1533661076/"}}]}
                """),
        Reputation(
            endpoint: "domain_batch",
            request: #"{"requestData": [{"requestKey": {"domain": "www.cybereason.com"}}]}"#,
            answer: """
                {"classificationResponses": [{"requestKey": {"domain": "www.cybereason.com"}, "ttl": 52388991,
                "aggregatedResult": {"maliciousClassification": {"type": "indifferent", "classificationScore": -1,
                "typeScore": -1, "source": "VirusTotal"},
                "link": "https://www.virustotal.com/en/domain/www.cybereason.com/information",
                "firstSeen": 1481719121821}, "allowFurtherClassification": true, "cpId": 2, "cpType": "VIRUS_TOTAL"}]}
                """),
        Reputation(
            endpoint: "ip_batch",
            request: #"{"requestData": [{"requestKey": {"ipAddress": "1.2.3.4", "addressType": "Ipv4"}}]}"#,
            answer: """
                {"classificationResponses": [{"requestKey": {"ipAddress": "1.2.3.4", "addressType": "Ipv4"},
                "ttl": 1920533, "aggregatedResult": {"maliciousClassification": {"type": "indifferent",
                "classificationScore": -1, "typeScore": -1, "source": "Example"}, "link": "http://www.cybereason.com",
                "firstSeen": 1476350974204}, "allowFurtherClassification": true, "cpId": 1, "cpType": "TOKEN"}]}
                """),
    ]

    static let reputationScenario = """
        {"reputations": [
            {"key": "92f44e405db16ac55d97e3bfe3b132fa", "type": "indifferent", "ttlMs": 62957583,
             "link": "https://www.virustotal.com/file/6c05e111/analysis/1533661076/",
             "productClassification": {"productType": "SHELL", "type": "SHELL", "title": "Power Shell",
                "manufacturer": "Microsoft Windows", "signatureVerified": true,
                "externalSignatureVerificationStatus": "SIGNATURE_VERIFICATION_STATUS_SUCCESS", "signed": true}},
            {"key": "www.cybereason.com", "type": "indifferent", "ttlMs": 52388991, "source": "VirusTotal",
             "link": "https://www.virustotal.com/en/domain/www.cybereason.com/information",
             "firstSeen": 1481719121821, "cpId": 2, "cpType": "VIRUS_TOTAL"},
            {"key": "1.2.3.4", "type": "indifferent", "ttlMs": 1920533, "source": "Example",
             "link": "http://www.cybereason.com", "firstSeen": 1476350974204, "cpId": 1, "cpType": "TOKEN"}]}
        """
}
