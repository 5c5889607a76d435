/** A row of the outline. */
import { ChevronDown, ChevronRight } from "lucide-react";
import type { MouseEvent } from "react";
import { useNodePath, useNodeRun, useTrouble } from "../canvas/useNode.ts";
import { END, type Entry, START } from "../graph/document.ts";
import type { Leaf, Twig } from "../graph/outline.ts";
import { written } from "../graph/wires.ts";
import { useLevel } from "../store/documents.ts";
import { typeName } from "../text/en/canvas.ts";
import { label } from "../text/en/nodes.ts";
import { text } from "../text/index.ts";
import { nameIn } from "./outlineDeeds.ts";

const words = text.panels.outline;

interface Props {
  readonly leaf: Leaf;
  readonly top: number;
  readonly current: boolean;
  readonly selected: boolean;
  readonly press: () => void;
  readonly focus: () => void;
  readonly act: () => void;
  readonly fold: () => void;
}

/** A press must not take the focus: the tree gives it to the row one is at. */
const still = (event: MouseEvent) => event.preventDefault();

export function OutlineRow({ leaf, top, current, selected, press, focus, act, fold }: Props) {
  const { twig, depth, at, of, open } = leaf;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the tree's
    <div
      role="treeitem"
      className={`leaf leaf-${twig.kind}`}
      style={{ top, paddingInlineStart: 8 + 18 * (depth - 1) }}
      tabIndex={current ? 0 : -1}
      aria-level={depth}
      aria-posinset={at}
      aria-setsize={of}
      aria-expanded={open}
      aria-selected={selected || undefined}
      onMouseDown={still}
      onFocus={focus}
      onClick={(event) => {
        press();
        event.currentTarget.focus();
        if (twig.kind === "deed") act();
      }}
      onDoubleClick={act}
    >
      <span
        className="leaf-fold"
        aria-hidden
        onMouseDown={still}
        onClick={open === undefined ? undefined : fold}
      >
        {open === undefined ? null : open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
      </span>
      <Told twig={twig} />
    </div>
  );
}

function Told({ twig }: { readonly twig: Twig }) {
  switch (twig.kind) {
    case "deed":
      return <span className="leaf-text">{words.deeds[twig.key]}</span>;
    case "node":
      return <ToldNode id={twig.node} />;
    case "port":
      return <ToldPort twig={twig} />;
    case "wire": {
      const { from, to } = twig.wire;
      const told =
        twig.side === "input"
          ? words.from(nameIn(from.node), label(from.port))
          : words.to(nameIn(to.node), label(to.port));
      return <span className="leaf-text">{told}</span>;
    }
  }
}

function ToldNode({ id }: { readonly id: string }) {
  const entry = useLevel().nodes[id];
  const path = useNodePath(id);
  const run = useNodeRun(path);
  const trouble = useTrouble(path);
  const states = [
    entry?.mode && words.states[entry.mode],
    run && (run.reused ? words.states.reused : words.states[run.state]),
    run?.state === "running" && run.of && words.states.step(run.step ?? 0, run.of),
    trouble && words.states.trouble([trouble.port, trouble.message].filter(Boolean).join(" ")),
  ].filter(Boolean);
  const told = states.length ? `, ${states.join(", ")}` : "";
  return (
    <span className="leaf-text" title={`${nameIn(id)}${told}`}>
      {nameIn(id)}
      <small className={trouble ? "bad" : "dim"}>{told}</small>
    </span>
  );
}

function ToldPort({ twig }: { readonly twig: Extract<Twig, { kind: "port" }> }) {
  const entry = useLevel().nodes[twig.node];
  const name =
    twig.side === "input"
      ? words.input(label(twig.port.name))
      : words.output(label(twig.port.name));
  const told = `, ${typeName(twig.port.type)}, ${stateOf(twig, entry)}`;
  return (
    <span className="leaf-text" title={`${name}${told}`}>
      {name}
      <small className="dim">{told}</small>
    </span>
  );
}

function stateOf(
  { side, node, port, wires }: Extract<Twig, { kind: "port" }>,
  entry?: Entry,
): string {
  if (wires.length) {
    const ends = wires.map(({ from, to }) =>
      side === "input"
        ? words.from(nameIn(from.node), label(from.port))
        : words.to(nameIn(to.node), label(to.port)),
    );
    return ends.join(", ");
  }
  if (written(entry, port.name).length) return words.lost;
  if (side === "output") return words.unused;
  if (!port.widget || node === START || node === END)
    return port.required ? words.needed : words.open;
  const value = entry?.values?.[port.name];
  if (value === undefined && port.required) return words.valueNeeded;
  if (value === undefined) return words.usual(shown(port.default));
  return shown(value);
}

const MOST = 60;

function shown(value: unknown): string {
  if (value === "" || value === null || value === undefined) return words.empty;
  const told = typeof value === "string" ? value : JSON.stringify(value);
  return told.length > MOST ? `${told.slice(0, MOST)} …` : told;
}
