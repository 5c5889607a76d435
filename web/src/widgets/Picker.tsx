import { type CSSProperties, type ReactNode, type RefObject, useRef } from "react";
import { text } from "../text/index.ts";
import { Popup } from "../ui/Popup.tsx";
import { Options } from "./Options.tsx";
import type { Item } from "./picking.ts";
import { usePicking } from "./usePicking.ts";

interface Props<T extends Item> {
  /** Of the control it opens at. */
  readonly id: string;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly items: readonly T[];
  readonly chosen: string | undefined;
  /** A text box over the list. */
  readonly searched?: boolean;
  readonly className?: string;
  /** Items beside one another, as many in a line. */
  readonly columns?: number;
  readonly draw?: (item: T) => ReactNode;
  readonly head?: ReactNode;
  readonly foot?: ReactNode;
  readonly empty?: string;
  readonly pick: (item: T) => void;
  readonly close: () => void;
}

/** The id of the list, by that of its control. */
export const listIdOf = (id: string): string => `${id}-list`;

/** A list to choose from by mouse, keys or the beginning of a name. */
export function Picker<T extends Item>(props: Props<T>) {
  const { anchor, label, chosen, draw, pick, close, columns = 1 } = props;
  const { query, found, active, point, onKeyDown, onChange } = usePicking(props);
  const first = useRef<HTMLInputElement & HTMLDivElement>(null);
  const id = listIdOf(props.id);
  const optionId = (index: number) => (found[index] ? `${id}-${index}` : undefined);
  const keys = { ref: first, onKeyDown, "aria-activedescendant": optionId(active) };
  return (
    <Popup
      anchor={anchor}
      label={text.widgets.options(label)}
      className={`picker ${props.className ?? ""}`}
      first={first}
      close={close}
    >
      {props.head}
      {props.searched && (
        <SearchBox {...keys} list={id} label={label} value={query} onChange={onChange} />
      )}
      <div
        {...(!props.searched && { ...keys, tabIndex: 0 })}
        id={id}
        role="listbox"
        className="picker-list"
        aria-label={text.widgets.options(label)}
        style={{ "--columns": columns } as CSSProperties}
      >
        <Options items={found} {...{ chosen, active, optionId, draw, pick, point }} />
      </div>
      {!found.length && (
        <p className="picker-empty">{(!query && props.empty) || text.widgets.noneFound}</p>
      )}
      {props.foot}
    </Popup>
  );
}

interface BoxProps extends React.ComponentProps<"input"> {
  readonly list: string;
  readonly label: string;
}

const SearchBox = ({ list, label, ...given }: BoxProps) => (
  <input
    {...given}
    className="picker-search"
    role="combobox"
    aria-expanded
    aria-controls={list}
    aria-label={text.widgets.search(label)}
    placeholder={text.widgets.searchHint}
    autoComplete="off"
    spellCheck={false}
  />
);
