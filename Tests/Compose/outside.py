"""What is outside of Riposte: a console, what it has to show, and who asks for remediations and reads results."""

import json
import threading

import urllib.request

from confluent_kafka import Consumer, Producer, TopicPartition

from stack import docker, require, until

OPEN = {"ACCEPTED", "HELD", "SUBMITTED", "IN_PROGRESS", "UNCERTAIN", "PARKED"}
MACHINES = [f"WS-{number}" for number in range(6)]
# It is not connected when its malops are found: what is asked of it is open for a while.
AWAY = "LT-AWAY"


class Console:
    """The simulator, in a network and a life of its own."""

    def __init__(self, name, image, folder, password):
        self.name = name
        scenario = folder / "scenario.json"
        scenario.write_text(json.dumps({
            "users": [{"name": "riposte@test.example", "password": password}],
            # Slow answers to what has been accepted: who is killed then does not know what became of it.
            "faults": [{"method": "POST", "path": "/rest/remediate",
                        "fault": {"kind": "slow", "phase": "after", "delayMs": 1500}}],
            "console": {"remediation": {"behaviour": {"emptyMs": 200, "pendingMs": 500, "inProgressMs": 3000}}}}))
        scenario.chmod(0o444)
        docker("network", "create", name)
        docker("run", "--detach", "--name", name, "--network", name, "--network-alias", "console",
               "--publish", "127.0.0.1::8443", "--volume", f"{scenario}:/etc/riposte/scenario.json:ro", image)
        self.url = "http://" + docker("port", name, "8443").splitlines()[0]
        until("the console answers", self.lives, 30)

    def lives(self):
        try:
            return self.get("/livez") is not None
        except OSError:
            return False

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read()

    def add(self, contents):
        url, body = self.url + "/_simulator/scenario", json.dumps(contents).encode()
        urllib.request.urlopen(urllib.request.Request(url, body, method="POST"), timeout=30).read()

    def journal(self):
        return json.loads(self.get("/_simulator/journal"))["entries"]


def machine(name):
    return f"{1000 + (MACHINES + [AWAY]).index(name)}.1198775089551518743"


def element(name, number):
    return f"{1000 + (MACHINES + [AWAY]).index(name)}.{500000 + number}"


def contents(malops, every_ms, back_ms):
    """Malops that come one after the other, a malicious file in each; and files that only people ask about."""
    found = {"machines": [{"id": name, "guid": machine(name)} for name in MACHINES], "files": [], "malops": [],
             "reputations": [], "remediation": []}
    found["machines"].append({"id": AWAY, "guid": machine(AWAY), "online": False, "onlineAfterMs": back_ms})
    for number in range(malops):
        place = AWAY if number % 10 == 3 else MACHINES[number % len(MACHINES)]
        name, sha1 = f"file-{number}", f"{number:040x}"
        found["files"].append({"id": name, "guid": element(place, number), "machine": place, "name": f"f{number}.exe",
                               "sha1": sha1})
        found["malops"].append({
            "id": f"malop-{number}", "guid": f"214.{9000000 + number}", "displayName": f"f{number}.exe",
            "decisionStatuses": ["DDS_FAILED_TO_QUARANTINE"], "machines": [place],
            "files": [{"file": name, "decisionStatus": "DDS_FAILED_TO_QUARANTINE"}],
            "startedAgoMs": 1000, "appearsAfterMs": number * every_ms})
        found["reputations"].append({"key": sha1, "type": "malware"})
        if number % 7 == 5:
            found["remediation"].append({"target": name, "behaviour": {"outcome": "FAILURE", "errorMessage": "in use"}})
        if number % 4 == 1:
            found["remediation"].append({"target": name, "behaviour": {"inProgressMs": 45_000}})
    for number in range(1000, 1012):
        place = MACHINES[number % len(MACHINES)]
        found["files"].append({"id": f"file-{number}", "guid": element(place, number), "machine": place,
                               "name": f"f{number}.exe", "sha1": f"{number:040x}"})
    return found


def ask(producer_settings, topic, numbers):
    """Publishes requests as another system does; gives their places."""
    producer, places = Producer(producer_settings), []

    def delivered(error, message):
        require(error is None, f"a request could not be published: {error}")
        places.append({"kind": "request", "topic": message.topic(), "partition": message.partition(),
                       "offset": message.offset(), "requestId": json.loads(message.value()).get("requestId")})

    for number in numbers:
        place = MACHINES[number % len(MACHINES)]
        body = {"initiatorUserName": "soar@test.example", "actionsByMachine": {
            machine(place): [{"targetId": element(place, number), "actionType": "QUARANTINE_FILE"}]}}
        if number % 2:
            body["requestId"] = f"ticket-{number}"
        producer.produce(topic, json.dumps(body).encode(), on_delivery=delivered)
    require(producer.flush(60) == 0, "requests could not be published within a minute")
    return places


class Results:
    """Follows the results with a client that is not ours, over every end of the broker."""

    def __init__(self, bootstrap, topic="riposte.remediation.results"):
        self.newest, self.lock, self.ended = {}, threading.Lock(), threading.Event()
        self.consumer = Consumer({
            "bootstrap.servers": bootstrap, "group.id": "compose-test", "enable.auto.commit": False,
            "auto.offset.reset": "earliest", "allow.auto.create.topics": False, "reconnect.backoff.max.ms": 1000,
            "log_level": 0})
        partitions = self.consumer.list_topics(topic, timeout=30).topics[topic].partitions
        require(len(partitions) == 12, f"{topic} has {len(partitions)} partitions")
        self.consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def follow(self):
        while not self.ended.is_set():
            for message in self.consumer.consume(100, timeout=0.5):
                if not message.error() and message.value():
                    result = json.loads(message.value())
                    with self.lock:
                        self.newest[result["requestId"]] = result
        self.consumer.close()

    def states(self):
        with self.lock:
            return {key: value["state"] for key, value in self.newest.items()}

    def open(self):
        return {key for key, state in self.states().items() if state in OPEN}

    def close(self):
        self.ended.set()
        self.thread.join(20)


def fired(journal):
    """Every action that the console was asked for, as often as it was."""
    return [(entry.get("malopId"), action.get("machineId"), action.get("targetId"), action.get("actionType"))
            for entry in journal if entry["kind"] == "remediate" for action in entry["actions"]]


