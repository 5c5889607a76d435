import { Handle, type NodeProps, Position } from "@xyflow/react";
import { ChevronDown, ChevronRight, EyeOff, Play, Trash2 } from "lucide-react";
import { type CSSProperties, memo, type ReactNode, useState } from "react";
import type { Frame } from "../graph/document.ts";
import { setMode } from "../graph/edit.ts";
import { changeFrame, removeFrame } from "../graph/frames.ts";
import { reach } from "../graph/wires.ts";
import { activeTab, edit, level, select } from "../store/documents.ts";
import { run } from "../store/running.ts";
import { text } from "../text/index.ts";
import { NameField } from "../ui/NameField.tsx";
import { COLOURS, type FrameNode, frameColour } from "./frames.ts";

/** A box with a title around some nodes: it moves, runs, mutes and folds them. */
export const FrameBox = memo(function FrameBox({ data }: NodeProps<FrameNode>) {
  const { name, frame } = data;
  const words = text.canvas.frame;
  return (
    <section
      className="frame"
      style={{ "--of": frameColour(frame) } as CSSProperties}
      data-folded={frame.folded || undefined}
      aria-label={frame.title}
    >
      <div className="frame-head">
        <FrameButton
          label={frame.folded ? words.unfold : words.fold}
          run={() => change(name, { folded: !frame.folded })}
        >
          {frame.folded ? <ChevronRight size={14} /> : <ChevronDown size={14} />}
        </FrameButton>
        <Title name={name} frame={frame} />
        <FrameButton label={words.run} run={() => runFrame(frame)}>
          <Play size={14} />
        </FrameButton>
        <FrameButton label={words.mute} run={() => muteFrame(frame)}>
          <EyeOff size={14} />
        </FrameButton>
        <FrameButton label={words.colour} run={() => change(name, { colour: nextColour(frame) })}>
          <span className="swatch" />
        </FrameButton>
        <FrameButton label={words.remove} run={() => edit((now) => removeFrame(now, name))}>
          <Trash2 size={14} />
        </FrameButton>
      </div>
      {frame.folded && (
        <>
          <Handle
            id="in"
            type="target"
            position={Position.Left}
            isConnectable={false}
            aria-hidden
          />
          <Handle
            id="out"
            type="source"
            position={Position.Right}
            isConnectable={false}
            aria-hidden
          />
        </>
      )}
    </section>
  );
});

interface ButtonProps {
  label: string;
  run: () => void;
  children: ReactNode;
}

function FrameButton({ label, run, children }: ButtonProps) {
  return (
    <button type="button" className="icon nodrag" aria-label={label} title={label} onClick={run}>
      {children}
    </button>
  );
}

function Title({ name, frame }: { name: string; frame: Frame }) {
  const [naming, setNaming] = useState(false);
  const keep = (title: string) => {
    change(name, { title: title.trim().slice(0, 200) || frame.title });
    setNaming(false);
  };
  if (!naming) {
    return (
      <button
        type="button"
        className="frame-title"
        title={frame.title}
        onClick={() => select(frame.nodes)}
        onDoubleClick={() => setNaming(true)}
        onKeyDown={(event) => {
          if (event.key !== "F2") return;
          event.preventDefault();
          setNaming(true);
        }}
      >
        {frame.title}
      </button>
    );
  }
  return (
    <NameField
      className="frame-title"
      label={text.canvas.frame.title}
      first={frame.title}
      keep={keep}
      leave={() => setNaming(false)}
    />
  );
}

type Changed = Parameters<typeof changeFrame>[2];

const change = (name: string, to: Changed) => edit((now) => changeFrame(now, name, to));

function nextColour({ colour }: Frame): string {
  const names = Object.keys(COLOURS);
  return names[(names.indexOf(colour) + 1) % names.length] as string;
}

/** The nodes that nothing else in the frame hangs on; in a body, the node that holds it. */
function runFrame({ nodes }: Frame): void {
  const [outer] = activeTab().path;
  if (outer !== undefined) return run({ targets: [outer] });
  const last = nodes.filter((id) => {
    const after = reach(level(), [id], "to");
    return !nodes.some((other) => other !== id && after.has(other));
  });
  run({ targets: last });
}

function muteFrame({ nodes }: Frame): void {
  const all = nodes.every((id) => level().nodes[id]?.mode === "mute");
  edit((now) => setMode(now, nodes, all ? undefined : "mute"));
}
