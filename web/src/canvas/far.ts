/** Far out, nodes are too small to be read or used: they are painted instead of drawn. */
import { useStore } from "@xyflow/react";
import { flushSync } from "react-dom";
import { create } from "zustand";

export const FAR = 0.35;

/** On the way to far out: nodes go before the zoom changes, or all of them would be drawn once. */
const useLeaving = create(() => ({ leaving: false }));

export function useFar(): boolean {
  const far = useStore((flow) => flow.transform[2] < FAR);
  return useLeaving(({ leaving }) => leaving) || far;
}

/** Change the zoom; `to` is what it will be. */
export async function zooming(to: number, change: () => Promise<unknown>): Promise<void> {
  if (to < FAR) flushSync(() => useLeaving.setState({ leaving: true }));
  await change();
  useLeaving.setState({ leaving: false });
}
