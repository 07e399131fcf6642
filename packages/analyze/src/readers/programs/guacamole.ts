import { failed, type Program, patternProgram } from '../program.ts';

/** Apache Guacamole. Of several addresses the first is the client, as its proxy says. */
export const guacamole: Program = patternProgram({ service: 'guacamole', ownFile: true }, [
  ['{_:first}Authentication attempt from [{client}, {_:first}] for user "{user}" failed.', failed()],
  ['{_:first}Authentication attempt from [{client}] for user "{user}" failed.', failed()],
  ['{_:first}Authentication attempt from {client} for user "{user}" failed.', failed()],
]);
