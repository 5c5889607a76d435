/** A picture as large as the window: nearer, further, the next one, and the way back to its making. */
import { Dialog } from "@base-ui/react/dialog";
import {
  ChevronLeft,
  ChevronRight,
  Download,
  Maximize,
  Minus,
  Plus,
  Sprout,
  Workflow,
  X,
} from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { useRef } from "react";
import { pictureUrl } from "../api/http.ts";
import { beside, type Made, picturesOf } from "../store/album.ts";
import { follow } from "../store/exporting.ts";
import { copySeed, openWorkflowOf, pictureBy } from "../store/made.ts";
import { usePast } from "../store/past.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { listenToWheel, type PanZoom, usePanZoom } from "./panZoom.ts";

const words = text.runs.look;

interface Props {
  readonly asset: string;
  readonly title: string;
}

export function PictureDialog({ asset, title }: Props) {
  const pictures = picturesOf(usePast(({ runs }) => runs));
  const at = pictures.findIndex((one) => one.asset === asset);
  const look = usePanZoom(asset);
  const popup = useRef<HTMLDivElement>(null);
  const go = (by: number) => {
    const next = beside(pictures, asset, by);
    if (next) show({ kind: "picture", asset: next.asset, title: next.title });
  };
  return (
    <Dialog.Root open onOpenChange={(open) => open || show(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup
          ref={popup}
          className="viewer"
          initialFocus={popup}
          onKeyDown={(event) => pressed(event, look, go)}
        >
          <header className="viewer-head">
            <Dialog.Title className="viewer-title" title={title}>
              {title || text.files.untitled}
            </Dialog.Title>
            {at >= 0 && <span className="dim">{words.of(at + 1, pictures.length)}</span>}
            <Tools made={pictureBy(asset, title)} look={look} />
          </header>
          <Stage asset={asset} title={title} look={look} />
          <Side title={words.before} can={at > 0} go={() => go(-1)} side="left" />
          <Side
            title={words.next}
            can={at >= 0 && at < pictures.length - 1}
            go={() => go(1)}
            side="right"
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function pressed(event: KeyboardEvent, look: PanZoom, go: (by: number) => void): void {
  const act = {
    ArrowLeft: () => go(-1),
    ArrowRight: () => go(1),
    "+": () => look.zoom(1.25),
    "-": () => look.zoom(0.8),
    "0": look.fit,
    "1": look.actual,
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function Stage({ asset, title, look }: Props & { readonly look: PanZoom }) {
  return (
    <div ref={listenToWheel} className="viewer-stage" {...look.hands}>
      <img
        ref={look.image}
        src={pictureUrl(asset)}
        alt={text.runs.picture(title || text.files.untitled)}
        draggable={false}
        style={look.style}
        onLoad={look.loaded}
      />
    </div>
  );
}

function Tools({ made, look }: { readonly made: Made; readonly look: PanZoom }) {
  const opened = async () => {
    if (await openWorkflowOf(made)) show(null);
  };
  return (
    <span className="viewer-tools">
      <Tool title={words.further} onClick={() => look.zoom(0.8)}>
        <Minus size={16} aria-hidden />
      </Tool>
      <button type="button" className="button bare" title={words.actual} onClick={look.actual}>
        {words.zoom(Math.round(100 * look.scale))}
      </button>
      <Tool title={words.closer} onClick={() => look.zoom(1.25)}>
        <Plus size={16} aria-hidden />
      </Tool>
      <Tool title={words.fit} onClick={look.fit}>
        <Maximize size={16} aria-hidden />
      </Tool>
      <Tool title={words.seed} onClick={() => copySeed(made)}>
        <Sprout size={16} aria-hidden />
      </Tool>
      <Tool title={words.workflow} onClick={opened}>
        <Workflow size={16} aria-hidden />
      </Tool>
      <Tool title={words.download} onClick={() => follow(pictureUrl(made.asset), made.name)}>
        <Download size={16} aria-hidden />
      </Tool>
      <Dialog.Close className="button bare square" aria-label={text.panels.close}>
        <X size={18} aria-hidden />
      </Dialog.Close>
    </span>
  );
}

interface ToolProps {
  readonly title: string;
  readonly onClick: () => unknown;
  readonly children: ReactNode;
}

function Tool({ title, onClick, children }: ToolProps) {
  return (
    <button
      type="button"
      className="button bare square"
      aria-label={title}
      title={title}
      onClick={() => void onClick()}
    >
      {children}
    </button>
  );
}

interface SideProps {
  readonly title: string;
  readonly can: boolean;
  readonly go: () => void;
  readonly side: "left" | "right";
}

function Side({ title, can, go, side }: SideProps) {
  if (!can) return null;
  const Arrow = side === "left" ? ChevronLeft : ChevronRight;
  return (
    <button
      type="button"
      className={`viewer-side ${side}`}
      aria-label={title}
      title={title}
      onClick={go}
    >
      <Arrow size={24} aria-hidden />
    </button>
  );
}
