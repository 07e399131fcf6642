import { createServer } from 'node:net';
import { readRunning } from '../../node/data-dir.ts';
import { answersAsAegis } from '../answers-as-aegis.ts';
import { type Check, type Finding, fail, type NodeContext, ok } from '../check.ts';

export const httpPort: Check<NodeContext> = {
  name: 'http-port',
  async run({ config: { http }, dir }) {
    const refusal = await bindRefusal(http.host, http.port);
    const isOurs = async (): Promise<boolean> =>
      http.tls.certFile === ''
        ? answersAsAegis(http.host, http.port)
        : readRunning(dir)?.api.endsWith(`:${http.port}`) === true;
    if (refusal === 'EADDRINUSE' && (await isOurs())) {
      return ok(`a running Aegis answers on ${http.host} port ${http.port}`);
    }
    return finding('http', http.host, http.port, refusal);
  },
};

export const decoyPort: Check<NodeContext> = {
  name: 'decoy-port',
  async run({ config: { decoy }, dir }) {
    if (!decoy.enabled) return ok('the decoy is off');
    const refusal = await bindRefusal(decoy.host, decoy.port);
    // A decoy says to nobody what it is: the node's own note tells.
    if (refusal === 'EADDRINUSE' && readRunning(dir)?.decoy?.endsWith(`:${decoy.port}`) === true) {
      return ok(`the decoy of the running node has port ${decoy.port}`);
    }
    return finding('decoy', decoy.host, decoy.port, refusal);
  },
};

function finding(
  section: string,
  host: string,
  port: number,
  refusal: string | undefined,
): readonly Finding[] {
  const key = `${section}.port`;
  switch (refusal) {
    case undefined:
      return ok(port === 0 ? 'any free one' : `${host} port ${port} is free`);
    case 'EADDRINUSE':
      return fail(
        `another program has ${host} port ${port}`,
        `end it (ss -ltnp shows it), or set ${key} to another port`,
      );
    case 'EACCES':
      return fail(
        `this user may not take port ${port}`,
        `set ${key} above 1023, or grant CAP_NET_BIND_SERVICE`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return fail(
        `${host} is no address of this machine`,
        `set ${section}.host to one that "ip address" shows`,
      );
    default:
      return fail(`${host} port ${port} cannot be taken: ${refusal}`, `set ${section}.host and ${key}`);
  }
}

/** The system's code for why it cannot be listened on, by trying; undefined where it can. */
function bindRefusal(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
