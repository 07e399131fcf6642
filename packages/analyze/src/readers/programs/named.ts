import { notice, type Program, patternProgram } from '../program.ts';

/** BIND 9. */
export const named: Program = patternProgram({ service: 'named', tags: ['named'], ownFile: true }, [
  [
    "client @{_:word} {client}#{_:number} ({name:first}): query (cache) '{query:first}' denied{*}",
    notice('query_denied'),
  ],
  [
    "client {client}#{_:number} ({name:first}): query (cache) '{query:first}' denied{*}",
    notice('query_denied'),
  ],
  [
    "client @{_:word} {client}#{_:number} ({name:first}): zone transfer '{query:first}' denied{*}",
    notice('transfer_denied'),
  ],
  [
    "client {client}#{_:number} ({name:first}): zone transfer '{query:first}' denied{*}",
    notice('transfer_denied'),
  ],
]);
