/** Nodes by their names, types and values, in every body; Enter goes there. */
import { useCallback, useState } from "react";
import type { Entry, Level } from "../graph/document.ts";
import { type Found, found } from "../graph/find.ts";
import { shapeOf } from "../graph/kinds.ts";
import { levelAt, pathTo } from "../graph/levels.ts";
import { titleOf } from "../graph/outline.ts";
import { kinds } from "../store/catalogue.ts";
import { activeTab, useTab } from "../store/documents.ts";
import { goToNode } from "../store/going.ts";
import { say, show, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";
import { Search } from "../ui/Search.tsx";

const words = text.panels.find;

export function Find() {
  const open = useUi(({ dialog }) => dialog?.kind === "find");
  return open ? <Box /> : null;
}

const NONE: readonly Found[] = [];
const idOf = ({ path, id }: Found): string => pathTo(path, id);

/** What was found, unless that is the title itself, and the bodies it is in. */
function noteOf(hit: Found): string {
  const what = hit.where === "title" ? [] : [words.where[hit.where](hit.text)];
  const inside = hit.path.map((id, at) => {
    const outer: Level | undefined = levelAt(activeTab().history.now, hit.path.slice(0, at));
    const entry: Entry | undefined = outer?.nodes[id];
    return titleOf(entry, outer && shapeOf(outer, id, kinds()), id);
  });
  return [...what, ...(inside.length ? [words.inside(inside)] : [])].join(" · ");
}

function Box() {
  const workflow = useTab((tab) => tab.history.now);
  const [asked, setAsked] = useState(false);
  const find = useCallback((query: string) => found(workflow, kinds(), query), [workflow]);
  return (
    <Modal title={words.title} look="search" onClose={() => show(null)}>
      <Search
        label={words.title}
        placeholder={words.placeholder}
        items={NONE}
        find={find}
        text={({ title }) => title}
        note={noteOf}
        id={idOf}
        empty={asked ? words.nothing : words.hint}
        onType={(query) => setAsked(query.trim() !== "")}
        onChoose={(hit) => {
          show(null);
          if (goToNode(idOf(hit))) say(words.found(hit.title));
        }}
      />
    </Modal>
  );
}
