import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { listenError } from './listen-error.ts';

export interface MetricsPlace {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface MetricsServer {
  /** Where it listens: `http://127.0.0.1:9464/metrics`. Rejects where the address is taken. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** GET /metrics, for Prometheus, and nothing else. */
export function metricsServer(registry: Registry, { host, port }: MetricsPlace): MetricsServer {
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics\n');
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500, { 'content-type': 'text/plain' }).end(`${String(error)}\n`),
    );
  });
  return {
    async listen() {
      server.listen(port, host);
      try {
        await once(server, 'listening');
      } catch (error) {
        throw listenError(error, { server: 'metrics', section: 'worker.metrics', host, port });
      }
      const bound = server.address() as AddressInfo;
      const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
      return `http://${name}:${bound.port}/metrics`;
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
