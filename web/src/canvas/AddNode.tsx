import { Popover } from "@base-ui/react/popover";
import { useMemo } from "react";
import { type Addable, add, addable } from "../store/adding.ts";
import { type Adding, show, useUi } from "../store/ui.ts";
import { portOf } from "../store/wiring.ts";
import { text } from "../text/index.ts";
import { Search } from "../ui/Search.tsx";
import { wireColour } from "./types.ts";

/** The search for a node: where a wire was let go it lists only what fits, wired when chosen. */
export function AddNode() {
  const dialog = useUi((ui) => ui.dialog);
  return dialog?.kind === "add" ? <Adder adding={dialog.adding} /> : null;
}

function Adder({ adding }: { adding: Adding }) {
  const items = useMemo(() => addable(adding), [adding]);
  const { screen, from } = adding;
  const type = from && portOf(from.end, from.side)?.type;
  const anchor = { getBoundingClientRect: () => new DOMRect(screen.x, screen.y, 0, 0) };
  return (
    <Popover.Root open onOpenChange={(open) => open || show(null)}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="bottom" align="start" className="popup-place">
          <Popover.Popup className="popup add-node" aria-label={text.canvas.addNode}>
            <Search<Addable>
              label={text.canvas.addNode}
              placeholder={type ? text.canvas.addFor(type) : text.canvas.addPlaceholder}
              items={items}
              text={(item) => item.title}
              note={(item) => item.category}
              more={(item) => `${item.type} ${item.category} ${item.help}`}
              id={(item) => item.type}
              empty={text.canvas.nothingFits}
              onChoose={(item) => {
                show(null);
                add(item.type, adding);
              }}
            />
            {type && <span className="add-type" style={{ background: wireColour(type) }} />}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
