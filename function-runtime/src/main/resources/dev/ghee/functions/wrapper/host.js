// Everything that a call asks of the platform goes through here, over the process's own socket.
import { Error, Headers, JSON, Object, Response, Uint8Array } from "./globals.js";

/** Marks what another function or object answered. */
const ANSWER = "x-ghee-answer";

/** What the platform refused. `code` says why: a SQLSTATE of Postgres, or one of the platform's own codes. */
export class HostError extends Error {
  constructor({ message, ...rest }) {
    super(message);
    this.name = rest.name ?? "HostError";
    delete rest.name;
    Object.assign(this, rest);
  }
}

/** The platform, as one call may use it. */
export class Host {
  #fetcher;
  #capability;

  constructor(fetcher, capability) {
    this.#fetcher = fetcher;
    this.#capability = capability;
  }

  /** The platform's answer to a message, as JSON. */
  async ask(path, message) {
    const response = await this.#post(path, JSON.stringify(message));
    if (!response.ok) {
      throw await problem(response);
    }
    return response.status === 204 ? undefined : response.json();
  }

  /** What another function or object answered, whatever its status; fails with a HostError when none was reached. */
  async answer(path, { body, headers }) {
    const response = await this.#post(path, body, headers);
    if (!response.headers.has(ANSWER)) {
      throw await problem(response);
    }
    const own = new Response(response.body, response);
    own.headers.delete(ANSWER);
    return own;
  }

  #post(path, body, headers) {
    const all = new Headers(headers);
    all.set("x-ghee-capability", this.#capability);
    return this.#fetcher.fetch("http://host" + path, { method: "POST", headers: all, body });
  }
}

async function problem(response) {
  try {
    return new HostError((await response.json()).error);
  } catch {
    // Not the platform's own words.
    return new HostError({ message: "The platform did not answer", code: "INTERNAL_ERROR" });
  }
}

export function toBase64(bytes) {
  return new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength).toBase64();
}

export function fromBase64(text) {
  return Uint8Array.fromBase64(text);
}
