"""`make stack` as a person uses it: it prints what to open, and Ctrl-C ends all of it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

pytestmark = pytest.mark.programs

ROOT = Path(__file__).resolve().parents[2]


def test_the_stack_prints_what_to_open_and_ctrl_c_ends_all_of_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "deploy.stack", "--jobs", "5"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as stack:
        assert stack.stdout is not None
        said = ""
        while "Messages of Alertmanager:" not in said:
            line = stack.stdout.readline()
            assert line, said
            said += line
        programs = psutil.Process(stack.pid).children(recursive=True)
        for url in re.findall(r"  \w+ +(http://\S+)", said):
            with urlopen(url, timeout=10) as page:  # noqa: S310 - printed as http by the line above
                assert page.status == 200, url
        stack.send_signal(signal.SIGINT)
        rest, _ = stack.communicate(timeout=30)
    assert stack.returncode == 0
    assert rest.endswith("ended\n")
    assert len(programs) == 3
    assert not any(program.is_running() for program in programs)
