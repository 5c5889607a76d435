import type { KeyboardEvent } from "react";

interface Props {
  readonly label: string;
  readonly first: string;
  readonly className?: string;
  readonly keep: (name: string) => void;
  readonly leave: () => void;
}

/** A name being written where it stands: Enter or leaving the field takes it, Escape gives it up. */
export function NameField({ label, first, className = "", keep, leave }: Props) {
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation();
    if (event.key === "Enter") keep(event.currentTarget.value);
    if (event.key === "Escape") leave();
  };
  return (
    <input
      className={`nodrag ${className}`}
      aria-label={label}
      defaultValue={first}
      ref={(field) => field?.select()}
      onKeyDown={press}
      onBlur={(event) => keep(event.currentTarget.value)}
    />
  );
}
