/** What opens at a control: made when it opens, of code that came when nobody waited. */
import { later } from "./later.tsx";

export const Popup = later(() => import("./PopupLate.tsx"), "PopupLate", true);
