/** The tree of the outline. Only the rows that are seen are drawn: their height is known. */
import { text } from "../text/index.ts";
import { OutlineRow } from "./OutlineRow.tsx";
import { useOutline } from "./useOutline.ts";
import { ROW, useSight } from "./useSight.ts";
import { ValueDialog } from "./ValueDialog.tsx";
import { WireDialog } from "./WireDialog.tsx";

export function OutlineTree() {
  const { list, at, selected, go, came, fold, doIt, press, asking, shut } = useOutline();
  const { tree, seen, see, focus, home, blur } = useSight(at, list[at]?.twig.key);
  return (
    <>
      <div
        ref={tree}
        role="tree"
        tabIndex={-1}
        className="tree"
        aria-label={text.panels.outline.tree}
        aria-describedby="outline-hint"
        onKeyDown={press}
        onScroll={see}
        onFocus={focus}
        onBlur={blur}
      >
        <div role="presentation" style={{ height: list.length * ROW }}>
          {list.map((leaf, row) =>
            row === at || (row >= seen.from && row < seen.to) ? (
              <OutlineRow
                key={leaf.twig.key}
                leaf={leaf}
                top={row * ROW}
                current={row === at}
                selected={leaf.twig.kind === "node" && selected.has(leaf.twig.node)}
                press={() => go(row)}
                focus={() => came(row) || home()}
                act={() => doIt(leaf)}
                fold={() => fold(leaf.twig.key, !leaf.open)}
              />
            ) : null,
          )}
        </div>
      </div>
      {asking?.for === "wire" && <WireDialog from={asking} close={shut} />}
      {asking?.for === "value" && <ValueDialog of={asking} close={shut} />}
    </>
  );
}
