/** What is said of runs and of the queue. */
const plural = (count: number, one: string, many = `${one}s`) =>
  `${count} ${count === 1 ? one : many}`;

/** "3 s", "2 min", "1 h 20 min": as one would say it. */
function duration(seconds: number): string {
  if (seconds < 0.95) return "under 1 s";
  if (seconds < 9.5) return `${Number(seconds.toFixed(seconds < 3 ? 1 : 0))} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

function size(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GB`;
  return `${Math.max(1, Math.round(bytes / 2 ** 20))} MB`;
}

/** A time of the past as one would say it now; both in seconds since 1970. */
function ago(then: number, now: number): string {
  const passed = now - then;
  if (passed < 60) return "just now";
  if (passed < 3600) return `${plural(Math.round(passed / 60), "minute")} ago`;
  if (passed < 86_400) return `${plural(Math.round(passed / 3600), "hour")} ago`;
  if (passed < 604_800) return `${plural(Math.round(passed / 86_400), "day")} ago`;
  return `on ${new Date(1000 * then).toLocaleDateString("en", { dateStyle: "medium" })}`;
}

export const runs = {
  duration,
  size,
  ago,
  run: "Run",
  stop: "Stop",
  more: "More ways to run",
  times: (count: number) => `Run ${count} times`,
  timesOwn: "Run as often as …",
  timesTitle: "How often?",
  timesLabel: "Number of runs",
  timesGo: (count: number) => `Run ${plural(count, "time")}`,
  about: (seconds: number, bytes: number | null) => {
    const time = seconds < 0.95 ? "under 1 s" : `about ${duration(seconds)}`;
    return bytes === null ? time : `${time} · ${size(bytes)}`;
  },
  unknown: "time not known yet",
  unknownHint: (nodes: string) => `Not measured here yet: ${nodes}`,
  estimateHint: "What a run would take, by what was measured on this machine",
  problems: (count: number) => plural(count, "problem"),
  problemsHint: "Show the first",
  showProblem: "Show it",
  notBegun: (why: string) => `The run was not begun: ${why}`,
  queued: "Queued.",
  stopping: "Stopping.",
  told: {
    begun: "It runs.",
    part: (percent: number) => `${percent} % are done.`,
    done: (time: string) => `It is done, after ${time}.`,
    failed: (why: string) => `It failed: ${why}`,
    stopped: "It is stopped.",
  },
  sameSeeds: "All of these are the same picture: no seed changes by itself.",
  countSeeds: "Count the seeds up",

  region: "Queue",
  queue: "Queue",
  fold: "Fold the queue",
  unfold: "Unfold the queue",
  pause: "Pause",
  resume: "Resume",
  paused: "paused",
  clear: "Clear",
  clearHint: "Take all waiting runs out of the queue",
  waiting: (count: number) => `${count} waiting`,
  running: "Running",
  waitingList: "Waiting",
  ended: "Ended",
  empty: "What you run stands here, with its pictures.",
  idle: "Nothing waits.",
  asked: "queued …",
  isQueued: "queued",
  next: "next",
  starting: "starting …",
  step: (step: number, of: number) => `${step} of ${of}`,
  left: (seconds: string) => `${seconds} left`,
  again: (attempt: number) => `attempt ${attempt}`,
  cancel: (title: string) => `Cancel ${title}`,
  cancelled: "cancelled",
  failed: "failed",
  done: (seconds: string) => `done in ${seconds}`,
  picture: (title: string) => `Picture of ${title}`,
  aPicture: "Picture",
  preview: (title: string) => `Preview of ${title}`,
  pictures: (count: number) => plural(count, "picture"),
  others: (count: number) => `and ${count} more`,
  menu: (title: string) => `More for ${title}`,
  moves: {
    first: "Move to the front",
    up: "Move forward",
    down: "Move back",
    cancel: "Cancel",
    moved: (title: string, place: number) => `${title} is number ${place} now.`,
    hint: "Arrow keys move it in the queue",
  },
  past: {
    again: "Run again",
    open: "Open its workflow",
    show: "Show the picture",
    forget: "Delete from the history",
    more: "More",
    search: "Search the history",
    label: "Words of a title or a prompt",
    none: "Nothing was found.",
    hint: "Every run is kept, with its workflow.",
  },
  noSeed: "There is no seed in what made this picture.",
  seedCopied: (seed: number) => `Copied the seed ${seed}.`,
  look: {
    of: (at: number, of: number) => `${at} of ${of}`,
    before: "Newer picture",
    next: "Older picture",
    fit: "Fit",
    actual: "Actual size",
    closer: "Closer",
    further: "Further away",
    zoom: (percent: number) => `${percent} %`,
    download: "Download",
    seed: "Copy the seed",
    workflow: "Open its workflow",
    gone: "This picture is not there any more.",
  },
  toasts: "Messages",
  dismiss: "Close the message",
} as const;
