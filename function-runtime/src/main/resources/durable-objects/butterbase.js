// What every class finds as the global `butterbase`: who called, and how to call other objects of the app.
const MAX_DEPTH = 4;
const DEPTH = "x-butterbase-loop-depth";

function binding(name) {
  return name.replaceAll("-", "_").toUpperCase();
}

globalThis.butterbase = Object.freeze({
  /** Of a request that came from the platform, in an object's fetch. */
  ctx(request, env, state) {
    const loopDepth = Number(request.headers.get(DEPTH) ?? 0);
    const userId = request.headers.get("x-butterbase-caller-user");
    return {
      env,
      state,
      user: userId === null ? null : { id: userId },
      request: { caller: request.headers.get("x-butterbase-caller") ?? "anonymous", loopDepth },
      /** Sends JSON to another object of this app and gives its Response. */
      async invokeDO(name, key, body, { method = "POST", headers = {} } = {}) {
        const namespace = env[binding(name)];
        if (namespace === undefined || typeof namespace.idFromName !== "function") {
          throw new Error(`No durable object class named ${name}`);
        }
        if (loopDepth + 1 > MAX_DEPTH) {
          throw new Error(`More than ${MAX_DEPTH} calls inside each other`);
        }
        const all = new Headers(headers);
        all.set(DEPTH, String(loopDepth + 1));
        all.set("x-butterbase-caller", "loopback");
        if (userId !== null) {
          all.set("x-butterbase-caller-user", userId);
        }
        const bodyless = method === "GET" || method === "HEAD";
        if (!bodyless && body !== undefined && !all.has("content-type")) {
          all.set("content-type", "application/json");
        }
        const url = `http://object/_do/${name}/${encodeURIComponent(key)}`;
        return namespace.get(namespace.idFromName(key)).fetch(
          new Request(url, {
            method,
            headers: all,
            body: bodyless || body === undefined ? undefined : JSON.stringify(body),
          }),
        );
      },
    };
  },
});
