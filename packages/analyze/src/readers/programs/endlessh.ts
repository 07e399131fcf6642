import { notice, type Program, patternProgram } from '../program.ts';

/** endlessh and endlessh-go, which keep whoever connects waiting. Nobody has business there. */
export const endlessh: Program = patternProgram(
  {
    service: 'endlessh',
    tags: ['endlessh'],
    ownFile: ({ text }) => /^\s*(?:\d+ \S+\] )?(ACCEPT|CLOSE|TOTALS|Port|Delay)\b/.test(text),
  },
  [
    ['ACCEPT host={client} port={_:number} {*}', notice('connection')],
    ['{_:number} client.go:{_:number}] ACCEPT host={client} port={_:number} {*}', notice('connection')],
  ],
);
