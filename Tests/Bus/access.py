"""Tries every cell of the table: each principal, each topic, reading, writing; each consumer group; and what nobody may do."""

import logging
import os
import socket
import ssl
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient, ConfigResource, NewTopic,
    ResourcePatternType, ResourceType,
)

import bus

PATIENCE = 60
REFUSALS = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
}


def give_up(words):
    """Ends all threads at once."""
    print(words, file=sys.stderr, flush=True)
    os._exit(1)


def refused(error, what):
    """Whether an error is a refusal; any other is none of ours to judge by."""
    if error.code() in REFUSALS:
        return True
    give_up(f"{what}: neither done nor refused: {error}")


def writes(options, role, topic, idempotent=False):
    outcome = []
    producer = Producer(bus.certificate(options, role) | {
        "enable.idempotence": idempotent, "message.timeout.ms": PATIENCE * 1000, "log_level": 0,
    })
    producer.produce(bus.PREFIX + topic, key=b"trial", value=b"{}", on_delivery=lambda error, _: outcome.append(error))
    producer.flush(PATIENCE)
    if not outcome:
        give_up(f"{role} writes {topic}: no answer")
    return outcome[0] is None or not refused(outcome[0], f"{role} writes {topic}")


def reader(options, role, group):
    return Consumer(bus.certificate(options, role) | {
        "group.id": group, "enable.partition.eof": True, "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "log_level": 0,
    })


def reads(options, role, topic):
    """Fetches from a partition; needs no group, whose refusal is passed over."""
    consumer = reader(options, role, "trial")
    try:
        # Who may not even know of a topic is told so when asking for its leaders, and fetches nothing.
        error = consumer.list_topics(bus.PREFIX + topic, PATIENCE).topics[bus.PREFIX + topic].error
        if error is not None:
            return not refused(error, f"{role} looks at {topic}")
        consumer.assign([TopicPartition(bus.PREFIX + topic, 0, 0)])
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            message = consumer.poll(0.5)
            if message is None:
                continue
            error = message.error()
            if error is None or error.code() == KafkaError._PARTITION_EOF:
                return True
            if error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
                return False
            if error.code() not in REFUSALS:
                give_up(f"{role} reads {topic}: neither done nor refused: {error}")
        give_up(f"{role} reads {topic}: no answer")
    finally:
        consumer.close()


def joins(options, role, group):
    """Becomes a member, to have a topic that the role may read, and commits."""
    topic = next((name for name, (_, readers) in bus.TABLE.items() if role in readers.split()), "control")
    consumer = reader(options, role, group)
    try:
        assigned = threading.Event()
        consumer.subscribe([bus.PREFIX + topic], on_assign=lambda *_: assigned.set())
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            message = consumer.poll(0.2)
            error = message.error() if message is not None else None
            if error is not None and error.code() in REFUSALS:
                return False
            if assigned.is_set():
                offset = TopicPartition(bus.PREFIX + topic, 0, 0)
                consumer.commit(offsets=[offset], asynchronous=False)
                return True
        give_up(f"{role} joins {group}: no answer")
    finally:
        consumer.close()


def forbidden(options, role):
    """What no service or person may do; gives what succeeded."""
    admin = AdminClient(bus.certificate(options, role) | {"log_level": 0})
    some = bus.PREFIX + "remediation.ledger"
    acl = AclBinding(
        ResourceType.TOPIC, some, ResourcePatternType.LITERAL, f"User:CN={role}", "*", AclOperation.ALL,
        AclPermissionType.ALLOW)
    everything = AclBindingFilter(
        ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY)
    setting = ConfigResource(ConfigResource.Type.TOPIC, some, set_config={"cleanup.policy": "delete"})
    attempts = {
        "create a topic": lambda: admin.create_topics([NewTopic("riposte.new", 1, 1)]),
        "delete a topic": lambda: admin.delete_topics([some]),
        "change a topic": lambda: admin.alter_configs([setting]),
        "delete records": lambda: admin.delete_records([TopicPartition(some, 0, 1)]),
        "give leave": lambda: admin.create_acls([acl]),
        "see who has leave": lambda: seen(admin.describe_acls(everything)),
        "delete a group": lambda: admin.delete_consumer_groups(["riposte.executor"]),
        "begin a transaction": lambda: transaction(options, role),
    }
    done = []
    for name, attempt in attempts.items():
        try:
            for future in attempt().values():
                future.result(PATIENCE)
            done.append(f"{role} may {name}")
        except KafkaException as exception:
            error = exception.args[0]
            # Whoever may not know of a topic finds no leader of it.
            if error.code() not in REFUSALS | {KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, KafkaError._NOENT}:
                give_up(f"{role} tries to {name}: neither done nor refused: {error}")
    return done


def seen(future):
    """A refusal comes as an empty answer."""
    if future.result(PATIENCE):
        return {}
    raise KafkaException(KafkaError(KafkaError.CLUSTER_AUTHORIZATION_FAILED))


def transaction(options, role):
    quiet = logging.Logger("quiet", logging.CRITICAL + 1)
    producer = Producer(bus.certificate(options, role) | {"transactional.id": f"trial-{role}"}, logger=quiet)
    producer.init_transactions(PATIENCE)
    return {}


def controllers_door(options):
    """Who reaches the controllers' listener without a certificate is beyond every right; gives whether it lets one in."""
    host, port = options.broker.split(":")
    context = ssl.create_default_context(cafile=f"{options.work}/tls/ca.pem")
    try:
        with socket.create_connection((host, int(port) + 1), PATIENCE) as plain:
            with context.wrap_socket(plain, server_hostname=host) as secured:
                # ApiVersions, which anybody may ask who has come in.
                secured.sendall(bytes([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255]))
                return len(secured.recv(8)) > 0
    except ssl.SSLError as error:
        words = str(error).upper().replace(" ", "_")
        if "CERTIFICATE_REQUIRED" in words or "BAD_CERTIFICATE" in words:
            return False
        raise


def draw(options, pool):
    """Every cell of topics × principals and groups × principals; prints and judges them."""
    problems, cells = [], {}
    topics, groups = list(bus.TABLE), list(bus.GROUPS)
    for topic in topics:
        for role in bus.ROLES:
            cells[topic, role] = (pool.submit(reads, options, role, topic), pool.submit(writes, options, role, topic))
    for group in groups:
        for role in bus.ROLES:
            cells[group, role] = (pool.submit(joins, options, role, group),)
    print("\n" + " " * 25 + " ".join(f"{role:10}" for role in bus.ROLES))
    for row in topics + groups:
        line = f"{row:25}"
        for role in bus.ROLES:
            found = [future.result() for future in cells[row, role]]
            if row in bus.TABLE:
                writers, readers = bus.TABLE[row]
                wanted = [role in readers.split(), role in writers.split()]
                words = "".join(letter if is_so else "-" for letter, is_so in zip("RW", found))
            else:
                wanted = [role in bus.GROUPS[row].split()]
                words = "J" if found[0] else "-"
            if found != wanted:
                problems.append(f"{role} on {row}: {found} and must be {wanted}")
            line += f"{words:11}"
        print(line.rstrip())
    print("R reads, W writes, J joins the group and commits, - is refused\n")
    return len(topics) * len(bus.ROLES) * 2 + len(groups) * len(bus.ROLES), problems


def main():
    options = bus.options()
    admin = AdminClient(bus.certificate(options, "admin"))
    bus.prepare(options)
    with ThreadPoolExecutor(24) as pool:
        count, problems = draw(options, pool)
        bus.check("access", problems)
        idempotent = {
            (role, topic): pool.submit(writes, options, role, topic, True)
            for topic, (writers, _) in bus.TABLE.items() for role in writers.split()
        }
        problems += [f"{role} cannot write {topic} idempotently" for (role, topic), at in idempotent.items() if not at.result()]
        trials = [pool.submit(forbidden, options, role) for role in bus.ROLES]
        problems += [problem for trial in trials for problem in trial.result()]
    if controllers_door(options):
        problems.append("the controllers' listener lets in who has no certificate")
    bus.check("access", problems)
    print(f"access: {count} cells are as the table says; idempotent writes need no more; "
          f"{len(bus.ROLES)} principals cannot create, change or delete a topic or a group, nor give leave")
    # The flow begins with empty topics.
    names = [bus.PREFIX + topic for topic in bus.TABLE]
    for future in admin.delete_topics(names, operation_timeout=PATIENCE).values():
        future.result()


main()
