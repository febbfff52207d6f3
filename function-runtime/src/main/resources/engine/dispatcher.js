// The only worker that a function process starts with. It loads functions' code when they are first called, and keeps it.
import { WorkerEntrypoint } from "cloudflare:workers";

const COMPATIBILITY_DATE = "2026-11-01";
// Importable bindings would give code the way to its host that only the main module should have.
const COMPATIBILITY_FLAGS = ["nodejs_compat", "disallow_importable_env"];

// Everything that functions send to the network goes through here, so that a refusal says why.
export class Outbound extends WorkerEntrypoint {
  async fetch(request) {
    try {
      return await this.env.NET.fetch(request);
    } catch (error) {
      throw new TypeError(await this.#explain(request, String(error?.message)));
    }
  }

  async #explain(request, message) {
    const reference = /reference = ([a-z0-9]+)/.exec(message)?.[1];
    let cause = message;
    if (reference !== undefined) {
      const answer = await this.env.SUPERVISOR.fetch("http://supervisor/cause/" + reference);
      cause = answer.ok ? await answer.text() : "cannot connect";
    }
    return "fetch of " + new URL(request.url).origin + " failed: " + cause;
  }
}

async function load(id, env, ctx) {
  const answer = await env.SUPERVISOR.fetch("http://supervisor/code/" + id);
  if (!answer.ok) {
    throw new Error(await answer.text());
  }
  const code = await answer.json();
  return {
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: COMPATIBILITY_FLAGS,
    mainModule: code.mainModule,
    modules: code.modules,
    env: { HOST: env.HOST, ENV: code.env },
    globalOutbound: ctx.exports.Outbound({ props: {} }),
  };
}

export default {
  async fetch(request, env, ctx) {
    const id = request.headers.get("x-ghee-load");
    if (id === null) {
      return new Response(null, { status: 204 });
    }
    try {
      return await env.LOADER.get(id, () => load(id, env, ctx)).getEntrypoint().fetch(request);
    } catch (error) {
      return Response.json(
        { message: String(error?.message ?? error).slice(0, 4000), stack: String(error?.stack ?? "").slice(0, 8000) },
        { status: 500, headers: { "x-ghee-failure": "1" } },
      );
    }
  },
};
