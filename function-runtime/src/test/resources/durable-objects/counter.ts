// One counter per instance, with what the tests want to know of an object.
export class Counter {
  constructor(public state: DurableObjectState, public env: any) {}

  async fetch(req: Request): Promise<Response> {
    const url = new URL(req.url);
    switch (url.searchParams.get("do")) {
      case "alarm":
        await this.state.storage.setAlarm(Date.now() + Number(url.searchParams.get("in")));
        return Response.json({ set: true });
      case "fired":
        return Response.json({ fired: (await this.state.storage.get("fired")) ?? 0 });
      case "tell":
        return Response.json({
          url: req.url,
          method: req.method,
          body: await req.text(),
          instance: this.state.id.name,
          greeting: this.env.GREETING ?? null,
          headers: Object.fromEntries(req.headers),
          ctx: { user: butterbase.ctx(req, this.env, this.state).user },
        });
      case "other": {
        const answer = await butterbase.ctx(req, this.env, this.state).invokeDO("counter", "other", {});
        return Response.json(await answer.json());
      }
      case "throw":
        throw new Error("secret detail");
      case "loop":
        for (;;);
      case "stream": {
        const { readable, writable } = new TransformStream();
        const writer = writable.getWriter();
        (async () => {
          for (let i = 0; i < 3; i++) await writer.write(new TextEncoder().encode(`part ${i}\n`));
          await writer.close();
        })();
        return new Response(readable, { headers: { "content-type": "text/event-stream" } });
      }
    }
    let n: number = (await this.state.storage.get("n")) ?? 0;
    if (req.method === "POST") {
      n++;
      await this.state.storage.put("n", n);
    }
    return Response.json({ n });
  }

  async alarm() {
    await this.state.storage.put("fired", ((await this.state.storage.get("fired")) ?? 0) + 1);
  }
}
