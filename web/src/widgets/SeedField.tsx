import { Dices, History, Lock, Plus, Shuffle, StepForward } from "lucide-react";
import type { ReactNode } from "react";
import { draw, follow } from "../graph/seeds.ts";
import { text } from "../text/index.ts";
import type { FieldProps, SeedMode } from "./field.ts";
import { NumberField } from "./NumberField.tsx";
import { clamp, rangeOf } from "./numbers.ts";

const ICON = { fixed: Lock, random: Shuffle, next: StepForward } as const;
const AFTER = { fixed: "random", random: "next", next: undefined } as const;

/** A seed: typed, thrown, counted up, taken from the last run; and what each run makes of it. */
export function SeedField(field: FieldProps) {
  const { label, port, value, lastSeed, seedMode, setSeedMode } = field;
  const words = text.widgets.seed;
  const put = (seed: number) => field.set(clamp(seed, rangeOf(port)));
  const counts = value === undefined ? port.default : value;
  const now = typeof counts === "number" ? counts : undefined;
  return (
    <span className="value-beside">
      <NumberField {...field} />
      {lastSeed !== undefined && lastSeed !== now && (
        <Sign
          name={words.last(label, lastSeed)}
          hint={words.lastHint(lastSeed)}
          press={() => put(lastSeed)}
        >
          <History size={13} aria-hidden />
        </Sign>
      )}
      <Sign name={words.next(label)} hint={words.nextHint} press={() => put(follow(now))}>
        <Plus size={13} aria-hidden />
      </Sign>
      <Sign name={words.draw(label)} hint={words.drawHint} press={() => put(draw())}>
        <Dices size={13} aria-hidden />
      </Sign>
      {setSeedMode && <Mode label={label} mode={seedMode} set={setSeedMode} />}
    </span>
  );
}

interface ModeProps {
  readonly label: string;
  readonly mode: SeedMode | undefined;
  readonly set: (mode: SeedMode | undefined) => void;
}

function Mode({ label, mode = undefined, set }: ModeProps) {
  const now = mode ?? "fixed";
  const [Icon, words] = [ICON[now], text.widgets.seed];
  return (
    <Sign
      name={words.modeName(label, words.mode[now])}
      hint={words.modeHint(words.mode[now])}
      on={mode !== undefined}
      press={() => set(AFTER[now])}
    >
      <Icon size={13} aria-hidden />
    </Sign>
  );
}

interface SignProps {
  readonly name: string;
  readonly hint: string;
  readonly on?: boolean;
  readonly press: () => void;
  readonly children: ReactNode;
}

function Sign({ name, hint, on, press, children }: SignProps) {
  return (
    <button
      type="button"
      className="value-side nodrag"
      data-on={on || undefined}
      aria-label={name}
      title={hint}
      onClick={press}
    >
      {children}
    </button>
  );
}
