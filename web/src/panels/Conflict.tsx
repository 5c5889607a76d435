/** Another tab or machine saved the same workflow: which of the two goes on. */
import type { Choice } from "../store/choice.ts";
import { putOff, settle, usePutOff } from "../store/conflict.ts";
import { useTab } from "../store/documents.ts";
import { freeName, useFiles } from "../store/files.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";

const words = text.files.conflict;

export function Conflict() {
  const key = useTab((tab) => tab.key);
  const stands = useTab((tab) => tab.saving === "conflict");
  const newest = useFiles(({ newer }) => newer[key]);
  const later = usePutOff(({ keys }) => keys.has(key));
  if (!stands || !newest || later) return null;
  const when = text.runs.ago(newest.changed_at, Date.now() / 1000);
  const foot = (
    <button type="button" className="button" onClick={() => putOff(key)}>
      {words.later}
    </button>
  );
  return (
    <Modal title={words.title(newest.name)} onClose={() => putOff(key)} foot={foot}>
      <p>{words.said(when, newest.revision)}</p>
      <Way of={key} choice="both" title={words.both} hint={words.bothHint(freeName(newest.name))} />
      <Way of={key} choice="mine" title={words.mine} hint={words.mineHint} />
      <Way of={key} choice="theirs" title={words.theirs} hint={words.theirsHint} />
    </Modal>
  );
}

interface WayProps {
  readonly of: string;
  readonly choice: Choice;
  readonly title: string;
  readonly hint: string;
}

function Way({ of, choice, title, hint }: WayProps) {
  const id = `way-${choice}`;
  return (
    <div className="way">
      <button
        type="button"
        className="button"
        aria-describedby={id}
        onClick={() => void settle(of, choice)}
      >
        {title}
      </button>
      <span id={id} className="dim">
        {hint}
      </span>
    </div>
  );
}
