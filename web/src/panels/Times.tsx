/** Run as often as is typed. */
import { useId, useRef, useState } from "react";
import { run } from "../store/running.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";

const words = text.runs;
const MOST = 500;

export function Times() {
  const [count, setCount] = useState(16);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const whole = Math.max(1, Math.min(MOST, Math.round(count) || 1));
  return (
    <Modal title={words.timesTitle} first={field} onClose={() => show(null)}>
      <form
        className="name-form"
        onSubmit={(event) => {
          event.preventDefault();
          show(null);
          run({ times: whole });
        }}
      >
        <label htmlFor={id}>{words.timesLabel}</label>
        <input
          ref={field}
          id={id}
          className="field"
          type="number"
          min={1}
          max={MOST}
          value={Number.isNaN(count) ? "" : count}
          onFocus={({ target }) => target.select()}
          onChange={({ target }) => setCount(target.valueAsNumber)}
        />
        <button type="submit" className="button primary">
          {words.timesGo(whole)}
        </button>
      </form>
    </Modal>
  );
}
