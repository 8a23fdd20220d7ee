#!/usr/bin/env python3
"""How long `riposte halt` takes: from the command to the last POST that the console accepts.

Starts the simulator and three remediators, publishes requests, halts in the middle of them, and looks into the
simulator's journal; again and again. Prints the median and the worst of each figure, in ms. A request that is accepted
while every instance says that it is halted ends it with code 1.

    PYTHONPATH=.build-python KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 Tests/Benchmarks/halt.py .build/release

It needs a Kafka of its own: it makes topics under a prefix of its own there. Everything stays on this machine.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from confluent_kafka import Producer

ROUNDS = int(os.environ.get("HALT_ROUNDS", "20"))
REQUESTS = int(os.environ.get("HALT_REQUESTS", "2000"))
INSTANCES = 3
PASSWORD = "parry"
USER = "riposte@northwind.example"
MACHINES = [f"77.{number}" for number in range(50)]


def scenario():
    machines = [
        {"id": f"m{number}", "guid": guid, "name": f"WS-{number:03}"} for number, guid in enumerate(MACHINES)
    ]
    processes = [
        {"id": f"p{number}", "guid": f"900.{number}", "machine": f"m{number % len(MACHINES)}", "name": "job.exe"}
        for number in range(REQUESTS * ROUNDS)
    ]
    users = [{"name": USER, "password": PASSWORD, "roles": ["analyst_l3"]}]
    return {"users": users, "machines": machines, "processes": processes}


POLICY = """\
mode: enforce
rules: []
caps:
  actionsPerMachineAndHour: unlimited
  machinesPerHour: unlimited
  actionsPerHour: unlimited
"""


class Bench:
    def __init__(self, build, bootstrap):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="riposte-halt-"))
        self.build = build
        self.children = []
        self.prefix = f"halt-{os.getpid()}."
        self.environment = dict(
            os.environ,
            KAFKA_BOOTSTRAP_SERVERS=bootstrap,
            TOPIC_PREFIX=self.prefix,
            CYBEREASON_USERNAME=USER,
            CYBEREASON_PASSWORD=PASSWORD,
            POLICY_FILE=str(self.write("policy.yaml", POLICY)),
            RIPOSTE_MODE="enforce",
            HTTP_PORT="0",
            LOG_LEVEL="info",
        )
        self.producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})
        self.sent = 0

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def start(self, name, *arguments):
        log = open(self.folder / f"{name}.log", "wb")
        child = subprocess.Popen(
            [f"{self.build}/{name.split('-')[0]}", *arguments],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self.children.append(child)
        return self.folder / f"{name}.log"

    def run(self, *arguments):
        subprocess.run(
            [f"{self.build}/riposte", *arguments], env=self.environment, check=True, stdout=subprocess.DEVNULL
        )

    def lines(self, log):
        for line in log.read_text(errors="replace").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def set_up(self):
        self.run("topics", "apply")
        log = self.start("simulator", "--port", "0", "--scenario", str(self.write("world.json", json.dumps(scenario()))))
        address = until("the simulator listens", lambda: next(iter(urls(log)), None))
        self.console = address
        self.environment["CYBEREASON_URL"] = address
        logs = [self.start(f"remediator-{number}") for number in range(INSTANCES)]
        self.ports = [until("a remediator listens", lambda log=log: health_port(self.lines(log))) for log in logs]
        for port in self.ports:
            until("a remediator is ready", lambda port=port: answers(f"http://127.0.0.1:{port}/readyz"))
        self.run("resume", "--reason", "the measurement begins")

    def publish(self):
        for _ in range(REQUESTS):
            number = self.sent
            machine = MACHINES[number % len(MACHINES)]
            body = {
                "requestId": f"halt-{number}",
                "actionsByMachine": {machine: [{"targetId": f"900.{number}", "actionType": "KILL_PROCESS"}]},
            }
            self.producer.produce(self.prefix + "remediation.requests", json.dumps(body), key=f"halt-{number}")
            self.sent += 1
        self.producer.flush()

    def journal(self):
        with urllib.request.urlopen(f"{self.console}/_simulator/journal") as answer:
            return [entry["at"] for entry in json.load(answer)["entries"]]

    def halted(self):
        count = 0
        for port in self.ports:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                count += "\nriposte_halted 1" in answer.read().decode()
        return count == INSTANCES

    def forget(self):
        """A long journal takes long to read."""
        with urllib.request.urlopen(urllib.request.Request(f"{self.console}/_simulator/journal", method="DELETE")):
            pass

    def round(self):
        self.forget()
        self.publish()
        until("a tenth is accepted", lambda: len(self.journal()) >= REQUESTS // 10)
        began = now()
        self.run("halt", "--reason", "a measurement")
        acknowledged = now()
        until("every instance is halted", self.halted)
        seen = now()
        time.sleep(2)
        accepted = self.journal()
        left = REQUESTS - len(accepted)
        last = max(accepted)
        after = sum(at > seen for at in accepted)
        self.run("resume", "--reason", "the next round")
        until("all are accepted", lambda: len(self.journal()) >= REQUESTS, 120)
        return last - began, last - acknowledged, left, after

    def stop(self):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            child.wait(40)


def now():
    return time.time() * 1000


def until(what, condition, limit=60):
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        try:
            value = condition()
        except OSError:
            value = None
        if value:
            return value
        time.sleep(0.005)
    sys.exit(f"not within {limit} s: {what}")


def urls(log):
    for line in log.read_text(errors="replace").splitlines():
        for word in line.replace('"', " ").split():
            if word.startswith("http://127.0.0.1:"):
                yield word.rstrip("/,.")


def health_port(lines):
    for line in lines:
        if line.get("message") == "http server listening":
            return line["http.port"]
    return None


def answers(url):
    with urllib.request.urlopen(url) as answer:
        return answer.status == 200


def main():
    bench = Bench(sys.argv[1], os.environ["KAFKA_BOOTSTRAP_SERVERS"])
    try:
        bench.set_up()
        rounds = [bench.round() for _ in range(ROUNDS)]
    finally:
        bench.stop()
    for name, figures in [
        ("from the command to the last POST accepted", [each[0] for each in rounds]),
        ("from the command's acknowledgement to it", [each[1] for each in rounds]),
    ]:
        print(f"{name}: median {statistics.median(figures):.0f} ms, worst {max(figures):.0f} ms")
    print(f"requests still open at each halt: {min(each[2] for each in rounds)} at least")
    late = sum(each[3] for each in rounds)
    print(f"accepted after every instance said that it is halted: {late}")
    sys.exit(1 if late else 0)


main()
