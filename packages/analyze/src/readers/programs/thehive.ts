import { linePattern } from '../line-pattern.ts';
import { httpFinding, type Program } from '../program.ts';

const REQUEST = linePattern(
  '[info] o.t.s.AccessLogFilter [{_:first}] {client} {method:word} {target} took {_:number}ms and returned {status:number} {_:number} bytes',
);

/** TheHive's log of requests, which says no time where it goes through a collector. */
export const thehive: Program = {
  service: 'thehive',
  ownFile: true,
  read({ whole }) {
    const found = REQUEST(whole.slice(Math.max(0, whole.indexOf('[info] o.t.s.'))));
    if (found === undefined) return undefined;
    const { client = '', method = '', target = '', status } = found;
    return httpFinding({ client, method, target, status });
  },
};
