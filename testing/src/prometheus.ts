import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startServer } from './real-server.ts';

/** A real Prometheus on a free port of loopback, with a folder of its own. */
export interface PrometheusServer {
  readonly url: string;
  /** Asks `/api/v1/<path>`; the `data` of the answer. Rejects with its `error` where it is none. */
  ask(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** `configFile` names its rules and secrets relative to its own folder. */
export async function startPrometheus(configFile: string): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-prometheus-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const words = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${folder}`,
    `--web.listen-address=${new URL(url).host}`,
  ];
  const server = await startServer({
    name: 'prometheus',
    command: ['prometheus', ...words],
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
    readyMs: 60_000,
  });
  return {
    url,
    async ask(path, query = {}) {
      const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
      const answer = (await response.json()) as {
        readonly status: string;
        readonly data?: unknown;
        readonly error?: string;
      };
      if (answer.status !== 'success') throw new Error(`${JSON.stringify(query)}: ${answer.error ?? ''}`);
      return answer.data;
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
