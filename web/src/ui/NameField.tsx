import { type KeyboardEvent, useRef } from "react";

interface Props {
  readonly label: string;
  readonly first: string;
  readonly className?: string;
  readonly keep: (name: string) => void;
  readonly leave: () => void;
}

/** A name being written where it stands: Enter or leaving the field takes it, Escape gives it up. */
export function NameField({ label, first, className = "", keep, leave }: Props) {
  const givenUp = useRef(false);
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation();
    // the Enter and the Escape of somebody who composes a word are not ours
    if (event.nativeEvent.isComposing || !/^(Enter|Escape)$/.test(event.key)) return;
    givenUp.current = event.key === "Escape";
    const field = event.currentTarget;
    const home = field.closest<HTMLElement>("[tabindex]");
    if (home) home.focus();
    else field.blur();
  };
  return (
    <input
      className={`nodrag ${className}`}
      aria-label={label}
      defaultValue={first}
      ref={begin}
      onKeyDown={press}
      onBlur={({ currentTarget }) => (givenUp.current ? leave() : keep(currentTarget.value))}
    />
  );
}

/** Once: what is drawn anew while somebody types must not mark it again. */
function begin(field: HTMLInputElement | null): void {
  field?.focus();
  field?.select();
}
