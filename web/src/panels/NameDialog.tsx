/** A dialog that asks for the name of a workflow, and says at once what is wrong with it. */
import { useId, useRef, useState } from "react";
import type { Refused } from "../api/line.ts";
import { wrongWith } from "../store/names.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";

interface Props {
  readonly title: string;
  readonly label: string;
  readonly go: string;
  readonly first: string;
  /** Raises `Refused`, whose sentence is shown. */
  readonly onName: (name: string) => Promise<void>;
}

export function NameDialog({ title, label, go, first, onName }: Props) {
  const { name, type, trouble, submit } = useName(first, onName);
  const field = useRef<HTMLInputElement>(null);
  const [input, said] = [useId(), useId()];
  return (
    <Modal title={title} first={field} onClose={() => show(null)}>
      <form
        className="name-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label htmlFor={input}>{label}</label>
        <input
          ref={field}
          id={input}
          className="field"
          value={name}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={trouble !== null}
          aria-describedby={said}
          onFocus={({ target }) => target.select()}
          onChange={({ target }) => type(target.value)}
        />
        <p id={said} role="alert" className="said-wrong">
          {trouble}
        </p>
        <button type="submit" className="button primary">
          {go}
        </button>
      </form>
    </Modal>
  );
}

/** What is typed, and what is wrong with it: at once, or when it was tried. */
function useName(first: string, onName: (name: string) => Promise<void>) {
  const [name, setName] = useState(first);
  const [refused, setRefused] = useState<string | null>(null);
  const wrong = wrongWith(name.trim());
  const trouble = wrong && wrong !== "empty" ? text.files.wrong(wrong) : refused;
  const type = (typed: string) => {
    setName(typed);
    setRefused(null);
  };
  const submit = async () => {
    if (wrong) return setRefused(text.files.wrong(wrong));
    await onName(name.trim()).then(
      () => show(null),
      ({ message }: Refused) => setRefused(message),
    );
  };
  return { name, type, trouble, submit };
}
