import { memo } from "react";
import type { Port } from "../api/messages.ts";
import type { Entry, Json, Level } from "../graph/document.ts";
import { withDrawn } from "../graph/drawn.ts";
import { setValue } from "../graph/edit.ts";
import { levelAt } from "../graph/levels.ts";
import { written } from "../graph/wires.ts";
import { useChecks } from "../store/checks.ts";
import { edit, endGesture, levelOf, type Place, useTab } from "../store/documents.ts";
import { useRuns } from "../store/runs.ts";
import { label } from "../text/en/nodes.ts";
import { Widget } from "../widgets/Widget.tsx";
import { useNodePath } from "./useNode.ts";

interface Props {
  id: string;
  title: string;
  port: Port;
  entry: Entry;
  y: number;
  height: number;
}

/** An input with a value: its control, or where its wire comes from. */
export const ValueRow = memo(function ValueRow({ id, title, port, entry, y, height }: Props) {
  const path = useNodePath(id);
  const at = usePlace();
  const wires = written(entry, port.name);
  const problem = useChecks(
    ({ problems }) => problems.find((one) => one.node === path && one.port === port.name)?.message,
  );
  const seed = useSeed(id, port);
  return (
    <div className="value" style={{ top: y, height }} data-kind={String(port.widget?.type)}>
      {wires.length ? (
        <span className="fed" title={wires.join(", ")}>
          {label(port.name)} <small>{wires.join(", ")}</small>
        </span>
      ) : (
        <Widget
          key={`${at.tab} ${path}`}
          node={id}
          label={`${title} ${port.name}`}
          port={port}
          value={entry.values?.[port.name]}
          problem={problem}
          set={(value, gesture) =>
            edit(
              (level) => setValue(level, id, port.name, value),
              gesture && `${path} ${gesture}`,
              at,
            )
          }
          end={() => endGesture(at.tab)}
          setMany={(values) => edit((level) => setValues(level, id, values), undefined, at)}
          {...seed}
        />
      )}
    </div>
  );
});

/** Where the node is: what is on its way into it may arrive when another tab is seen. */
function usePlace(): Place {
  return { tab: useTab(({ key }) => key), path: useTab((tab) => tab.path) };
}

const setValues = (level: Level, id: string, values: Record<string, Json>): Level =>
  Object.entries(values).reduce((now, [name, one]) => setValue(now, id, name, one), level);

/** What becomes of a seed with each run, and the one of the last run. */
function useSeed(id: string, port: Port) {
  const isSeed = port.widget?.type === "Seed";
  const place = `${id}.${port.name}`;
  const mode = useTab((tab) => levelOf(tab).editor?.seeds?.[place]);
  const path = useTab((tab) => tab.path);
  const run = useTab((tab) => tab.run);
  const last = useRuns(({ runs }) => (isSeed && run ? runs[run]?.workflow : undefined));
  if (!isSeed) return {};
  const seed = last && levelAt(last, path)?.nodes[id]?.values?.[port.name];
  return {
    seedMode: mode,
    lastSeed: typeof seed === "number" ? seed : undefined,
    setSeedMode: (next: "random" | "next" | undefined) =>
      edit((level) => {
        const { [place]: _, ...others } = level.editor?.seeds ?? {};
        return withDrawn(level, { seeds: next ? { ...others, [place]: next } : others });
      }),
  };
}
