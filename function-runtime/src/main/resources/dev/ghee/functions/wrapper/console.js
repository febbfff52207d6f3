// What the function's code says goes to the function's log, with the call that said it.
import { console, currentCall, Date, process, String } from "./globals.js";

const MAX_ENTRIES = 100;
const MAX_CHARACTERS = 10_240;

/** Levels as the log names them, by the console's methods. */
const LEVELS = { log: "log", info: "info", warn: "warn", error: "error", debug: "debug", trace: "debug" };

/** The lines of one call, waiting to be reported. */
export class Lines {
  #entries = [];
  #taken = 0;

  get empty() {
    return this.#entries.length === 0;
  }

  add(level, message) {
    if (this.#taken > MAX_ENTRIES) {
      return false;
    }
    const last = this.#taken++ === MAX_ENTRIES;
    this.#entries.push({
      level: last ? "warn" : level,
      message: last ? `More than ${MAX_ENTRIES} lines: the rest is dropped` : message.slice(0, MAX_CHARACTERS),
      timestamp: new Date().toISOString(),
    });
    return true;
  }

  /** All lines since the last time. */
  take() {
    return this.#entries.splice(0);
  }
}

const WRAPPER_FRAME = /^\s+at .*\bghee\/\w+\.js:\d+:\d+\)?$/;

/** The text without frames of this wrapper, which say nothing to the function's author. */
export function ownFrames(text) {
  return text.includes("ghee/")
    ? text
        .split("\n")
        .filter((line) => !WRAPPER_FRAME.test(line))
        .join("\n")
    : text;
}

function text(values) {
  if (values.length === 1 && typeof values[0] === "string") {
    return values[0];
  }
  try {
    return ownFrames(process.getBuiltinModule("node:util").format(...values));
  } catch {
    // An object whose own code fails when looked at.
    return values.map((value) => (typeof value === "object" ? "[object]" : String(value))).join(" ");
  }
}

for (const [method, level] of globalThis.Object.entries(LEVELS)) {
  console[method] = (...values) => currentCall.getStore()?.say(level, () => text(values));
}
