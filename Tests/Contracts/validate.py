#!/usr/bin/env python3
"""Checks Riposte's contracts, and what a run really published, with a validator that is not ours.

    validate.py RECORD_DIR
        RECORD_DIR holds one NDJSON file a topic, `<topic without prefix>.ndjson`, as `riposte sandbox --record DIR`
        writes it. Each line is {"key": string or null, "headers": {name: value}, "value": object or null}. Every key,
        value and set of headers is checked against what asyncapi.json says of the topic.

    validate.py --schemas [--asyncapi-schema FILE]
        Checks each schema against its meta-schema, every reference, every example in them, the samples beside this
        script, and asyncapi.json against AsyncAPI's own schema if FILE has it.

Exit code: 0 if all is well, 1 if not, 64 for wrong usage.
"""

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

HERE = Path(__file__).resolve().parent
CONTRACTS = HERE.parents[1] / "Shared" / "Model" / "Contracts"
SAMPLES = HERE / "samples"
BASE = "https://riposte.invalid/schemas/"
PREFIX = "riposte."

SHOWN_FAILURES = 20


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Contracts:
    """The schema files and the AsyncAPI document over them."""

    def __init__(self, folder=CONTRACTS):
        self.schemas = {path.name: load(path) for path in sorted(folder.glob("*.schema.json"))}
        self.asyncapi = load(folder / "asyncapi.json")
        self.registry = Registry().with_resources(
            (schema["$id"], Resource.from_contents(schema)) for schema in self.schemas.values()
        )

    def validator(self, schema):
        """A validator of a schema whose relative references start beside the schema files."""
        if "$id" not in schema:
            schema = {"$schema": Draft202012Validator.META_SCHEMA["$id"], "$id": BASE + "asyncapi.json", **schema}
        return Draft202012Validator(
            schema, registry=self.registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )

    def topics(self):
        """Every topic's name without the prefix, with the message that asyncapi.json says it carries."""
        for channel in self.asyncapi["channels"].values():
            (reference,) = channel["messages"].values()
            message = self.asyncapi
            for step in reference["$ref"].removeprefix("#/").split("/"):
                message = message[step]
            yield channel["address"].removeprefix(PREFIX), message


@dataclass
class Topic:
    """What was read of one topic."""

    name: str
    key: Draft202012Validator
    headers: Draft202012Validator
    value: Draft202012Validator
    records: int = 0
    failures: list = field(default_factory=list)

    @classmethod
    def of(cls, contracts, name, message):
        return cls(
            name,
            contracts.validator(message["bindings"]["kafka"]["key"]),
            contracts.validator(message["headers"]["schema"]),
            contracts.validator(message["payload"]["schema"]),
        )

    def read(self, path):
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                self.records += 1
                for problem in self.problems(line):
                    self.failures.append(f"{path.name}:{number}: {problem}")

    def problems(self, line):
        try:
            record = json.loads(line, parse_constant=refuse_constant, object_pairs_hook=refuse_duplicates)
        except ValueError as error:
            yield f"not JSON: {error}"
            return
        if not isinstance(record, dict) or not {"key", "headers", "value"} <= record.keys():
            yield "not a record: key, headers and value are needed"
            return
        yield from faults("key", self.key, record["key"])
        # A tombstone says nothing but that its key may be forgotten.
        if record["value"] is not None:
            yield from faults("headers", self.headers, record["headers"])
            yield from faults("value", self.value, record["value"])


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def refuse_duplicates(pairs):
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError(f"a key is there twice: {[key for key, _ in pairs]}")
    return members


def faults(part, validator, instance):
    for error in sorted(validator.iter_errors(instance), key=lambda error: error.json_path):
        yield f"{part} {error.json_path}: {error.message[:300]}"


def check_records(folder):
    """Validates what a run recorded; prints a table and the failures; returns whether all is well."""
    contracts = Contracts()
    topics = {name: Topic.of(contracts, name, message) for name, message in contracts.topics()}
    problems = []
    files = sorted(folder.glob("*.ndjson"))
    if not files:
        problems.append(f"{folder} has no .ndjson file")
    for path in files:
        topic = topics.get(path.name.removesuffix(".ndjson"))
        if topic is None:
            problems.append(f"{path.name}: asyncapi.json knows no such topic")
        else:
            topic.read(path)
    # What no record was published of was not validated as published.
    for name, topic in topics.items():
        if topic.records == 0:
            problems.append(f"{name}: no record, but the run must have published some")
    print_table(topics.values())
    for topic in topics.values():
        problems += topic.failures[:SHOWN_FAILURES]
        if len(topic.failures) > SHOWN_FAILURES:
            problems.append(f"{topic.name}: and {len(topic.failures) - SHOWN_FAILURES} failures more")
    for problem in problems:
        print(problem, file=sys.stderr)
    return not problems


def print_table(topics):
    print(f"{'topic':<24}{'records':>10}{'failures':>10}")
    for topic in topics:
        print(f"{topic.name:<24}{topic.records:>10}{len(topic.failures):>10}")


def check_contracts(asyncapi_schema):
    """Validates the contracts themselves; returns whether all is well."""
    contracts = Contracts()
    problems = []
    for name, schema in contracts.schemas.items():
        problems += schema_problems(contracts, name, schema)
    for topic, message in contracts.topics():
        for part in (message["bindings"]["kafka"]["key"], message["headers"]["schema"], message["payload"]["schema"]):
            problems += embedded_problems(contracts, topic, part)
    samples = sorted(SAMPLES.glob("*.json"))
    if not samples:
        problems.append(f"{SAMPLES} has no sample")
    for path in samples:
        validator = contracts.validator(contracts.schemas[path.name.split(".")[0] + ".schema.json"])
        problems += [f"samples/{path.name}: {fault}" for fault in faults("value", validator, load(path))]
    checked = f"{len(contracts.schemas)} schemas, {len(samples)} samples"
    if asyncapi_schema is not None:
        problems += document_problems(contracts, load(asyncapi_schema))
        checked += ", asyncapi.json"
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"checked {checked}: {len(problems)} problems")
    return not problems


def schema_problems(contracts, name, schema):
    if schema.get("$id") != BASE + name:
        yield f"{name}: $id is not {BASE + name}"
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield f"{name} {error.json_path}: {error.message}"
        return
    resolver = contracts.registry.resolver(schema["$id"])
    for path, node in nodes(schema):
        yield from reference_problems(resolver, f"{name} {path}", node)
        if isinstance(node.get("examples"), list):
            validator = contracts.validator({**node, "$id": schema["$id"], "$defs": schema.get("$defs", {})})
            for example in node["examples"]:
                yield from (f"{name} {path}: example: {fault}" for fault in faults("", validator, example))


def embedded_problems(contracts, topic, schema):
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield f"asyncapi.json, {topic}, {error.json_path}: {error.message}"
    resolver = contracts.registry.resolver(BASE + "asyncapi.json")
    for path, node in nodes(schema):
        yield from reference_problems(resolver, f"asyncapi.json, {topic}, {path}", node)


def reference_problems(resolver, place, node):
    if isinstance(node.get("$ref"), str):
        try:
            resolver.lookup(node["$ref"])
        except Unresolvable:
            yield f"{place}: nothing is at {node['$ref']}"


def nodes(value, path="$"):
    """Every object inside a schema, with its path. Examples are data, not schemas."""
    if isinstance(value, dict):
        yield path, value
        for key, child in value.items():
            if key not in ("examples", "const", "enum"):
                yield from nodes(child, f"{path}.{key}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from nodes(child, f"{path}[{index}]")


def document_problems(contracts, meta):
    """What AsyncAPI's schema finds wrong, and references inside the document that lead nowhere."""
    document = contracts.asyncapi
    validator = Draft7Validator(meta, format_checker=Draft7Validator.FORMAT_CHECKER)
    error = best_match(validator.iter_errors(document))
    if error is not None:
        yield f"asyncapi.json {error.json_path}: {error.message[:300]}"
    for path, node in nodes(document):
        reference = node.get("$ref", "")
        if reference.startswith("#/"):
            target = document
            for step in reference.removeprefix("#/").split("/"):
                target = target.get(step) if isinstance(target, dict) else None
            if target is None:
                yield f"asyncapi.json {path}: nothing is at {reference}"


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(64)


def main():
    parser = Arguments(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="?", type=Path, metavar="RECORD_DIR")
    parser.add_argument("--schemas", action="store_true", help="check the contracts themselves")
    parser.add_argument("--asyncapi-schema", type=Path, metavar="FILE", help="AsyncAPI 3.0.0's own schema")
    options = parser.parse_args()
    if not options.schemas and options.records is None:
        parser.error("RECORD_DIR or --schemas is needed")
    well = True
    if options.schemas:
        well = check_contracts(options.asyncapi_schema) and well
    if options.records is not None:
        well = check_records(options.records) and well
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
