extension Tutorials {
    static let fileRequest = """
        {
         "requestData": [
                     {
                      "requestKey": {
                                  "md5": "92f44e405db16ac55d97e3bfe3b132fa"
                                 }
                    }
                   ]
        }
        """

    static let fileAnswer = """
        {
            "classificationResponses": [
                {
                    "requestKey": {
                        "sha1": null,
                        "md5": "92f44e405db16ac55d97e3bfe3b132fa"
                    },
                    "ttl": 62957583,
                    "aggregatedResult": {
                        "maliciousClassification": {
                            "type": "indifferent",
                            "classificationScore": -1,
                            "typeScore": -1
                        },
                        "productClassification": {
                            "productType": "SHELL",
                            "type": "SHELL",
                            "title": "Power Shell",
                            "manufacturer": "Microsoft Windows",
                            "signatureVerified": true,
                            "externalSignatureVerificationStatus": "SIGNATURE_VERIFICATION_STATUS_SUCCESS",
                            "signed": true
                        },
                        "link": "https://www.virustotal.com/file/6c05e11399b7e3c8ed31bae72014cf249c144a8f4a2c54a758eb2e6fad47aec7/analysis/1533661076/"
                    }
                }
            ]
        }
        """

    static let domainRequest = """
        {
         "requestData": [
                     {
                      "requestKey": {
                                  "domain": "www.cybereason.com"
                                 }
                     }
                    ]
        }
        """

    static let domainAnswer = """
        {
            "classificationResponses": [
                {
                    "requestKey": {
                        "domain": "www.cybereason.com"
                    },
                    "ttl": 52388991,
                    "aggregatedResult": {
                        "maliciousClassification": {
                            "type": "indifferent",
                            "classificationScore": -1,
                            "typeScore": -1,
                            "source": "VirusTotal"
                        },
                        "link": "https://www.virustotal.com/en/domain/www.cybereason.com/information",
                        "firstSeen": 1481719121821
                    },
                    "allowFurtherClassification": true,
                    "cpId": 2,
                    "cpType": "VIRUS_TOTAL"
                }
            ]
        }
        """

    static let addressRequest = """
        {
           "requestData": [
                              {
                                  "requestKey": {
                                      "ipAddress": "12.34.56.78",
                                      "addressType": "Ipv4"
                                  }
                              }
                          ]
                      }
        """

    static let addressAnswer = """
        {
            "classificationResponses": [
                {
                    "requestKey": {
                        "ipAddress": "1.2.3.4",
                        "addressType": "Ipv4"
                    },
                    "ttl": 1920533,
                    "aggregatedResult": {
                        "maliciousClassification": {
                            "type": "indifferent",
                            "classificationScore": -1,
                            "typeScore": -1,
                            "source": "Example"
                        },
                        "link": "http://www.cybereason.com",
                        "firstSeen": 1476350974204
                    },
                    "allowFurtherClassification": true,
                    "cpId": 1,
                    "cpType": "TOKEN"
                }
            ]
        }
        """
}
