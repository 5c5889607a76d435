/** What is said on nodes: how long, which step, what is missing. */
const minutes = (seconds: number) =>
  `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** 0.03 s, 1.2 s, 45 s, 3 min 12 s */
export function duration(seconds: number): string {
  if (seconds >= 90) return minutes(seconds);
  const digits = seconds >= 10 ? 0 : seconds >= 0.1 ? 1 : 2;
  return `${seconds.toFixed(digits)} s`;
}

/** 38 s, 1:05, 2:07:30 */
const clock = (seconds: number): string => {
  const all = Math.round(seconds);
  if (all < 60) return `${all} s`;
  const two = (part: number) => String(part).padStart(2, "0");
  const [hours, rest] = [
    Math.floor(all / 3600),
    `${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`,
  ];
  return hours ? `${hours}:${rest}` : rest.replace(/^0/, "");
};

/** The name of a port as it is read: `next_sigma` is "next sigma". */
export const label = (name: string): string => name.replaceAll("_", " ");

export const nodes = {
  duration,
  reused: "reused",
  willRun: "will run",
  willReuse: "will be reused",
  muted: "muted",
  bypassed: "bypassed",
  missing: (type: string) => `There is no node type “${type}” here. Its values and wires are kept.`,
  nearest: (title: string) => `Use “${title}”`,
  more: (count: number) => `${count} more`,
  less: "fewer",
  help: (title: string) => `Help for ${title}`,
  menu: (title: string) => `Menu of ${title}`,
  fold: (title: string) => `Fold ${title}`,
  unfold: (title: string) => `Unfold ${title}`,
  rename: (title: string) => `Name of ${title}`,
  step: (step: number, of: number) => `step ${step} of ${of}`,
  left: (seconds: number) => `${clock(seconds)} left`,
  turn: (turn: number) => `turn ${turn + 1}`,
  working: "working",
  stop: "Stop this run",
  preview: (title: string) => `Preview of ${title}`,
  picture: (title: string) => `Picture of ${title}`,
  pictures: (at: number, of: number) => `${at} of ${of}`,
  noPicture: "No picture yet",
  notShown: "Reused: nothing was drawn anew",
  earlier: "Picture before",
  later: "Next picture",
  mend: "Mend",
  inside: (title: string) => `Open ${title}`,
  times: (count: string) => `× ${count}`,
  once: "once",
  each: "for each",
  note: "Note",
  editNote: "Double-click to write",
} as const;
