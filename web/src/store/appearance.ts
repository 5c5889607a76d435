/** How the page looks: what is set, put on its root element. Kept in the browser too, so that the
 * first thing seen is not in the wrong colours. */
import { create } from "zustand";
import { type Settings, useSettings } from "./settings.ts";

const KEPT = "latentwire.look";

type Look = Pick<Settings, "theme" | "motion">;

function wear({ theme, motion }: Look): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
  if (motion === "system") delete dataset.motion;
  else dataset.motion = motion;
}

function kept(): Look | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(look: Look): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(look));
  } catch {
    // the browser gives no more room: then the colours come a moment later
  }
}

const system = matchMedia("(prefers-color-scheme: dark)");
const useSystem = create(() => ({ dark: system.matches }));
system.addEventListener("change", ({ matches }) => useSystem.setState({ dark: matches }));

const darkIn = ({ theme }: Look, { dark }: { dark: boolean }): boolean =>
  theme === "system" ? dark : theme === "dark";

export const isDark = (): boolean => darkIn(useSettings.getState(), useSystem.getState());

/** For components that paint: which of the two colour schemes is worn. */
export function useDark(): boolean {
  const settings = useSettings();
  return darkIn(settings, useSystem());
}

wear(kept() ?? useSettings.getState());
useSettings.subscribe(({ theme, motion }, before) => {
  if (theme === before.theme && motion === before.motion) return;
  wear({ theme, motion });
  keep({ theme, motion });
});
