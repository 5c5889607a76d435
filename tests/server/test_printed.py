"""What is printed from the messages is current: the TypeScript types and the reference page."""

import re
from pathlib import Path

from server import reference, typescript
from server.messages import EVENTS, METHODS

ROOT = Path(__file__).parents[2]
TYPES = ROOT / "web" / "src" / "api" / "messages.ts"
PAGE = reference.PAGE.read_text(encoding="utf-8")


def test_the_types_of_the_editor_are_those_of_the_server():
    command = "python -m server.typescript > web/src/api/messages.ts"
    assert TYPES.read_text(encoding="utf-8") == typescript.module(), f"print them anew: {command}"


def test_the_reference_page_is_the_one_that_is_printed_now():
    assert reference.page(PAGE) == PAGE, "print it anew: python -m server.reference"


def test_every_method_and_event_has_its_section():
    headings = re.findall(r"^### (\S+)$", PAGE, re.M)
    assert set(METHODS) | set(EVENTS) <= set(headings)


def test_every_link_in_the_page_leads_to_one_heading():
    headings = re.findall(r"^#+ (.+)$", PAGE, re.M)
    places = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
    links = re.findall(r"\]\(#([^)]+)\)", PAGE)
    assert {link: places.count(link) for link in links if places.count(link) != 1} == {}


def test_what_only_clients_send_may_be_left_out_where_it_has_a_default():
    types = typescript.module()
    assert "  front?: boolean;" in types
    assert "  position: number | null;" in types


def test_an_event_is_told_by_its_kind_and_only_progress_has_no_seq():
    types = typescript.module()
    events = re.findall(r"export interface (\w+) \{\n((?:  .*\n)+)\}", types)
    tagged = {name: body for name, body in events if "  kind: " in body and "seq" in body}
    assert {kind.__name__ for kind in EVENTS.values()} - set(tagged) == {"NodeProgress"}
