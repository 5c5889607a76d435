/** Every widget beside the others, without a server: for looking at them, `vite tests/gallery`. */
import { createRoot } from "react-dom/client";
import type { Asset, ModelFile, NodeKind, Port } from "../../src/api/messages.ts";
import type { Entry, Json } from "../../src/graph/document.ts";
import { setValue } from "../../src/graph/edit.ts";
import { LINE, ROW } from "../../src/graph/geometry.ts";
import { byType, port } from "../../src/graph/kinds.ts";
import { useCatalogue } from "../../src/store/catalogue.ts";
import { edit, endGesture, useLevel } from "../../src/store/documents.ts";
import { usePictures } from "../../src/store/pictures.ts";
import type { SeedMode } from "../../src/widgets/field.ts";
import { Widget } from "../../src/widgets/Widget.tsx";
import { KINDS, VALUES } from "./kinds.ts";
import "../../src/styles/tokens.css";
import "../../src/styles/base.css";
import "../../src/styles/parts.css";
import "../../src/styles/widgets.css";
import "../../src/styles/node.css";
import "./gallery.css";

const model = (name: string, kind: string, bytes: number, more: Partial<ModelFile> = {}) => ({
  name,
  kind,
  family: kind === "lora" ? null : "SDXL",
  bytes,
  sha256: null,
  folder: "/models",
  problem: null,
  ...more,
});

useCatalogue.setState({
  kinds: byType(KINDS as unknown as NodeKind[]),
  looking: false,
  models: [
    model("starter", "model", 98_000_000, { family: "SD 1.x" }),
    model("checkpoints/juggernaut_xl_v9", "model", 6_938_000_000),
    model("checkpoints/flux1-dev-fp8", "model", 11_900_000_000, { family: "FLUX.1" }),
    model("old/anything.ckpt", "model", 2_132_000_000, {
      family: null,
      problem: "A .ckpt file can run programs: convert it with `main.py models convert`.",
    }),
    model("vae/sdxl_vae_fp16_fix", "vae", 334_000_000, { family: null }),
    model("lora/watercolour", "lora", 144_000_000),
  ],
});
const picture = (n: number): Asset => ({
  asset: `${n}`.padStart(32, "0"),
  name: `picture-000${n}.png`,
  path: `outputs/picture-000${n}.png`,
  mime: "image/png",
  bytes: 1000,
  width: 512,
  height: 512,
  sha256: "",
  created_at: 0,
  run: null,
  node: null,
});
usePictures.setState({ list: [1, 2, 3, 4, 5, 6].map(picture), asked: true, cursor: "older" });

edit((level) => ({ ...level, nodes: VALUES as Record<string, Entry> }));
document.documentElement.dataset.theme = new URLSearchParams(location.search).get("theme") ?? "";
const modes: Record<string, SeedMode | undefined> = {};

function heightOf({ widget }: Port): number {
  if (widget?.type === "Prompt" && Number(widget.lines) > 1)
    return ROW + Number(widget.lines) * LINE;
  return widget?.type === "Curve" ? 92 : ROW;
}

function Gallery() {
  const level = useLevel();
  return Object.entries(level.nodes).map(([id, entry]) => (
    <article className="node" key={id} aria-label={id}>
      <h2>{id}</h2>
      {(KINDS.find((kind) => kind.type === entry.type)?.inputs ?? []).map((one) => {
        const given = port(one.name ?? "", one.type ?? "", one);
        return (
          <div className="value" key={given.name} style={{ height: heightOf(given) }}>
            <Widget
              node={id}
              label={`${id} ${given.name}`}
              port={stable(given)}
              value={entry.values?.[given.name]}
              set={(value, key) => edit((now) => setValue(now, id, given.name, value), key)}
              end={endGesture}
              setMany={(values) =>
                edit((now) =>
                  Object.entries(values).reduce(
                    (all, [name, value]) => setValue(all, id, name, value as Json),
                    now,
                  ),
                )
              }
              lastSeed={given.name === "seed" ? 1234 : undefined}
              seedMode={modes[given.name] ?? (given.name === "other_seed" ? "random" : undefined)}
              setSeedMode={(mode) => {
                modes[given.name] = mode;
                edit((now) => ({ ...now }));
              }}
            />
          </div>
        );
      })}
    </article>
  ));
}

const ports = new Map<string, Port>();
function stable(given: Port): Port {
  const key = JSON.stringify(given);
  const kept = ports.get(key) ?? given;
  ports.set(key, kept);
  return kept;
}

createRoot(document.getElementById("root") as HTMLElement).render(<Gallery />);
