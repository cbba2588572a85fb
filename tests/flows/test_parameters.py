"""The forms of the flows in Prefect: what their parameters say of themselves, and what they refuse."""

import json
import subprocess
import sys

import pytest

from tasks.publish.contract import REASONS

SCRIPT = """
import importlib, json, sys
from prefect.utilities.callables import parameter_schema
names = sys.argv[1:]
flows = [getattr(importlib.import_module(f"flows.{name}"), name) for name in names]
forms = {name: parameter_schema(flow.fn).model_dump_for_openapi() for name, flow in zip(names, flows)}
try:
    flows[names.index("maintain")].validate_parameters({"keep_days": float("inf")})
except Exception as error:
    print(json.dumps([forms, str(error)]))
"""
FLOWS = ("ingest", "backfill", "maintain")

pytestmark = pytest.mark.xdist_group("parameters")
"""Importing Prefect takes seconds: once is enough."""


@pytest.fixture(scope="module")
def told(repository):
    """The form of each flow, as a deployment would have it, and what endless `keep_days` are told."""
    command = [sys.executable, "-c", SCRIPT, *FLOWS]
    return json.loads(subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout)


@pytest.fixture
def form(told):
    """Gives the fields of the form of a flow."""
    return lambda flow: told[0][flow]["properties"]


@pytest.mark.parametrize("flow", FLOWS)
def test_every_parameter_has_a_description_a_default_and_a_plain_type(form, flow: str) -> None:
    for name, field in form(flow).items():
        assert field["description"].endswith("."), name
        assert "default" in field, name
        kinds = [one.get("type") for one in field.get("anyOf", [field])]
        assert set(kinds) <= {"string", "integer", "number", "boolean", "array", "null"}, name
        assert field.get("format") in (None, "path"), name


def test_choices_bounds_and_days_are_part_of_the_form(form) -> None:
    fields = form("backfill")
    assert fields["canonical"]["enum"] == ["earliest", "newest", "longest"]
    assert fields["workers"]["minimum"] == 1
    assert fields["shard_mb"]["exclusiveMinimum"] == 0
    assert fields["wait_seconds"]["minimum"] == 0
    assert fields["since"]["anyOf"][0] | {"pattern": ""} == {"type": "string", "format": "date", "pattern": ""}
    assert fields["sources"]["items"] == {"type": "string", "pattern": "^[a-z][a-z0-9_-]*$"}
    assert set(fields["reasons"]["items"]["enum"]) == set(REASONS)
    assert next(iter(fields)) == "sources"


def test_numbers_without_end_are_refused(told) -> None:
    assert "- keep_days: Input should be a finite number" in told[1]


def test_defaults_come_from_the_environment(repository) -> None:
    script = "from flows.parameters import DEFAULTS as d; print(d.raw, d.curated, d.workers, d.shard_mb, d.canonical)"
    environment = {
        "WINNOW_RAW": "/a/raw",
        "WINNOW_WORKERS": "3",
        "WINNOW_SHARD_MB": "0.5",
        "WINNOW_CANONICAL": "newest",
    }
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True, env=environment).stdout
    assert told.split() == ["/a/raw", "curated", "3", "0.5", "newest"]
    environment["WINNOW_WORKERS"] = "many"
    failed = subprocess.run(command, cwd=repository, check=False, capture_output=True, text=True, env=environment)
    assert "WINNOW_WORKERS is 'many'" in failed.stderr
