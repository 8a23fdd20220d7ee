"""What a PromQL expression names, held against what is exported."""
import re

import promql_parser as promql

# What Prometheus itself adds to each sample of a target, and exports of it.
TARGET = {"job", "instance"}
OWN = {"up"}


class Query:
    """A parsed expression with what is wrong with it."""

    def __init__(self, text, exported):
        self.exported = exported
        self.faults = []
        self.names = set()
        self.labels = set()
        try:
            self.labels = self.walk(promql.parse(text))
        except ValueError as error:
            self.faults.append(f"does not parse: {error}")

    def walk(self, node):
        """The labels that a node's result has."""
        kind = type(node).__name__
        if kind == "VectorSelector":
            return self.selector(node)
        if kind == "MatrixSelector":
            return self.selector(node.vector_selector)
        if kind == "AggregateExpr":
            return self.aggregate(node)
        if kind == "BinaryExpr":
            return self.binary(node)
        if kind == "Call":
            return self.call(node)
        if kind in ("ParenExpr", "UnaryExpr", "SubqueryExpr"):
            return self.walk(node.expr)
        if kind in ("NumberLiteral", "StringLiteral"):
            return set()
        self.faults.append(f"has a {kind}, which this test does not know")
        return set()

    def selector(self, node):
        name = node.name
        matchers = [(m.name, str(m.op), m.value) for m in node.matchers.matchers if m.name != "__name__"]
        if name in OWN:
            return set(TARGET)
        family, labels = self.exported.get(name), set()
        if family is None and re.search(r"_(bucket|sum|count)$", name or ""):
            family = self.exported.get(re.sub(r"_(bucket|sum|count)$", "", name))
            labels = {"le"} if name.endswith("_bucket") else set()
            if family is not None and family.type != "histogram":
                family = None
        elif family is not None and family.type == "histogram":
            self.faults.append(f"{name} is a histogram: its samples are {name}_bucket, _sum and _count")
        if family is None:
            self.faults.append(f"no service exports {name}")
            return set()
        self.names.add(family.name)
        for label, operator, value in matchers:
            self.match(family, label, operator, value)
        return labels | set(family.labels) | TARGET

    def match(self, family, label, operator, value):
        if label in TARGET:
            return
        if label not in family.labels:
            self.faults.append(f"{family.name} has no label {label}")
        elif operator.endswith("Equal") and "Not" not in operator and value not in family.labels[label]:
            self.faults.append(f"{family.name} never has {label}={value!r}")
        elif operator.endswith("Re") and "Not" not in operator:
            if not any(re.fullmatch(value, known) for known in family.labels[label]):
                self.faults.append(f"{family.name} never has a {label} like {value!r}")

    def aggregate(self, node):
        inner = self.walk(node.expr)
        if node.modifier is None:
            return set()
        named = set(node.modifier.labels)
        if str(node.modifier.type).endswith("Without"):
            return inner - named
        for label in sorted(named - inner):
            self.faults.append(f"groups by {label}, which {sorted(self.names)} do not have")
        return named

    def binary(self, node):
        left, right = self.walk(node.lhs), self.walk(node.rhs)
        if str(node.op) == "or":
            return left | right
        return left or right

    def call(self, node):
        labels = set().union(*(self.walk(argument) for argument in node.args))
        return labels - {"le"} if node.func.name == "histogram_quantile" else labels
