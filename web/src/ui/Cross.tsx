import { X } from "lucide-react";

interface Props {
  readonly name: string;
  readonly onClick: () => void;
}

/** A button with a cross: it closes something, or takes it away. */
export function Cross({ name, onClick }: Props) {
  return (
    <button
      type="button"
      className="button bare square"
      aria-label={name}
      title={name}
      onClick={onClick}
    >
      <X size={14} aria-hidden />
    </button>
  );
}
