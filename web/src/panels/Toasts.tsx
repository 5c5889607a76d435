/** What happened, for a moment, and the same for those who hear the page. */
import { dismiss, hold, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Cross } from "../ui/Cross.tsx";

export function Toasts() {
  const toasts = useUi((ui) => ui.toasts);
  return (
    <>
      <section
        className="toasts"
        aria-label={text.runs.toasts}
        onPointerEnter={() => hold(true)}
        onPointerLeave={() => hold(false)}
        onFocus={() => hold(true)}
        onBlur={() => hold(false)}
      >
        {toasts.map(({ id, text: said, tone, action }) => (
          <div key={id} className={`toast ${tone}`}>
            <p>{said}</p>
            {action && (
              <button
                type="button"
                className="button small"
                onClick={() => {
                  dismiss(id);
                  action.run();
                }}
              >
                {action.title}
              </button>
            )}
            <Cross name={text.runs.dismiss} onClick={() => dismiss(id)} />
          </div>
        ))}
      </section>
      <Said />
    </>
  );
}

/** The polite live region: everything that `say` says, toasts included. */
function Said() {
  const said = useUi((ui) => ui.said);
  return (
    <p className="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
