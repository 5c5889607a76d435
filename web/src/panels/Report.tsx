/** The button that copies a report; where the browser does not let it, the text to copy by hand. */
import { ClipboardCopy } from "lucide-react";
import { useRef, useState } from "react";
import { useCatalogue } from "../store/catalogue.ts";
import { useChecks } from "../store/checks.ts";
import { useConnection } from "../store/connection.ts";
import { activeTab } from "../store/documents.ts";
import { useLog } from "../store/log.ts";
import { report } from "../store/report.ts";
import { toast } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";

const words = text.panels.log;

function written(): string {
  const { innerWidth, innerHeight, devicePixelRatio } = window;
  const error = useLog.getState().list.findLast(({ tone }) => tone === "bad");
  return report({
    system: useConnection.getState().system,
    browser: navigator.userAgent,
    screen: `${innerWidth} × ${innerHeight} at ${devicePixelRatio}`,
    workflow: activeTab().history.now,
    kinds: useCatalogue.getState().kinds,
    problems: useChecks.getState().problems,
    error: error ?? null,
  });
}

export function ReportButton() {
  const [shown, setShown] = useState<string | null>(null);
  const copy = async () => {
    const told = written();
    try {
      await navigator.clipboard.writeText(told);
      toast(words.copied, "good");
    } catch {
      setShown(told); // no leave, or no clipboard where the page came without https
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void copy()}>
        <ClipboardCopy size={14} aria-hidden /> {words.copy}
      </button>
      {shown !== null && <Shown told={shown} close={() => setShown(null)} />}
    </>
  );
}

function Shown({ told, close }: { readonly told: string; readonly close: () => void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  return (
    <Modal title={words.reportTitle} look="wide" onClose={close} first={area}>
      <p>{words.reportLead}</p>
      <textarea
        ref={area}
        className="field whole report"
        readOnly
        rows={16}
        aria-label={words.reportTitle}
        value={told}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
    </Modal>
  );
}
