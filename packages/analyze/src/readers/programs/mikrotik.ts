import { failed, type Program, patternProgram } from '../program.ts';

/** RouterOS, which puts topics where others put their name. */
export const mikrotik: Program = patternProgram({ service: 'mikrotik', tags: ['system,error,critical'] }, [
  ['login failure for user {user} from {client} via {method:rest}', failed()],
]);
