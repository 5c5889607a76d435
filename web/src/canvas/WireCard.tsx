import { EdgeLabelRenderer } from "@xyflow/react";
import { Pin } from "lucide-react";
import type { Point } from "../graph/document.ts";
import { withDrawn } from "../graph/drawn.ts";
import { pathTo } from "../graph/levels.ts";
import { nameOf } from "../graph/wires.ts";
import { useChecks } from "../store/checks.ts";
import { edit, levelOf, useTab } from "../store/documents.ts";
import { useRuns } from "../store/runs.ts";
import { sourceType } from "../store/wiring.ts";
import { typeName } from "../text/en/canvas.ts";
import { facts as sentences } from "../text/en/facts.ts";
import { text } from "../text/index.ts";
import { wireOf } from "./flow.ts";

/** What a wire carries: told when it is looked at, and stays when it is pinned. */
export function WireCard({ id, points, looked, chosen }: Props) {
  const pinned = useTab((tab) => levelOf(tab).editor?.pinned?.includes(id) ?? false);
  if (!looked && !chosen && !pinned) return null;
  // while one only looks, it must not stand between the pointer and what is under it
  return <Facts id={id} points={points} pinned={pinned} fleeting={!chosen && !pinned} />;
}

interface Props {
  id: string;
  points: Point[];
  looked: boolean;
  chosen: boolean;
}

interface FactsProps {
  id: string;
  points: Point[];
  pinned: boolean;
  fleeting: boolean;
}

function Facts({ id, points, pinned, fleeting }: FactsProps) {
  const from = wireOf(id)?.from;
  const path = useTab((tab) => pathTo(tab.path, from?.node ?? ""));
  const run = useTab((tab) => tab.run);
  const expected = useChecks((checks) => checks.facts[`${path}.${from?.port}`]);
  const measured = useRuns(({ runs }) => (run ? runs[run]?.nodes[path]?.facts : undefined));
  if (!from) return null;
  const type = sourceType(nameOf(from));
  const told = sentences(type, expected ?? measured?.[from.port]);
  const middle = points[Math.floor(points.length / 2)] as Point;
  const before = points[Math.floor(points.length / 2) - 1] ?? middle;
  const [x, y] = [(middle.x + before.x) / 2, (middle.y + before.y) / 2];
  return (
    <EdgeLabelRenderer>
      <div
        className="wire-card nodrag nopan"
        data-fleeting={fleeting || undefined}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      >
        <b>{typeName(type)}</b>
        {told.map((line) => (
          <span key={line}>{line}</span>
        ))}
        {told.length === 0 && <span>{text.canvas.unknownYet}</span>}
        {!fleeting && (
          <button
            type="button"
            className="icon"
            aria-label={pinned ? text.canvas.unpin : text.canvas.pin}
            aria-pressed={pinned}
            onClick={() =>
              edit((level) => withDrawn(level, { pinned: toggled(level.editor?.pinned, id) }))
            }
          >
            <Pin size={12} fill={pinned ? "currentColor" : "none"} />
          </button>
        )}
      </div>
    </EdgeLabelRenderer>
  );
}

const toggled = (list: readonly string[] = [], id: string) =>
  list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
