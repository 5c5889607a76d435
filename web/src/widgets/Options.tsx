import type { ReactNode } from "react";
import { grouped, type Item } from "./picking.ts";

interface Props<T extends Item> {
  readonly items: readonly T[];
  readonly chosen: string | undefined;
  readonly active: number;
  readonly optionId: (index: number) => string | undefined;
  readonly draw: ((item: T) => ReactNode) | undefined;
  readonly pick: (item: T) => void;
  readonly point: (index: number) => void;
}

/** What a list holds: one is chosen, one is where the keys are. */
export function Options<T extends Item>(props: Props<T>) {
  return grouped(props.items).map(({ group, from, members }) => {
    const rows = members.map((item, index) => (
      <Option key={item.value} {...props} item={item} index={from + index} />
    ));
    if (group === undefined) return rows;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a group of options, for which there is no element
      <div key={group} role="group" aria-label={group} className="picker-group">
        <span aria-hidden>{group}</span>
        {rows}
      </div>
    );
  });
}

interface OptionProps<T extends Item> extends Props<T> {
  readonly item: T;
  readonly index: number;
}

function Option<T extends Item>({ item, index, ...props }: OptionProps<T>) {
  const { chosen, active, optionId, draw, pick, point } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the box or the list, which has the focus
    <div
      id={optionId(index)}
      ref={index === active ? intoView : undefined}
      role="option"
      aria-selected={item.value === chosen}
      data-active={index === active || undefined}
      className="picker-item"
      tabIndex={-1}
      onPointerMove={() => point(index)}
      onClick={() => pick(item)}
    >
      {draw ? draw(item) : item.title}
    </div>
  );
}

const intoView = (element: HTMLElement | null): void =>
  element?.scrollIntoView({ block: "nearest" });
