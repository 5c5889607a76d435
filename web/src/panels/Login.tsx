/** The one screen for whoever is not let in: where the link is, and a field for it. */
import { useId, useState } from "react";
import { useConnection } from "../store/connection.ts";
import { enter } from "../store/start.ts";
import { text } from "../text/index.ts";

const words = text.files.login;

export function Login() {
  const outside = useConnection(({ state }) => state === "outside");
  return outside ? <Door /> : null;
}

function Door() {
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  const [field, said] = [useId(), useId()];
  return (
    <div className="login">
      <section className="login-card" aria-labelledby="login-title">
        <img src="/icon.svg" alt="" width={40} height={40} />
        <h1 id="login-title">{words.title}</h1>
        <p>{words.hint}</p>
        <pre>{words.command}</pre>
        <form
          onSubmit={async (event) => {
            event.preventDefault();
            setRefused(null);
            setRefused(await enter(code));
          }}
        >
          <label htmlFor={field}>{words.field}</label>
          <input
            id={field}
            className="field"
            required
            // biome-ignore lint/a11y/noAutofocus: it is the only thing on this screen to be done
            autoFocus
            autoComplete="off"
            spellCheck={false}
            value={code}
            aria-describedby={said}
            onChange={({ target }) => setCode(target.value)}
          />
          <button type="submit" className="button primary">
            {words.enter}
          </button>
          <p id={said} role="alert" className="said-wrong">
            {refused}
          </p>
        </form>
      </section>
    </div>
  );
}
