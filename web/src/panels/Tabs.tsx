/** The open workflows. */
import { Plus, X } from "lucide-react";
import { type KeyboardEvent, memo, type PointerEvent, useRef } from "react";
import { useShallow } from "zustand/shallow";
import { activate, moveTab, type Saving, tabOf, useDocuments } from "../store/documents.ts";
import { close, newTab } from "../store/files.ts";
import { titleOf } from "../store/shelf.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { aside } from "../ui/aside.ts";
import { placeAt } from "./reorder.ts";

const words = text.files.tabs;

export function Tabs() {
  const keys = useDocuments(useShallow(({ tabs }) => tabs.map(({ key }) => key)));
  const active = useDocuments((documents) => documents.active);
  return (
    <div className="tabs">
      <div
        className="tabs-list"
        role="tablist"
        aria-label={words.list}
        onKeyDown={pressed}
        onWheel={aside}
      >
        {keys.map((key) => (
          <Tab key={key} id={key} active={key === active} />
        ))}
      </div>
      <button
        type="button"
        className="button bare square"
        aria-label={words.new}
        title={words.new}
        onClick={() => newTab()}
      >
        <Plus size={16} aria-hidden />
      </button>
    </div>
  );
}

const Tab = memo(function Tab({ id, active }: { readonly id: string; readonly active: boolean }) {
  const title = useDocuments(() => named(id));
  const saving = useDocuments(() => tabOf(id)?.saving ?? "saved");
  const drag = useDrag(id);
  const shown = (tab: HTMLElement | null) => {
    if (tab && active) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list hears the keys of all its tabs
    <div
      ref={shown}
      role="tab"
      id={`tab-${id}`}
      className="tab"
      aria-selected={active}
      aria-keyshortcuts="Delete"
      tabIndex={active ? 0 : -1}
      title={title}
      onClick={() => activate(id)}
      onDoubleClick={() => show({ kind: "rename" })}
      onAuxClick={({ button }) => button === 1 && void close(id)}
      {...drag}
    >
      <span className="tab-title">{title}</span>
      <Mark saving={saving} />
      {/* keys have Delete: a button may not stand inside a tab */}
      <span
        aria-hidden
        className="tab-close"
        title={words.close(title)}
        onClick={(event) => {
          event.stopPropagation();
          void close(id);
        }}
      >
        <X size={14} />
      </span>
    </div>
  );
});

const named = (key: string): string => {
  const tab = tabOf(key);
  return tab ? titleOf(tab) : "";
};

function Mark({ saving }: { readonly saving: Saving }) {
  if (saving === "saved") return null;
  const bad = saving === "failed" || saving === "conflict";
  return (
    <span className={bad ? "tab-mark bad" : "tab-mark"}>
      <span className="unseen">{words[saving]}</span>
    </span>
  );
}

/** Take hold of a tab and put it elsewhere: it changes places with each it is drawn over. */
function useDrag(id: string) {
  const from = useRef<number | null>(null);
  return {
    onPointerDown: ({ button, clientX, target }: PointerEvent) => {
      const closes = target instanceof Element && target.closest(".tab-close");
      from.current = button === 0 && !closes ? clientX : null;
    },
    onPointerMove: ({ clientX, currentTarget, pointerId }: PointerEvent) => {
      if (from.current === null || Math.abs(clientX - from.current) < 6) return;
      from.current = Number.NaN; // from here on it is a drag, however little it moves
      currentTarget.setPointerCapture(pointerId);
      moveTab(id, placeAt(currentTarget, clientX));
    },
    onPointerUp: () => {
      from.current = null;
    },
    onPointerCancel: () => {
      from.current = null;
    },
  };
}

function pressed(event: KeyboardEvent<HTMLElement>): void {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
  const at = tabs.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  const id = tabs[at]?.id.slice("tab-".length);
  if (id === undefined) return;
  if (event.key === "Delete") {
    (tabs[at + 1] ?? tabs[at - 1])?.focus();
    void close(id);
  } else if (event.key === "F2") show({ kind: "rename" });
  else if (to === undefined) return;
  else if (event.ctrlKey && event.shiftKey) moveTab(id, Math.max(0, Math.min(to, tabs.length - 1)));
  else tabs.at(to % tabs.length)?.focus();
  event.preventDefault();
  const now = document.activeElement?.id.slice("tab-".length);
  if (now && now !== id) activate(now);
}
