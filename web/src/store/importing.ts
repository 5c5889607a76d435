/** The browser's own way to choose files. */
import { bring } from "./bring.ts";

export function chooseFiles(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = ".json,application/json,image/*,text/plain";
  input.onchange = () => void bring([...(input.files ?? [])]);
  input.click();
}
