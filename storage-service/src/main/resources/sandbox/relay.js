// The sandbox has no network but a socket to a proxy outside. This listens where tools expect a proxy, passes bytes on,
// and runs the job's script.
const net = require('node:net');
const { spawn } = require('node:child_process');

const relay = net.createServer({ allowHalfOpen: true }, (client) => {
  const proxy = net.connect({ path: '/run/egress.sock', allowHalfOpen: true });
  client.on('error', () => proxy.destroy());
  proxy.on('error', () => client.destroy());
  client.pipe(proxy);
  proxy.pipe(client);
});

relay.listen(3128, '127.0.0.1', () => {
  spawn('/bin/sh', ['-e', '/job/job.sh'], { stdio: 'inherit' })
    .on('error', () => process.exit(125))
    .on('exit', (code, signal) => process.exit(signal ? 137 : code));
});
