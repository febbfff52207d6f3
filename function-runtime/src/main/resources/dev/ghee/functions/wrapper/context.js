import { ArrayBuffer, encodeURIComponent, Headers, JSON, Object, ReadableStream, String, TypeError } from "./globals.js";
import { Database } from "./database.js";
import { Kv } from "./kv.js";

/** The second argument of the function's handler. */
export function createContext(facts, env, host, waitUntil) {
  return {
    env: { ...env.ENV, ...facts.platform },
    db: new Database(host, facts.service),
    user: facts.user,
    caller: facts.caller,
    app: facts.app,
    request: facts.request,
    waitUntil,
    invoke: (name, body, options) => invoke(host, name, body, options),
    invokeDO: (name, key, body, options) => invokeObject(host, name, key, body, options),
    kv: new Kv(host),
    idempotency: { claim: (key, options) => claim(host, key, options) },
  };
}

async function invoke(host, name, body, { method = "POST", headers } = {}) {
  const sent = new Headers(headers);
  const [content, type] = encode(body);
  if (type !== undefined && !sent.has("content-type")) {
    sent.set("content-type", type);
  }
  sent.set("x-ghee-function", String(name));
  sent.set("x-ghee-method", String(method));
  return host.answer("/invoke", { body: content, headers: sent });
}

/** The class as in URLs, or as in its source: ChatRoom is chat-room. */
async function invokeObject(host, name, key, body, { method = "POST", headers } = {}) {
  const sent = new Headers(headers);
  const [content, type] = encode(body);
  if (type !== undefined && !sent.has("content-type")) {
    sent.set("content-type", type);
  }
  sent.set("x-ghee-class", String(name).replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase());
  sent.set("x-ghee-instance", encodeURIComponent(String(key)));
  sent.set("x-ghee-method", String(method));
  return host.answer("/object", { body: content, headers: sent });
}

function encode(body) {
  if (body === undefined || body === null) {
    return [undefined, undefined];
  }
  if (typeof body === "string") {
    return [body, "text/plain;charset=utf-8"];
  }
  const raw = body instanceof ArrayBuffer || ArrayBuffer.isView(body) || body instanceof ReadableStream;
  return raw ? [body, "application/octet-stream"] : [JSON.stringify(body), "application/json"];
}

async function claim(host, key, { scope = "default", ttlSeconds } = {}) {
  if (typeof key !== "string") {
    throw new TypeError("The key is a string");
  }
  const { claimed } = await host.ask("/idempotency", { key, scope: String(scope), ttlSeconds });
  return claimed;
}
