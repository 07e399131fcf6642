import { linePattern } from '../line-pattern.ts';
import { httpFinding, type Program } from '../program.ts';

const REQUEST = linePattern(
  '[{_:first}] [router:{_:first}] [origin:{_:first}] [client: {client}] [useragent: {agent}] {method:word} {target} {status:number}',
);

/** Zoraxy's log of requests. */
export const zoraxy: Program = {
  service: 'zoraxy',
  ownFile: true,
  read({ text, whole }) {
    const found = whole.includes('[router:') ? (REQUEST(text) ?? REQUEST(whole)) : undefined;
    if (found === undefined) return undefined;
    const { client = '', agent = '', method = '', target = '', status } = found;
    return httpFinding({ client, method, target, status, userAgent: agent });
  },
};
