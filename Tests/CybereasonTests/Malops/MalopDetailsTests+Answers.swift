extension MalopDetailsTests {
    static let protectionMalop = #"""
        {"@class":".DetectionMalopDetailsModel","guid":"AAAA1malop","displayName":"evil.sys",
         "detectionEngines":["AntiVirus"],"detectionTypes":["Known malware"],"creationTime":1668357472339,
         "lastUpdateTime":1668392385000,"priority":"HIGH","group":"servers","status":"Active","severity":"High",
         "rootCauseElementHashes":"a21c84c6bf2e21d69fa06daaf19b4cc34b589347",
         "machines":[{"@class":".MachineDetailsModel","guid":"-10.119","displayName":"desktop","osType":"WINDOWS",
           "connected":false,"isolated":false,"lastConnected":1668439428578,"adOU":null,"pylumId":"PYLUM_1","empty":true}],
         "users":[],"decisionStatuses":["Detected"],"fileHash":"680237acfd23e9ed0d03adfc8b593d0d906a0c73",
         "fileSuspects":[{"@class":".FileSuspectDetailsModel","firstSeen":1657923190000,"lastSeen":1667946935000,
           "counter":2,"detectionDecisionStatus":"DDS_FAILED_TO_PREVENT","guid":"-10.7","ownerMachineName":"desktop",
           "ownerMachineGuid":"-10.119","sha1String":"adc83b19e793491b1c6ea0fd8b46cd9f32e592fc","behaviourIdString":null,
           "correctedPath":"c:\\System\\evil.sys","modifiedTime":null,"elementDisplayName":"evil.sys"}],
         "processSuspects":null,"processes":null,
         "files":[{"@class":".FileDetailsModel","lastDetectionDecisionStatus":"DDS_UNKNOWN","guid":"-10.7",
           "md5String":"0cc175b9c0f1b6a831c399e269772661","quarantined":false}],
         "connections":[{"remoteAddress":"6.6.6.6","domainName":null},
           {"remoteAddress":{"guid":"0.1","elementDisplayName":"7.7.7.7"},"domainName":"evil.example"},
           {"remoteAddress":"6.6.6.6","urlDomains":["evil.example"]}],
         "edr":false,"malopPriority":"HIGH"}
        """#

    static let behaviourAnswer = #"""
        {"data":{"resultIdToElementDataMap":{"11.1":{
          "simpleValues":{"detectionType":{"totalValues":1,"values":["CNC"]},
            "malopStartTime":{"totalValues":1,"values":["1600000000000"]},
            "rootCauseElementHashes":{"totalValues":0,"values":null},"closeTime":{"totalValues":1,"values":[null]}},
          "elementValues":{"affectedMachines":{"totalValues":1,"elementValues":[{"elementType":"Machine",
            "guid":"-10.119","name":"desktop","hasSuspicions":false,"hasMalops":false}]}},
          "suspicions":null,"guidString":"11.1"}},
         "totalPossibleResults":1,"queryTerminated":false},"status":"SUCCESS","message":"","expectedResults":1}
        """#

    static let processAnswer = #"""
        {"data":{"resultIdToElementDataMap":{"-10.5":{
          "simpleValues":{"elementDisplayName":{"totalValues":1,"values":["powershell.exe"]},
            "imageFile.sha1String":{"totalValues":1,"values":["adc83b19e793491b1c6ea0fd8b46cd9f32e592fc"]},
            "endTime":{"totalValues":1,"values":[null]}},
          "elementValues":{"ownerMachine":{"totalValues":1,"elementValues":[{"guid":"-10.119","name":"desktop"}]}}}},
         "totalResults":1,"totalPossibleResults":1,"queryTerminated":false},"status":"SUCCESS","message":""}
        """#

    static let connectionAnswer = #"""
        {"data":{"resultIdToElementDataMap":{"-10.8":{"simpleValues":{},
          "elementValues":{"remoteAddress":{"totalValues":1,"elementValues":[{"guid":"0.1","name":"6.6.6.6"}]},
            "domainName":{"totalValues":1,"elementValues":[{"guid":"0.2","name":"evil.example"}]},
            "urlDomains":{"totalValues":0,"elementValues":null}}}},
         "totalResults":1,"totalPossibleResults":1,"queryTerminated":false},"status":"SUCCESS","message":""}
        """#

    static let optionsAnswer = #"""
        {"data":[{"uniqueId":"QUARANTINE_FILE::AAAAF0000FileGUID","remediationType":"QUARANTINE_FILE",
           "targetName":"sample.exe","targetId":"AAAAF0000FileGUID","machineName":"host","machineId":"AAAAM0000MachGUI",
           "machinesCount":1,"malopId":"AAAA1000MalopGUI","metaData":null,"malopType":"MalopDetectionEvents",
           "machineConnected":false},
          {"remediationType":"KILL_PROCESS","targetId":"AAAAP","machineId":"AAAAM0000MachGUI","machineName":null},
          {"remediationType":null,"targetId":"x","machineId":"y"}, null, {}],
         "status":"SUCCESS","errorMessage":""}
        """#
}
