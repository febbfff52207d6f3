// One function with a case per path: what HandlerContractIT asks for.
const cases = {
  async facts(req, ctx) {
    const { env, user, caller, app, request } = ctx;
    const spread = Object.keys({ ...ctx });
    return Response.json({ env, user, caller, app, request, spread, url: req.url, method: req.method });
  },
  async headers(req) {
    const headers = new Headers({ "x-own": req.headers.get("x-asked") ?? "", "content-type": "text/css" });
    headers.append("set-cookie", "a=1; Path=/");
    headers.append("set-cookie", "b=2");
    headers.append("set-cookie", "__Host-ghee-session=stolen; Path=/; Secure");
    return new Response(JSON.stringify([...req.headers]), { status: 207, headers });
  },
  async echo(req) {
    return new Response(await req.arrayBuffer(), { headers: { "content-type": "application/octet-stream" } });
  },
  async echoStream(req) {
    return new Response(req.body, { headers: { "content-type": "application/octet-stream" } });
  },
  async pieces() {
    let n = 0;
    const body = new ReadableStream({
      async pull(controller) {
        if (n++ === 3) {
          controller.close();
          return;
        }
        await scheduler.wait(n === 1 ? 0 : 150);
        console.log("piece", n);
        controller.enqueue(new TextEncoder().encode("data: " + n + "\n\n"));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  },
  async html() {
    return new Response("<p>hello", { headers: { "content-type": "text/html" } });
  },
  async socket(req, ctx) {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.addEventListener("message", async (event) => {
      const { rows } = await ctx.db.query("SELECT $1::text AS said", [String(event.data)]);
      console.log("heard", event.data);
      server.send("echo " + rows[0].said);
    });
    return new Response(null, { status: 101, webSocket: client });
  },
  async values(req, ctx) {
    const { rows, rowCount } = await ctx.db.query(
      `SELECT $1::int AS small, $2::bigint AS large, $3::bigint AS huge, $4::numeric AS exact, $5::text AS words,
              $6::jsonb AS json, $7::uuid AS id, $8::timestamptz AS moment, $9::date AS day, $10::bytea AS bytes,
              $11::bool AS yes, $12::int[] AS list, $13::text[] AS texts, 'NaN'::float8 AS nan, null AS nothing,
              $14::jsonb AS text_json, $15::float8 AS half`,
      ["7", 42, 9007199254740993n, "12.50", 5, { a: [1, { b: null }] }, "6f1e2d3c-0000-4000-8000-000000000001",
       new Date("2026-02-03T04:05:06.789Z"), "2026-02-03", new Uint8Array([0, 255, 128]), true, [1, 2, null],
       ["x", "y,\"z\""], '{"t":1}', 0.5],
    );
    const row = rows[0];
    return Response.json({ ...row, bytes: [...row.bytes], isBytes: row.bytes instanceof Uint8Array,
      nan: String(row.nan), rowCount });
  },
  async sqlError(req, ctx) {
    const errors = [];
    for (const [sql, params] of [
      ["SELECT * FROM missing"], ["SELECT 1; SELECT 2"], ["COMMIT"], ["COPY pg_class TO STDOUT"], ["SET ROLE butterbase_service"],
      ["SELECT $1::int", ["many"]], ["SELECT $1", []], ["SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n"], ["  "],
    ]) {
      try {
        await ctx.db.query(sql, params);
        errors.push(null);
      } catch (error) {
        errors.push({ name: error.name, code: error.code, message: error.message, isError: error instanceof Error });
      }
    }
    return Response.json(errors);
  },
  async transaction(req, ctx) {
    await ctx.db.asUser("tx", () => {});
    const kept = await ctx.db.transaction(async (tx) => {
      await tx.query("INSERT INTO things VALUES ('kept')");
      return (await tx.query("SELECT count(*) AS n FROM things")).rows[0].n;
    });
    let refused;
    try {
      await ctx.db.transaction(async (tx) => {
        await tx.query("INSERT INTO things VALUES ('undone')");
        throw new Error("no");
      });
    } catch (error) {
      refused = error.message;
    }
    let failed;
    try {
      await ctx.db.transaction(async (tx) => {
        await tx.query("INSERT INTO things VALUES ('lost')");
        await tx.query("SELECT 1 / 0").catch(() => {});
      });
    } catch (error) {
      failed = error.code;
    }
    return Response.json({ kept, refused, failed });
  },
  async leftOpen(req, ctx) {
    ctx.db.transaction(async (tx) => {
      await tx.query("INSERT INTO things VALUES ('left open')");
      await new Promise(() => {});
    });
    await scheduler.wait(100);
    return new Response("gone");
  },
  async background(req, ctx) {
    ctx.waitUntil((async () => {
      await scheduler.wait(300);
      await ctx.db.query("INSERT INTO things VALUES ('later')");
      console.info("done later");
    })());
    return new Response("soon");
  },
  async claim(req, ctx) {
    const key = new URL(req.url).searchParams.get("key");
    return Response.json([
      await ctx.idempotency.claim(key, { ttlSeconds: 60 }),
      await ctx.idempotency.claim(key),
      await ctx.idempotency.claim(key, { scope: "other" }),
    ]);
  },
  async invoke(req, ctx) {
    const answer = await ctx.invoke("inner", { a: 1 }, { method: "PUT", headers: { "x-h": "v" } });
    const missing = await ctx.invoke("nowhere").catch((error) => error.code);
    return Response.json({ status: answer.status, own: answer.headers.get("x-own"), body: await answer.json(), missing });
  },
  async again(req, ctx) {
    const depth = Number(new URL(req.url).searchParams.get("depth") ?? 0);
    const answer = await ctx.invoke("contract", { depth }, { headers: { "x-case": "again" } }).catch((error) => error);
    return answer instanceof Error ? Response.json({ refused: answer.message }) : answer;
  },
  async kv(req, ctx) {
    const { kv } = ctx;
    const seen = [];
    seen.push(await kv.get("none"), await kv.set("a", { n: [1, null] }), await kv.get("a"));
    seen.push(await kv.incr("n", 5), await kv.decr("n", 2), await kv.setnx("n", 9), await kv.exists("n"));
    seen.push(await kv.cas("a", { n: [1, null] }, "next"), await kv.get("a"), await kv.ttl("a"));
    await kv.setex("t", 1, 100);
    seen.push((await kv.ttl("t")) > 90, await kv.expire("t", null), await kv.ttl("t"));
    await kv.mset({ x: 1, y: "two" });
    seen.push(await kv.mget(["x", "y", "none"]), await kv.del("x"), await kv.del("x"));
    for (const bad of [() => kv.get("_bad"), () => kv.incr("y"), () => kv.set("big", "x".repeat(300_000))]) {
      seen.push(await bad().catch((error) => error.code));
    }
    return Response.json(seen);
  },
  async consoles() {
    console.log("plain", { a: [1, { b: 2 }] });
    console.warn("careful");
    console.error(new Error("shown"));
    console.debug("x".repeat(20_000));
    for (let i = 0; i < 200; i++) console.info("line", i);
    Promise.reject(new Error("left behind"));
    await scheduler.wait(20);
    return new Response("said");
  },
  async nothing() {},
  async throws() {
    throw new Error("on purpose");
  },
  async cookies(req) {
    return new Response(req.headers.get("cookie"));
  },
};

export async function handler(req, ctx) {
  const name = req.headers.get("x-case") ?? new URL(req.url).pathname.split("/")[5];
  return cases[name] ? cases[name](req, ctx) : new Response("no case " + name, { status: 404 });
}
