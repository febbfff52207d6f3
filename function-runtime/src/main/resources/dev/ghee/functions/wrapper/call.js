import { clearTimeout, Error, Promise, Response, setTimeout, String } from "./globals.js";
import { createContext } from "./context.js";
import { Lines, ownFrames } from "./console.js";
import { Host } from "./host.js";

/** Tells the platform that more comes after the answer: lines for the log, or background work. */
const AFTER = "x-ghee-after";
const BACKGROUND_MILLIS = 30_000;
/** Lines said after the answer are gathered for this long. */
const GATHERING_MILLIS = 100;

/** One call of the function: what it said, what it still has to do, and how that is reported. */
export class Call {
  #execution;
  #host;
  #facts;
  #lines = new Lines();
  #failure;
  #background = [];
  #answered = false;
  #reporting = false;

  constructor(facts, env, execution) {
    this.#facts = facts;
    this.#execution = execution;
    this.#host = new Host(env.HOST, facts.capability);
    this.context = createContext(facts, env, this.#host, (promise) => this.#waitUntil(promise));
  }

  /** A line for the log; the text is made only when it is kept. */
  say(level, text) {
    if (this.#lines.add(level, text()) && this.#answered) {
      this.#reportLater();
    }
  }

  /** What nobody caught. */
  unhandled(reason) {
    this.say("error", () => "Unhandled rejection: " + (stackOf(reason) ?? String(reason)));
  }

  /** The answer for an error that the function's code let escape; its stack goes to the log. */
  fail(error) {
    const message = error instanceof Error ? error.message : String(error);
    this.#failure = { message, stack: stackOf(error) };
    const body = this.#facts.trusted
      ? { error: message, stack: this.#failure.stack }
      : { error: error?.name === "DatabaseError" ? "The function's statement failed" : message };
    return Response.json(body, { status: 500 });
  }

  /** The answer as it goes out, and what is left to do after it. */
  finish(response) {
    this.#answered = true;
    if (this.#lines.empty && this.#failure === undefined && this.#background.length === 0) {
      return response;
    }
    this.#reporting = true;
    this.#execution.waitUntil(this.#report(Promise.allSettled(this.#background)));
    return marked(response);
  }

  #waitUntil(promise) {
    const settled = bounded(promise).catch((error) => this.unhandled(error));
    this.#execution.waitUntil(settled);
    this.#background.push(settled);
    if (this.#answered) {
      this.#reportLater();
    }
  }

  /** The answer has gone without a mark, and its body or its socket goes on. */
  #reportLater() {
    if (this.#reporting) {
      return;
    }
    this.#reporting = true;
    const gathered = new Promise((resolve) => setTimeout(resolve, GATHERING_MILLIS));
    this.#execution.waitUntil(
      this.#host
        .ask("/late", {})
        .then(() => this.#report(Promise.allSettled([gathered, ...this.#background])))
        .catch(() => {}),
    );
  }

  /** Once per round: everything that was said until the background work was done. */
  async #report(done) {
    await done;
    let known = 0;
    while (known < this.#background.length) {
      known = this.#background.length;
      await Promise.allSettled(this.#background);
    }
    this.#reporting = false;
    this.#background = [];
    const report = { console: this.#lines.take(), error: this.#failure };
    this.#failure = undefined;
    // The call is over when the platform has no way to hear of it: nothing is left that could be done about that.
    await this.#host.ask("/end", report).catch(() => {});
  }
}

function stackOf(error) {
  return typeof error?.stack === "string" ? ownFrames(error.stack) : undefined;
}

function marked(response) {
  try {
    response.headers.set(AFTER, "1");
    return response;
  } catch {
    // Headers of an answer that came from fetch() cannot be changed.
    const copy = new Response(response.body, response);
    copy.headers.set(AFTER, "1");
    return copy;
  }
}

/** The promise, given up after the time that background work may take. */
function bounded(promise) {
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Background work took longer than ${BACKGROUND_MILLIS / 1000} s`)),
      BACKGROUND_MILLIS,
    );
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
