"""What stands in deploy/ fits the program: units, image, compose file, dashboard and alerts name only what is there.

Checked once against: a metric misspelt in the dashboard, a setting misspelt in the compose file, a command that does
not exist in a unit, a tab in a YAML file, the data of PostgreSQL 18 mounted where 17 kept it: each failed here.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import pytest

from bot.app import DRAIN_S
from bot.cli.entry import VERBS
from bot.settings import variables
from bot.watching.disks import Disk
from bot.watching.metrics import Metrics, Snapshot
from bot.watching.tally import Tally
from storage.condition import Figures
from storage.rows import OutboxCount

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
FILES = sorted(path.name for path in DEPLOY.iterdir())
YAML = [name for name in FILES if name.endswith(".yaml")]
UNITS = [name for name in FILES if name.endswith((".service", ".timer"))]
PROGRAM = "/opt/tucham/.venv/bin/tucham"
REGISTRIES = ("docker.io", "ghcr.io", "quay.io", "gcr.io", "pypi", "registry", "index-url")
OF_PROMETHEUS = {"up"}


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


# --- all files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_setting_that_is_named_exists(name: str) -> None:
    assert set(re.findall(r"TUCHAM_[A-Z_]+[A-Z]", read(name))) <= set(variables())


@pytest.mark.parametrize("name", FILES)
def test_no_registry_is_named_and_every_file_has_its_line_in_the_handbook(name: str) -> None:
    code = "\n".join(line for line in read(name).splitlines() if not line.lstrip().startswith("#"))
    assert not [host for host in REGISTRIES if host in code]
    assert name in re.findall(r"`deploy/([^`]+)`", (ROOT / "docs/van-hanh.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_every_command_that_is_called_exists(name: str) -> None:
    called = re.findall(rf"(?:{re.escape(PROGRAM)}|\btucham) ([a-z]+)\b", read(name)) if name != "compose.yaml" else []
    assert set(called) <= set(VERBS)


# --- systemd ----------------------------------------------------------------------------------------------------------


def unit(name: str) -> RawConfigParser:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(read(name))
    return parser


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_runs_without_rights_and_writes_into_its_own_folder_alone(name: str) -> None:
    service = unit(name)["Service"]
    strict = {"User": "tucham", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
              "StateDirectory": "tucham", "UMask": "0077", "CapabilityBoundingSet": ""}  # fmt: skip
    assert {key: service.get(key) for key in strict} == strict
    assert service["ExecStart"].split()[0] == PROGRAM


def test_the_service_is_given_longer_to_stop_than_it_needs() -> None:
    assert int(unit("tucham.service")["Service"]["TimeoutStopSec"]) > DRAIN_S


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_understands_the_units_and_finds_little_exposed(tmp_path: Path) -> None:
    for name in UNITS:
        (tmp_path / name).write_text(read(name).replace(PROGRAM, "/bin/true"), encoding="utf-8")
    paths = [str(tmp_path / name) for name in UNITS]
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, timeout=30, check=False
    )
    # Where systemd does not run it complains of its own surroundings too; a complaint of ours names the file.
    ours = [line for line in (verified.stderr + verified.stdout).splitlines() if str(tmp_path) in line]
    assert ours == []
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(tmp_path / "tucham.service")]
    judged = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout
    level = re.search(r"Overall exposure level for tucham.service: ([0-9.]+)", judged)
    assert level is None or float(level[1]) < 2.0


# --- image and compose ------------------------------------------------------------------------------------------------


def test_the_image_installs_by_hash_runs_as_nobody_and_asks_for_its_health() -> None:
    lines = re.sub(r"\\\n\s*", " ", read("Dockerfile")).splitlines()
    last_stage = lines[max(place for place, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert any("--require-hashes" in line and "requirements.lock" in line for line in lines)
    assert [line for line in last_stage if line.startswith("USER ")] == ["USER tucham"]
    (health,) = (line for line in last_stage if line.startswith("HEALTHCHECK "))
    assert "/healthz" in health
    entry, command = (json.loads(line.partition(" ")[2]) for line in last_stage if re.match("ENTRYPOINT|CMD ", line))
    assert entry == ["tucham"]
    assert command[0] in VERBS


def test_everything_that_the_image_copies_is_there_and_let_through() -> None:
    let_through = {line[1:] for line in read("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", read("Dockerfile"), re.MULTILINE))
    assert copied == let_through
    assert all((ROOT / path).exists() for path in copied)
    assert not let_through & {".env", "var", "tests", "deploy"}


def leaf_lines(name: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each value of a plain YAML file with the keys that lead to it; AssertionError for what is not that plain.

    Two blanks a level, one item or `key: value` a line: all that our files need, and what every reader reads alike.
    """
    path: list[str] = []
    for number, line in enumerate(read(name).splitlines(), 1):
        text = line.split(" # ")[0].rstrip()
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        where = f"{name}:{number}"
        match = re.fullmatch(
            r"(?P<blanks> *)(?P<items>(?:- )*)(?:(?P<key>[A-Za-z_][\w-]*):(?: |$))?(?P<value>.*)", text
        )
        assert match is not None, where
        assert "\t" not in line, where
        assert len(match["blanks"]) % 2 == 0, where
        depth = len(match["blanks"]) // 2
        assert depth <= len(path), f"{where}: steps too far in"
        del path[depth:]
        value = match["value"]
        assert value[:1] not in tuple("\"'") or (len(value) > 1 and value[-1] == value[0]), f"{where}: quotes"
        assert value.count("{") == value.count("}"), where
        assert value.startswith(('"', "[", "$")) or ": " not in value, f"{where}: a colon needs quotes"
        assert match["items"] or match["key"], f"{where}: neither an item nor a key"
        path += ["-"] * match["items"].count("-") + ([match["key"]] if match["key"] else [])
        if value:
            yield tuple(key for key in path if key != "-"), value


@pytest.mark.parametrize("name", YAML)
def test_a_yaml_file_is_plain_enough_to_be_read_alike_by_all(name: str) -> None:
    assert len(list(leaf_lines(name))) > 5


def test_the_compose_file_gives_the_service_what_it_needs_and_no_more() -> None:
    leaves = list(leaf_lines("compose.yaml"))
    service = {path[2:]: value for path, value in leaves if path[:2] == ("services", "tucham")}
    assert service["read_only",] == "true"
    assert service["cap_drop",] == "ALL"
    assert "@database:5432/tucham" in service["environment", "TUCHAM_DATABASE_URL"]
    assert [value for path, value in leaves if path[-1] == "ports"] == ['"127.0.0.1:8080:8080"']
    volumes = [value for path, value in leaves if path == ("services", "database", "volumes")]
    assert volumes == ["database:/var/lib/postgresql"], "PostgreSQL 18 keeps a folder per version below this one"
    assert ("services", "backup", "command") in dict(leaves)
    assert json.loads(dict(leaves)["services", "backup", "command"])[0] in VERBS
    secrets = set(re.findall(r"\$\{([A-Z_]+)", read("compose.yaml")))
    assert secrets == set(re.findall(r"^([A-Z_]+)=", read("compose.env.example"), re.MULTILINE))


# --- dashboard and alerts ---------------------------------------------------------------------------------------------


def metric_names() -> set[str]:
    """Every name that Prometheus would know."""
    count = OutboxCount("notice", "queued", 1, 0)
    figures = Figures((count,), 0, None, {}, 0, 0, 0, 0)
    disk = Disk("files", Path("/"), 1, 2)
    text = Metrics(Tally(), "1").written(Snapshot(0, figures, {"telegram": True}, True, (disk,), ("lag",))).decode()
    families = re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)
    return {*families, *re.findall(r"^([a-z_]+)[{ ]", text, re.MULTILINE)}


def expressions() -> dict[str, str]:
    board = json.loads(read("grafana-dashboard.json"))
    shown = {f"{panel['title']} {n}": target["expr"] for panel in board["panels"]
             for n, target in enumerate(panel.get("targets", ()))}  # fmt: skip
    alerts = re.findall(r"- alert: (\w+)\n\s+expr: (.+)", read("prometheus-alerts.yaml"))
    return shown | dict(alerts)


@pytest.mark.parametrize("name", expressions())
def test_a_graph_or_an_alert_asks_only_for_metrics_that_exist(name: str) -> None:
    asked = re.sub(r'"[^"]*"', "", expressions()[name])
    named = set(re.findall(r"\b(?:tucham|process|python)_[a-z_]+|\bup\b", asked))
    assert named
    assert named - OF_PROMETHEUS <= metric_names()
    assert asked.count("(") == asked.count(")")
    assert asked.count("{") == asked.count("}")


def test_every_metric_of_ours_is_looked_at_by_a_graph_or_an_alert() -> None:
    asked = " ".join(expressions().values())
    ours = {name for name in metric_names() if name.startswith("tucham_")}
    roots = {re.sub(r"_(bucket|count|sum|total)$", "", name) for name in ours}
    assert {root for root in roots if root not in asked} == set()


def test_the_panels_of_the_dashboard_do_not_lie_on_each_other() -> None:
    board = json.loads(read("grafana-dashboard.json"))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}  # fmt: skip
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
