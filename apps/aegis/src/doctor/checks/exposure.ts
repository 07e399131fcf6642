import { type Check, type NodeContext, ok, warn } from '../check.ts';
import { isLoopback } from '../reach.ts';

export const exposure: Check<NodeContext> = {
  name: 'exposure',
  run({ config: { http } }) {
    if (isLoopback(http.host)) return ok('the API is reached from this machine only');
    const findings = [
      ...(http.trustedProxies.length === 0 && http.tls.certFile === ''
        ? warn(
            `the API listens on ${http.host} without TLS and without a proxy in front: API keys can be read on the way`,
            'set http.tls.cert_file and http.tls.key_file, or http.host to 127.0.0.1, or put a proxy that ends TLS in front and name it in http.trusted_proxies',
          )
        : []),
      ...(http.openCheck
        ? warn(
            `whoever reaches ${http.host} can ask who is blocked`,
            'set http.open_check to false, or let only the proxy reach the port',
          )
        : []),
    ];
    return findings.length > 0
      ? findings
      : ok(
          `the API listens on ${http.host}, ${http.tls.certFile === '' ? 'behind trusted proxies' : 'over TLS'}`,
        );
  },
};
