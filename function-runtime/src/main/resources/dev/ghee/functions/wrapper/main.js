// The main module of every function's isolate: takes calls from the platform, gives them to the function's handler
// with its context, and takes the answer back.
import { addEventListener, currentCall, Error, JSON, Request, Response, TypeError } from "./globals.js";
import { Call } from "./call.js";
import "./sockets.js";

const CONTEXT = "x-ghee-context";
/** What the platform says in headers of its own; the function's code sees neither. */
const INTERNAL = [CONTEXT, "x-ghee-load"];

let handler;

export default {
  fetch(incoming, env, execution) {
    const facts = JSON.parse(incoming.headers.get(CONTEXT));
    const url = facts.secure ? incoming.url.replace(/^http:/, "https:") : incoming.url;
    const request = new Request(url, incoming);
    INTERNAL.forEach((name) => request.headers.delete(name));
    const call = new Call(facts, env, execution);
    return currentCall.run(call, serve, call, request);
  },
};

addEventListener("unhandledrejection", (event) => currentCall.getStore()?.unhandled(event.reason));

async function serve(call, request) {
  let response;
  try {
    handler ??= await findHandler();
    response = await handler(request, call.context);
    if (!(response instanceof Response)) {
      throw new TypeError("The handler has to return a Response, not " + nameOf(response));
    }
  } catch (error) {
    response = call.fail(error);
  }
  return call.finish(response);
}

/** Loads the function's own code, at its first call: what fails there is then in the log of that call. */
async function findHandler() {
  const module = await import("../function.js");
  for (const candidate of [module.handler, module.default]) {
    if (typeof candidate === "function") {
      return candidate;
    }
    if (typeof candidate?.fetch === "function") {
      return (request, context) => candidate.fetch(request, context);
    }
  }
  throw new Error("The function exports no handler: export async function handler(req, ctx)");
}

function nameOf(value) {
  return value === null ? "null" : typeof value === "object" ? (value.constructor?.name ?? "an object") : typeof value;
}
