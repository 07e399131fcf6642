import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** The ceiling of unary calls: what node:http2 takes to read a message and to answer it with another, and the status. */
const WINDOW_BYTES = 1_048_576;
const ANSWER = Buffer.concat([Buffer.of(0, 0, 0, 0, 60), Buffer.alloc(60)]);

const server = createServer({ settings: { maxConcurrentStreams: 1_000, initialWindowSize: WINDOW_BYTES } });
server.on('session', (session) => session.setLocalWindowSize(WINDOW_BYTES));
server.on('stream', (stream) => {
  stream.on('error', () => {});
  stream.once('data', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(ANSWER);
  });
  stream.resume();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
