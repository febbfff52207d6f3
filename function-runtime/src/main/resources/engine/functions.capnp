using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = ["--max-old-space-size={heap}"{flags}],
  services = [
    (name = "main", worker = (
      modules = [(name = "dispatcher.js", esModule = embed "dispatcher.js")],
      compatibilityDate = "2026-11-01",
      compatibilityFlags = ["experimental"],
      bindings = [
        (name = "LOADER", workerLoader = (id = "functions")),
        (name = "HOST", service = "host"),
        (name = "SUPERVISOR", service = "supervisor"),
        (name = "NET", service = "net"),
      ],
      globalOutbound = "net",
    )),
    (name = "host", external = (address = "unix:host.sock", http = ())),
    (name = "supervisor", external = (address = "unix:supervisor.sock", http = ())),
    (name = "net", network = {network}),
    {services}
  ],
  sockets = [
    (name = "http", address = "unix:http.sock", http = (), service = "main"),
    {sockets}
  ],
);
