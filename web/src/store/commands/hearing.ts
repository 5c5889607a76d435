/** Which keys are for the editor, by where they were pressed. */

/** What is known of the place: in a field, in something that lies over the canvas, on a button. */
export interface Place {
  readonly field: "none" | "text" | "other";
  readonly aloft: boolean;
  readonly button: boolean;
}

/** What a text field does with keys itself. */
const WRITING = /^Mod\+(Shift\+)?(A|C|V|X|Z|Y|B|I|U|Backspace|Delete|Arrow\w+|Home|End)$/;
/** What a button does with keys itself. */
const ON_BUTTON = /^(Space|Enter|Shift\+Enter)$/;
/** Those that write nothing and walk nowhere in a field. */
const FREE = /^(Mod\+|F\d+$)/;
/** Commands that would do behind a dialog what is not seen there. */
const BELOW = new Set(["edit", "node"]);

/** Whether a chord that stands for a command of that group is heard at that place. */
export function heard(chord: string, group: string, { field, aloft, button }: Place): boolean {
  if ((field !== "none" || aloft) && !FREE.test(chord)) return false;
  if (field === "text" && WRITING.test(chord)) return false;
  if (aloft && BELOW.has(group)) return false;
  return !(button && ON_BUTTON.test(chord));
}
