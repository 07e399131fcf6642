import { closingQuote } from '../closing-quote.ts';
import { httpFinding, type Program } from '../program.ts';
import { parseRequestLine } from '../request-line.ts';

/** AWS application load balancers: type, time, balancer, client, target, three durations, statuses, sizes, request. */
export const awsAlb: Program = {
  service: 'aws-alb',
  ownFile: true,
  read({ whole }) {
    const head =
      /^(?:https?|h2|wss?|grpcs?) \S{20,32} app\/\S{1,200} (\S{1,64}) \S{1,64} [-\d.]+ [-\d.]+ [-\d.]+ (\d{3}|-) \S{1,5} \d+ \d+ "/.exec(
        whole.slice(0, 700),
      );
    if (head === null) return undefined;
    const [matched, client = '', status] = head;
    const end = closingQuote(whole, matched.length);
    const agentEnd = end < 0 ? -1 : closingQuote(whole, end + 3);
    if (agentEnd < 0) return undefined;
    const { method, target } = parseRequestLine(whole.slice(matched.length, end));
    const path = target.replace(/^[a-z]+:\/\/[^/]*/, '');
    return httpFinding({ client, method, target: path, status, userAgent: whole.slice(end + 3, agentEnd) });
  },
};
