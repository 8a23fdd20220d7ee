/// Requests and answers of the vendor's tutorials, word for word.
enum Tutorials {
    static let failedProtectionRequest = """
        {
        "queryPath":[
        {
        "requestedType":"MalopDetectionEvents",
        "filters":[
        {
        "facetName":"decisionStatus",
        "values":["DDS_FAILED_TO_PREVENT","DDS_FAILED_TO_QUARANTINE"]
        }
        ],
        "isResult": true
        }
        ],
        "totalResultLimit":10000,
        "perGroupLimit":100,
        "perFeatureLimit":100,
        "templateContext":"SPECIFIC",
        "queryTimeout":120000,
        "pagination":{
        "pageSize":1000
        },
        "customFields":[
        "elementDisplayName",
        "decisionStatuses"
        ]
        }
        """

    static let failedProtectionAnswer = """
        {
        "data": {
        "resultIdToElementDataMap": {
        "AAAA1kFkoAiE4Tf9": {
        "simpleValues": {
        "decisionStatuses": {
        "totalValues": 1,
        "values": [
        "DDS_FAILED_TO_PREVENT"
        ]
        },
        "elementDisplayName": {
        "totalValues": 1,
        "values": [
        ""
        ]
        }
        },
        "elementValues": {},
        "suspicions": {},
        "filterData": {
        "sortInGroupValue": "",
        "groupByValue": ""
        },
        "isMalicious": false,
        "suspicionCount": 0,
        "guidString": "AAAA1kFkoAiE4Tf9",
        "labelsIds": null,
        "malopPriority": null,
        "suspect": false,
        "malicious": false
        }
        },
        "suspicionsMap": {},
        "evidenceMap": {},
        "totalResults": 1,
        "totalPossibleResults": 1,
        "guessedPossibleResults": 1,
        "queryLimits": {
        "totalResultLimit": 100,
        "perGroupLimit": 100,
        "perFeatureLimit": 100,
        "groupingFeature": {
        "elementInstanceType": "MalopDetectionEvents",
        "featureName": "self"
        },
        "sortInGroupFeature": null
        },
        "queryTerminated": false,
        "pathResultCounts": [
        {
        "featureDescriptor": {
        "elementInstanceType": "MalopDetectionEvents",
        "featureName": null
        },
        "count": 1
        }
        ],
        "guids": [
        "AAAA1kFkoAiE4Tf9"
        ],
        "paginationToken": null,
        "executionUUID": "23505f1c-c6c2-42a9-8bc5-ab3a1f4137e4",
        "quapiMeasurementData": {
        "timeToGetGuids": [
        67
        ],
        "timeToGetData": [
        24
        ],
        "timeToGetAdditionalData": [
        0
        ],
        "totalQuapiQueryTime": [
        93
        ],
        "startTime": [
        1682008688827
        ],
        "endTime": [
        1682008688921
        ]
        }
        },
        "status": "SUCCESS",
        "hidePartialSuccess": false,
        "message": "",
        "expectedResults": 0,
        "failures": 0,
        "failedServersInfo": null
        }
        """

    static let killRequest = """
        {
                  "malopId": "11.2718161727221199870",
                  "initiatorUserName": "admin@myserver.com",
                  "actionsByMachine": {
                      "-1632138521.1198775089551518743": [
                          {
                              "targetId":"-1632138521.1198775089551518743",
                              "actionType": "KILL_PROCESS"
                          }
                      ]
                  }
              }
        """

    static let quarantineRequest = """
        {
                  "initiatorUserName": "admin@myserver.com",
                  "actionsByMachine": {
                      "1632138521.1198775089551518743": [
                          {
                              "targetId":"-1632138521.1198775089551518743",
                              "actionType": "QUARANTINE_FILE"
                          }
                      ]
                  }
              }
        """

    static let remediationAnswer = """
        {
         "malopId": "11.2718161727221199870",
         "remediationId": "86f3faa1-bac0-4a17-9192-9d106b734664",
         "start": 1518604850656,
         "end": 1518604850744,
         "initiatingUser": "admin@myserver.com",
         "statusLog": [
                         {
                             "machineId": "-1632138521.1198775089551518743",
                             "targetId": null,
                             "status": "SUCCESS",
                             "actionType": "KILL_PROCESS",
                             "timestamp": 1518604850714
                         }
                      ]
         }
        """
}
