"""The keys of each group, as the reader and as a schema know them.

A path is a tuple of keys; "*" stands for a name of the author's, "[]" for an entry of a list.
"""
import re

import judges

PROBE = "qqqqqqqqqqqqqq"  # nothing is near to it, so that a message lists what there is
UNKNOWN = re.compile(f"unknown key '{PROBE}', expected ([a-z_, ]+)")


def words_in(listed):
    """`a, b or c` -> {a, b, c}"""
    return set(re.split(", | or ", listed.strip()))


def placed(path, value):
    """A document that holds `value` at `path`."""
    for key in reversed(path):
        value = [value] if key == "[]" else {"any" if key == "*" else key: value}
    return value


def keys_read(kind, paths):
    """{path: keys} of those paths at which `smarttraded check` reads a group."""
    texts = {}
    for path in paths:
        document = placed(path, {PROBE: 1})
        if kind == "plan":
            document.setdefault("trades", {})
        texts[path] = judges.core_yaml.write(document) + "\n"
    if kind == "plan":
        told = judges.errors_by_file({f"{place}.yaml": text for place, text in enumerate(texts.values())})
        answers = {path: "\n".join(told[f"{place}.yaml"]) for place, path in enumerate(texts)}
    else:
        answers = {path: "\n".join(judges.refusals_of_config(text)) for path, text in texts.items()}
    found = {path: UNKNOWN.search(answer) for path, answer in answers.items()}
    return {path: words_in(match.group(1)) for path, match in found.items() if match}


def groups_read(kind):
    """Every group the reader knows, found by asking it."""
    groups = {}
    paths = [()]
    while paths:
        level = keys_read(kind, paths)
        groups.update(level)
        paths = [path + (key,) + below for path, found in level.items() for key in sorted(found)
                 for below in ((), ("[]",), ("*",))]
    return groups


def resolved(schema, part):
    """A part of a schema and what it refers to, itself first."""
    parts = [part]
    while "$ref" in parts[-1]:
        target = schema
        for key in parts[-1]["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        parts.append(target)
    return parts


def groups_in(schema):
    """Every group of keys a schema knows: {path: {key: the parts that describe it}}."""
    groups = {}

    def walk(path, part):
        for each in resolved(schema, part):
            if "properties" in each and each.get("additionalProperties") is False:
                groups[path] = {key: resolved(schema, value) for key, value in each["properties"].items()}
                for key, value in each["properties"].items():
                    walk(path + (key,), value)
            if "items" in each:
                walk(path + ("[]",), each["items"])
            named = list(each.get("patternProperties", {}).values())
            if isinstance(each.get("additionalProperties"), dict):
                named.append(each["additionalProperties"])
            for value in named:
                walk(path + ("*",), value)

    walk((), schema)
    return groups
