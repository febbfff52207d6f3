// Hands each request to the object that x-ghee-object names: <binding>/<percent-encoded instance>. Only
// function-runtime can reach this worker's socket; what clients sent under that name never gets here.
const TARGET = "x-ghee-object";

export default {
  async fetch(request, env) {
    const target = request.headers.get(TARGET);
    if (target === null) {
      // The watch, which asks whether the process still answers.
      return new Response(null, { status: 204 });
    }
    const slash = target.indexOf("/");
    const namespace = env[target.slice(0, slash)];
    const instance = decodeURIComponent(target.slice(slash + 1));
    const headers = new Headers(request.headers);
    headers.delete(TARGET);
    try {
      return await namespace.get(namespace.idFromName(instance)).fetch(new Request(request, { headers }));
    } catch (error) {
      console.error(error?.stack ?? String(error));
      // Tells function-runtime that this is not the class's own answer.
      return new Response(null, { status: 500, headers: { "x-ghee-failed": "1" } });
    }
  },
};
