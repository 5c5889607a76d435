import { ChevronRight } from "lucide-react";
import type { Level } from "../graph/document.ts";
import { levelAt } from "../graph/levels.ts";
import { goTo, useTab } from "../store/documents.ts";
import { text } from "../text/index.ts";
import { countOf } from "./Zone.tsx";

/** The way into the body that is seen, and out of it. */
export function Breadcrumbs() {
  const path = useTab((tab) => tab.path);
  const workflow = useTab((tab) => tab.history.now);
  if (path.length === 0) return null;
  return (
    <nav className="breadcrumbs" aria-label={text.canvas.way}>
      <button type="button" onClick={() => goTo([])}>
        {workflow.title || text.canvas.top}
      </button>
      {path.map((id, at) => {
        const outer: Level | undefined = levelAt(workflow, path.slice(0, at));
        const entry = outer?.nodes[id];
        const last = at === path.length - 1;
        return (
          <span key={path.slice(0, at + 1).join("/")}>
            <ChevronRight size={14} aria-hidden />
            <button
              type="button"
              aria-current={last ? "location" : undefined}
              onClick={() => goTo(path.slice(0, at + 1))}
            >
              {entry?.title || text.canvas.zone(entry?.type ?? "")}
              {entry && <small>{countOf(entry)}</small>}
            </button>
          </span>
        );
      })}
    </nav>
  );
}
