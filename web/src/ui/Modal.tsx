/** A dialog over everything: its title is its name, Escape closes it, and focus goes back. */
import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useRef } from "react";
import { text } from "../text/index.ts";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `search` stands high and shows its box alone, its title is only heard. */
  readonly look?: "plain" | "wide" | "search";
  readonly open?: boolean;
  /** What is focused at first: the first control of the body without. */
  readonly first?: RefObject<HTMLElement | null>;
  readonly foot?: ReactNode;
}

export function Modal({
  title,
  onClose,
  children,
  look = "plain",
  open = true,
  first,
  foot,
}: Props) {
  const search = look === "search";
  const body = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup
          className={`dialog dialog-${look}`}
          initialFocus={() => first?.current ?? control(body.current) ?? true}
        >
          <header className={search ? "unseen" : "dialog-head"}>
            <Dialog.Title className="dialog-title">{title}</Dialog.Title>
            {!search && (
              <Dialog.Close className="button bare" aria-label={text.panels.close}>
                <X size={16} aria-hidden />
              </Dialog.Close>
            )}
          </header>
          <div ref={body} className="dialog-body">
            {children}
          </div>
          {foot && <footer className="dialog-foot">{foot}</footer>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const control = (body: HTMLElement | null): HTMLElement | null =>
  body?.querySelector<HTMLElement>(
    "input:not(:disabled), textarea, select, button:not(:disabled)",
  ) ?? null;
