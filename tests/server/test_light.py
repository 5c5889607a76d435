"""The server process loads no torch and no nodes, whatever it has done: a linter cannot see all."""

import subprocess
import sys
from pathlib import Path

A_SERVER = """
import asyncio, sys
from pathlib import Path
from tests.server.live import only, serving

async def main():
    async with serving(Path(sys.argv[1])) as (server, client):
        await client.call("nodes.list")
        await client.call("models.list")
        await client.call("system.info")
        for example in (await client.call("examples.list")).examples:
            await client.call("examples.get", name=example.name)
        await client.call("settings.save", settings=(await client.call("settings.get")).settings)
        run = await client.wait(await client.submit(only("write_text", text="work was done")))
        assert run.state == "done", run
        saved = {"name": "kept", "workflow": only("write_text", text="kept")}
        await client.call("workflows.check", workflow=saved["workflow"])
        await client.call("workflows.save", **saved)
        with open("/proc/self/maps") as maps:
            print(*{Path(line.split()[-1]).name for line in maps if ".so" in line}, sep="\\n")
        print(*sys.modules, sep="\\n")

asyncio.run(main())
"""
HEAVY = {"PIL", "diffusers", "numpy", "safetensors", "tokenizers", "torch", "transformers"}


def test_a_server_that_has_worked_has_loaded_neither_torch_nor_nodes(tmp_path: Path):
    child = [sys.executable, "-c", A_SERVER, str(tmp_path / "data")]
    said = subprocess.run(child, capture_output=True, text=True, check=True, timeout=240)
    loaded = set(said.stdout.split())
    assert {"server.app", "nodes.core.problem"} <= loaded
    assert {name for name in loaded if name.partition(".")[0] in HEAVY} == set()
    assert {name for name in loaded if "libtorch" in name} == set()
    nodes = {name for name in loaded if name.startswith("nodes.")}
    assert {name for name in nodes if not f"{name}.".startswith("nodes.core.")} == set()
    assert {name for name in loaded if name.startswith("server.worker")} == set()
