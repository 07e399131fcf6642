import type { NetworkHost } from '@aegis/testing';
import type { RunningAegis } from './aegis-process.ts';

/** A node that runs on a host of a network of its own, asked from there by curl: nobody else reaches its API. */
export function nodeInNetwork(node: RunningAegis, host: NetworkHost): RunningAegis {
  const ask: RunningAegis['fetch'] = async (path, { method = 'GET', headers = {}, body } = {}) => {
    const told = { 'x-api-key': node.key, ...headers };
    const printed = await host.run(
      'curl',
      ...['-sS', '-X', method, '-w', '\n%{http_code}', node.api + path],
      ...Object.entries(told).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
      ...(typeof body === 'string' ? ['--data-binary', body] : []),
    );
    const end = printed.lastIndexOf('\n');
    return new Response(printed.slice(0, end), { status: Number(printed.slice(end + 1)) });
  };
  return { ...node, fetch: ask, get: async <T>(path: string) => (await (await ask(path)).json()) as T };
}
