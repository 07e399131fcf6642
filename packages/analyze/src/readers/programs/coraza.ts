import { parseTime } from '../../normalize/parse-time.ts';
import { linePattern } from '../line-pattern.ts';
import { noticeFinding, type Program } from '../program.ts';

const EXCEEDED = linePattern(
  '[client "{client}"] Coraza: Warning. Inbound Anomaly Score Exceeded (Total Score: {score:number}){*}',
);

/** Coraza in Caddy: requests whose score was too high. Single rules that matched are no verdict, and left out. */
export const coraza: Program = {
  service: 'waf',
  ownFile: ({ json }) => json?.logger === 'http.handlers.waf',
  read({ json }) {
    if (json?.logger !== 'http.handlers.waf' || typeof json.msg !== 'string') return undefined;
    const found = EXCEEDED(json.msg);
    if (found === undefined) return undefined;
    const { client, ...data } = found;
    const at = parseTime(json.ts);
    const finding = noticeFinding('waf', 'waf_score_exceeded', data, client);
    return finding === undefined ? undefined : { ...finding, ...(at !== undefined && { at }) };
  },
};
