"""COROGUARD_LOG=path gets each report as a line of JSON. Usage: log_file.py PROGRAMS, the folder of the examples of debug mode."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time


def reports_of(program, path):
    began = time.time()
    environment = {**os.environ, "COROGUARD_LOG": str(path)}
    subprocess.run([program], env=environment, stderr=subprocess.DEVNULL, timeout=60, check=True)
    if not path.exists():
        return []
    found = [json.loads(line) for line in path.read_bytes().decode("utf-8").splitlines()]
    for one in found:
        assert began - 1 < one["time"] < time.time() + 1, one
    return found


def main():
    programs = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "log"
        stalls = reports_of(programs / "example_debug_slow_callback", path)
        assert {one["rule"] for one in stalls} == {"slow-callback"}, stalls
        assert stalls[-1]["duration_ns"] >= 350_000_000 and stalls[-1]["loop"] and stalls[-1]["task"] == 2, stalls[-1]
        during = stalls[0]
        assert any("nanosleep" in frame["function"] and frame["module"] and frame["build_id"] for frame in during["stack"]), during
        assert [frame["line"] for frame in (one["at"] for one in during["awaits"])] == [12, 16, 18], during
        # Appended, by the next program as well.
        before = path.read_bytes()
        subprocess.run([programs / "example_debug_unawaited_coroutine"], env={**os.environ, "COROGUARD_LOG": str(path)},
                       stderr=subprocess.DEVNULL, timeout=60, check=True)
        after = path.read_bytes()
        assert after.startswith(before) and json.loads(after[len(before):])["rule"] == "unawaited-coroutine", after
        fine = pathlib.Path(scratch) / "fine"
        assert reports_of(programs / "example_debug_fine", fine) == []
    print("the log has each report as a line of JSON")
    return 0


if __name__ == "__main__":
    sys.exit(main())
