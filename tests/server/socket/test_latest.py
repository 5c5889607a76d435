"""Progress and previews: on the side, and of those that wait only the latest."""

import json
import struct

from server.messages import NodeProgress, NodeStarted
from server.record import Stamped
from tests.server.stage import line, opened, play


def test_progress_is_on_the_side_and_the_latest_counts(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch", run="r")
            await stage.tell(NodeStarted("r", "n"))
            for step in range(1, 1001):
                stage.hub.progress(NodeProgress("r", "n", step, 1000))
            stage.hub.progress(NodeProgress("other", "n", 1, 2))
            told = await client.hear(2)
            assert told[0]["kind"] == "node_started"
            assert told[1]["step"] == 1000 and "seq" not in told[1]
            await client.call("runs.list")
            assert len(client.events) == 2

    play(scene())


def test_progress_of_a_node_that_is_done_is_not_told_after_it(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as client:
            await client.call("watch")
            stage.hub.progress(NodeProgress("r", "n", 5, 5))
            body = b'{"kind":"node_finished","run":"r","node":"n"}'
            stage.hub.publish([Stamped(1, "r", "node_finished", body)])
            await client.call("runs.list")
            assert [event["kind"] for event in client.events] == ["node_finished"]

    play(scene())


def test_only_the_latest_preview_is_sent_and_only_to_who_wants_it(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage, line(stage) as one, line(stage) as two:
            await one.call("watch", run="r")
            await two.call("watch", run="r", previews=False)
            assert stage.hub.wants_previews("r") and not stage.hub.wants_previews("other")
            await stage.tell_many(2)
            for step in range(1, 101):
                stage.hub.preview("r", "n", step, "image/webp", b"picture %d" % step)
            for client in (one, two):
                await client.call("runs.list")
            assert (len(one.pictures), two.pictures) == (1, [])
            (length,) = struct.unpack_from(">I", one.pictures[0])
            header = json.loads(one.pictures[0][4 : 4 + length])
            assert header == {"seq": 2, "run": "r", "node": "n", "step": 100, "mime": "image/webp"}
            assert one.pictures[0][4 + length :] == b"picture 100"

    play(scene())


def test_nobody_wants_previews_once_the_last_who_did_has_gone(tmp_path):
    async def scene():
        async with opened(tmp_path) as stage:
            async with line(stage) as client:
                await client.call("watch", previews=True)
                assert stage.hub.wants_previews("any")
            await stage.until(lambda: not stage.hub.viewers)
            assert not stage.hub.wants_previews("any")

    play(scene())
