"""YAML as an editor reads it: the core schema of YAML 1.2, where only true, false, null and numbers are not text.

PyYAML's own loaders follow YAML 1.1, in which `on` is true and `08:30` a number.
"""
import functools
import json
import re

import yaml


class CoreLoader(yaml.SafeLoader):
    """Scalars to JSON's types; every key of a map is a text."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_scalar(key) if isinstance(key, yaml.ScalarNode) else None for key, _ in node.value]
        if None in keys or len(set(keys)) != len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key is no text or stands twice", node.start_mark)
        return dict(zip(keys, (self.construct_object(value, deep=True) for _, value in node.value)))


def _resolve(tag, pattern, firsts):
    CoreLoader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), firsts)


_resolve("bool", "true|True|TRUE|false|False|FALSE", list("tTfF"))
_resolve("null", "~|null|Null|NULL|", ["~", "n", "N", ""])
_resolve("int", "[-+]?[0-9]+", list("-+0123456789"))
_resolve("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789"))
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))
CoreLoader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))


def read(text):
    """The one document of `text`; raises yaml.YAMLError."""
    return yaml.load(text, CoreLoader)


class Word(str):
    """A scalar that write() leaves as it is: what stands in the file, not what it means."""


@functools.lru_cache(maxsize=None)
def _write_text(text):
    is_plain = re.fullmatch(r"[A-Za-z0-9_./][A-Za-z0-9_./%:+-]*( [a-z]+)?", text) and read(text) == text
    return text if is_plain else json.dumps(text)


def write(value):
    """`value` on one line, in braces; texts are quoted only where they would be read as something else."""
    if isinstance(value, Word):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{write(key)}: {write(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(write(each) for each in value) + "]"
    return _write_text(value) if isinstance(value, str) else json.dumps(value)
