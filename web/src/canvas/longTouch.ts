/** A finger that rests asks for the menu, as the right mouse button does. */
const RESTS = 550; // ms
const STILL = 10; // pixels

let timer = 0;
let from = { x: 0, y: 0 };

const leave = () => clearTimeout(timer);

function touch(event: PointerEvent): void {
  leave();
  if (event.pointerType !== "touch" || !event.isPrimary) return;
  const { clientX, clientY, target } = event;
  from = { x: clientX, y: clientY };
  const how = { bubbles: true, cancelable: true, clientX, clientY };
  timer = window.setTimeout(() => target?.dispatchEvent(new MouseEvent("contextmenu", how)), RESTS);
}

function move({ clientX, clientY }: PointerEvent): void {
  if (Math.hypot(clientX - from.x, clientY - from.y) > STILL) leave();
}

/** Begin to listen on the canvas; what is given back ends it. A browser that asks by itself is
 * heard first: then nothing is asked twice. */
export function listenForLongTouch(canvas: HTMLElement): () => void {
  const all = { capture: true } as const;
  canvas.addEventListener("pointerdown", touch, all);
  canvas.addEventListener("pointermove", move, all);
  for (const end of ["pointerup", "pointercancel", "contextmenu"]) {
    canvas.addEventListener(end, leave, all);
  }
  return () => {
    leave();
    canvas.removeEventListener("pointerdown", touch, all);
    canvas.removeEventListener("pointermove", move, all);
    for (const end of ["pointerup", "pointercancel", "contextmenu"]) {
      canvas.removeEventListener(end, leave, all);
    }
  };
}
