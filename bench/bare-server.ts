import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The ceiling: what Node's own server takes for an answer without a body, with as many headers as a check has. */
const server = createServer((_request, response) => {
  response.writeHead(200, {
    'cache-control': 'no-store',
    'x-aegis-verdict': 'none',
    'x-aegis-status': '200',
    'content-length': '0',
  });
  response.end();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
